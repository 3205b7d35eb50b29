package dev.tapedeck.distributed;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A distribution whose shards are computed by other processes, the workers, which exchange
 * gradients with each other and update their own copies of the model.
 *
 * <p>Callbacks, validation and checkpoints stay in the coordinator's process. Loss, metrics and the
 * state of a forward pass are there after each step, the weights at the end of an epoch and before
 * a save; what a callback changes, the workers get before the next step.
 */
public final class Coordinator implements Distribution, AutoCloseable {
  private static final int SECRET = 32;

  /** The signs of life within a time limit. */
  static final int SIGNS = 4;

  private final Invitation invitation;
  private final ServerSocket socket;
  private final Supplier<Example> sample;
  private final List<Link> links = new ArrayList<>();
  private volatile Future<?> work;

  /**
   * Makes a coordinator.
   *
   * @param host where the workers reach this process
   * @param workers number of workers, a power of two
   * @param shards number of shards of a batch, a power of two
   * @param averageEvery 0 for workers that exchange gradients in each step; else the number of
   *     steps that each takes on its own shards, after which they average their models: local SGD,
   *     for slow networks, whose results depend on the number of workers
   * @param sample returns examples as a shard has them, from which the variables are created
   * @param limit how long a worker may take to answer
   */
  public Coordinator(
      String host,
      int workers,
      int shards,
      int averageEvery,
      Supplier<Example> sample,
      Duration limit) {
    Shards.requireCount("Coordinator", shards);
    if (workers < 1 || Integer.bitCount(workers) != 1 || workers > shards) {
      throw Refusal.of(
          "Coordinator",
          "needs a power of two up to the " + shards + " shards as the number of workers",
          workers,
          "give fewer workers or more shards");
    }
    if (averageEvery < 0) {
      throw Refusal.of(
          "Coordinator",
          "averages after 1 step or more, or never",
          averageEvery,
          "give 0 for an exchange of gradients");
    }
    this.sample = sample;
    byte[] bytes = new byte[SECRET];
    new SecureRandom().nextBytes(bytes);
    String secret = HexFormat.of().formatHex(bytes);
    try {
      socket = new ServerSocket(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    invitation =
        new Invitation(host, socket.getLocalPort(), secret, workers, shards, averageEvery, limit);
  }

  /** Returns what the workers need to know. */
  public Invitation invitation() {
    return invitation;
  }

  /** Sets what the workers run in; if that ends before they are here, so does the training. */
  public void watch(Future<?> workOfAll) {
    work = workOfAll;
  }

  @Override
  public Run begin(Replica model) {
    Link[] workers = new Link[invitation.workers()];
    List<InetSocketAddress> addresses = new ArrayList<>(Collections.nCopies(workers.length, null));
    List<Integer> ranks = IntStream.range(0, workers.length).boxed().toList();
    // A worker that waits for another one gives up first, and tells which.
    Duration patience = invitation.limit().multipliedBy(2);
    try (Door door = new Door(socket, invitation.key(), ranks, patience)) {
      long start = System.nanoTime();
      long signed = start;
      while (links.size() < workers.length) {
        Optional<Link> joined = door.next();
        if (joined.isPresent()) {
          Link link = joined.get();
          links.add(link);
          workers[link.rank()] = link;
          addresses.set(link.rank(), link.read(Command::address));
          continue;
        }
        long now = System.nanoTime();
        requireWork(now - start);
        if (now - signed > invitation.limit().toNanos() / SIGNS) {
          signed = now;
          tell(new Command.Wait());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tell(new Command.Meet(addresses));
    return new RemoteRun(model, sample, workers, invitation);
  }

  private void tell(Command command) {
    links.forEach(link -> link.write(out -> Command.write(command, out)));
  }

  /** Checks that missing workers may still come: while what they run in is at work, they may. */
  private void requireWork(long waited) {
    Future<?> running = work;
    if (running != null && running.isDone()) {
      Throwable cause = running.state() == Future.State.FAILED ? running.exceptionNow() : null;
      String text =
          "distributed training: the workers ended before they had joined"
              + (cause == null ? "" : ": " + cause.getMessage());
      throw cause instanceof WorkerLostException
          ? new WorkerLostException(text, cause)
          : new IllegalStateException(text, cause);
    }
    if (running == null && waited > invitation.limit().toNanos()) {
      throw new WorkerLostException(
          "distributed training: "
              + links.size()
              + " of "
              + invitation.workers()
              + " workers have joined within "
              + invitation.limit().toSeconds()
              + " s",
          null);
    }
  }

  @Override
  public void close() {
    links.forEach(Link::close);
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
