package dev.tapedeck.distributed;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A collective of processes, each of which has a connection to every other.
 *
 * <p>Of a vector each worker owns a slice: it receives that slice of all others, adds them up, and
 * sends them the sums. A worker sends {@code 2 (n - 1) / n} of the vector, as in a ring.
 */
public final class TcpCollective implements Collective {
  private final int rank;
  private final Link[] links;
  private final ExecutorService senders =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("tapedeck-send-", 0).factory());
  private final AtomicLong bytesSent = new AtomicLong();

  private TcpCollective(int rank, Link... links) {
    this.rank = rank;
    this.links = links;
  }

  /**
   * Joins a collective: connects to the workers before this one, and waits for those after it.
   *
   * @param addresses where the workers are reached, by rank
   * @param own what accepts connections at this worker's address; closed afterwards
   * @param secret what all workers know
   * @param limit how long a worker may take to answer
   * @throws WorkerLostException if one cannot be reached, or does not know the secret
   */
  public static TcpCollective join(
      int rank,
      List<InetSocketAddress> addresses,
      ServerSocket own,
      byte[] secret,
      Duration limit) {
    Link[] links = new Link[addresses.size()];
    TcpCollective collective = new TcpCollective(rank, links);
    boolean complete = false;
    List<Integer> later = IntStream.range(rank + 1, links.length).boxed().toList();
    try (Door door = new Door(own, secret, later, limit)) {
      for (int other = 0; other < rank; other++) {
        InetSocketAddress address = addresses.get(other);
        String peer = "worker " + other + " (" + address + ")";
        links[other] = Link.connect(address, secret, peer, rank, limit);
      }
      long end = System.nanoTime() + limit.toNanos();
      for (int missing = later.size(); missing > 0; ) {
        Optional<Link> joined = door.next();
        if (joined.isPresent()) {
          links[joined.get().rank()] = joined.get();
          missing--;
        } else if (System.nanoTime() > end) {
          throw new SocketTimeoutException(missing + " workers have not connected");
        }
      }
      complete = true;
      return collective;
    } catch (IOException e) {
      throw new WorkerLostException(
          "distributed training: worker "
              + rank
              + " cannot connect with the others within the time limit: "
              + e.getMessage(),
          e);
    } finally {
      if (!complete) {
        collective.close();
      }
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return links.length;
  }

  /** Returns how many bytes of tensors this worker has sent. */
  public long bytesSent() {
    return bytesSent.get();
  }

  @Override
  public void allReduce(EagerTensor numbers) {
    EagerTensor own = slice(numbers, rank);
    EagerTensor[] parts = new EagerTensor[size()];
    Arrays.setAll(parts, i -> i == rank ? own : like(own));
    exchange(
        other -> send(other, slice(numbers, other)),
        other -> links[other].receive(parts[other].elements()));
    TreeSum.of(parts);
    if (rank != 0) {
      own.elements().copyFrom(parts[0].elements());
    }
    for (int i = 0; i < parts.length; i++) {
      if (i != rank) {
        parts[i].release();
      }
    }
    exchange(
        other -> send(other, own), other -> links[other].receive(slice(numbers, other).elements()));
  }

  private EagerTensor slice(EagerTensor numbers, int number) {
    return TreeSum.slice(numbers, number, size());
  }

  private static EagerTensor like(EagerTensor slice) {
    return EagerTensor.allocate(new TensorSpec(slice.dtype(), Shape.of(slice.shape().count())));
  }

  @Override
  public void broadcast(EagerTensor numbers, int root) {
    exchange(
        other -> {
          if (rank == root) {
            send(other, numbers);
          }
        },
        other -> {
          if (other == root) {
            links[other].receive(numbers.elements());
          }
        });
  }

  private void send(int other, EagerTensor numbers) {
    links[other].send(numbers.elements());
    bytesSent.addAndGet(numbers.spec().bytes());
  }

  /** Sends to all other workers while it receives from them, one after the other. */
  private void exchange(IntConsumer sending, IntConsumer receiving) {
    List<Future<?>> sent = new ArrayList<>();
    boolean complete = false;
    try {
      for (int i = 1; i < size(); i++) {
        int other = rank ^ i;
        sent.add(senders.submit(() -> sending.accept(other)));
      }
      for (int i = 1; i < size(); i++) {
        receiving.accept(rank ^ i);
      }
      for (Future<?> future : sent) {
        future.get();
      }
      complete = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerLostException("distributed training: worker " + rank + " was stopped", e);
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  @Override
  public void close() {
    for (Link link : links) {
      if (link != null) {
        link.close();
      }
    }
    senders.shutdownNow();
  }
}
