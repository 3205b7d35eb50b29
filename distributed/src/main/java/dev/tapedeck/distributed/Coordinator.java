package dev.tapedeck.distributed;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * A distribution whose shards are computed by other processes, the workers, which exchange
 * gradients with each other and update their own copies of the model.
 *
 * <p>Callbacks, validation and checkpoints stay in the coordinator's process. Loss, metrics and the
 * state of a forward pass are there after each step, the weights at the end of an epoch and before
 * a save; what a callback changes, the workers get before the next step.
 */
public final class Coordinator implements Distribution, AutoCloseable {
  private static final Logger LOG = Loggers.of(Coordinator.class);
  private static final int SECRET = 32;
  private static final int LOOK_MILLIS = 200;

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
      socket.setSoTimeout(LOOK_MILLIS);
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
    long end = System.nanoTime() + invitation.limit().toNanos();
    while (Arrays.asList(workers).contains(null)) {
      Link link = accept(end);
      int rank = link == null ? -1 : link.rank();
      if (rank >= 0 && rank < workers.length && workers[rank] == null) {
        workers[rank] = link;
        addresses.set(rank, link.read(Command::address));
        links.add(link);
      }
    }
    for (Link link : links) {
      link.write(out -> Command.introduce(addresses, out));
    }
    return new RemoteRun(model, sample, workers, invitation);
  }

  /** Returns the next process that knows the secret; null for one that does not. */
  private Link accept(long end) {
    while (true) {
      try {
        Socket connected = socket.accept();
        // A worker that waits for another one gives up first, and tells which.
        return Link.accept(connected, invitation.key(), invitation.limit().multipliedBy(2));
      } catch (SocketTimeoutException e) {
        requireWork(end);
      } catch (IOException e) {
        LOG.warn("distributed training: a connection was refused: {}", e.getMessage());
        return null;
      }
    }
  }

  private void requireWork(long end) {
    Future<?> running = work;
    if (running != null && running.isDone()) {
      Throwable cause = running.state() == Future.State.FAILED ? running.exceptionNow() : null;
      throw new IllegalStateException(
          "distributed training: the workers ended before they had joined"
              + (cause == null ? "" : ": " + cause.getMessage()),
          cause);
    }
    if (System.nanoTime() > end) {
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
