package dev.tapedeck.benchmarks;

import dev.tapedeck.benchmarks.StepModel.Network;
import dev.tapedeck.distributed.TcpCollective;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** Measurements of messages between workers of one machine, and with the coordinator. */
final class NetworkParts {
  /** The word with which a worker process measures this, with steps of a task of small ones. */
  static final String WORD = "network";

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final byte[] SECRET = {1};
  private static final int LARGE = 1 << 22;
  private static final int CALLS = 10;
  private static final int MANY = 8;
  private static final int CORES = 2;

  private NetworkParts() {}

  /** Prints what messages take. */
  static void print(Task task) {
    Network network = measure(task);
    System.out.printf(
        Locale.ROOT,
        WORD + " %.9f 0 %.15f %.9f %.9f %.9f%n",
        network.latency(),
        network.corePerByte(),
        network.corePerMessage(),
        network.coordinator(),
        network.roundTrip());
  }

  private static Network measure(Task task) {
    // Workers of n send n - 1 messages there and back; the cores of the machine share that work.
    double two = allReduce(2, 2);
    double eight = allReduce(MANY, MANY);
    double message = (eight - two) / (messages(MANY) - messages(2));
    double latency = Math.max(0, (two - messages(2) * message) / 2);
    double bytes = (allReduce(2, LARGE) - two) / (messages(2) * LARGE / 2 * Float.BYTES);
    StepsOfFit one = trained(ShardedFit.workers(task, 1, Integer.MAX_VALUE));
    StepsOfFit many = trained(ShardedFit.workers(task, MANY, Integer.MAX_VALUE));
    StepsOfFit without = trained(ShardedFit.threads(task, 1));
    double coordinator =
        (Timing.best(many::runOnProcessor) - Timing.best(one::runOnProcessor)) / (MANY - 1);
    double wall = Timing.best(one::run) - Timing.best(without::run);
    return new Network(latency, 0, bytes, message, coordinator, Math.max(0, wall - coordinator));
  }

  private static StepsOfFit trained(StepsOfFit steps) {
    Timing.warmUp(steps::run);
    return steps;
  }

  /** Returns how many messages one after the other an exchange is for a core. */
  private static double messages(int workers) {
    return 2.0 * workers * (workers - 1) / CORES;
  }

  /** Returns the time of a sum of so many float32 numbers over threads of this process. */
  private static double allReduce(int workers, int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      sockets.add(socket());
      addresses.add(new InetSocketAddress("localhost", sockets.get(i).getLocalPort()));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<TcpCollective> members =
          each(
              threads,
              workers,
              rank -> TcpCollective.join(rank, addresses, sockets.get(rank), SECRET, LIMIT));
      LongSupplier calls = () -> Timing.nanos(() -> each(threads, workers, sums(members, count)));
      Timing.warmUp(calls);
      double best = Timing.best(calls);
      members.forEach(TcpCollective::close);
      return best / CALLS;
    }
  }

  private static IntFunction<EagerTensor> sums(List<TcpCollective> members, int count) {
    return rank -> {
      EagerTensor numbers = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(count)));
      for (int i = 0; i < CALLS; i++) {
        members.get(rank).allReduce(numbers);
      }
      numbers.release();
      return numbers;
    };
  }

  private static ServerSocket socket() {
    try {
      return new ServerSocket(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what threads, one for each rank, return. */
  private static <T> List<T> each(ExecutorService threads, int ranks, IntFunction<T> work) {
    List<Callable<T>> calls = new ArrayList<>();
    for (int i = 0; i < ranks; i++) {
      int rank = i;
      calls.add(() -> work.apply(rank));
    }
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
