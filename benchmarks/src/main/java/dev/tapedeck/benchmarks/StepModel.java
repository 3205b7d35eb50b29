package dev.tapedeck.benchmarks;

import dev.tapedeck.benchmarks.Events.Servers;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;

/**
 * A model of a training by workers: discrete events, on machines whose cores, and links in each
 * direction, are servers.
 *
 * <p>A step is a message from the coordinator to each worker; each worker's shards, on its threads,
 * and their sums; the exchange of gradients, a slice with every other worker, there and back; the
 * update; and an answer to the coordinator. Tensors are sent in pieces, which use a core on both
 * sides and the links between.
 *
 * @param parts what the parts of a step take
 * @param network what is between the machines
 * @param machines where the workers are
 */
record StepModel(Parts parts, Network network, Machines machines) {
  private static final double PIECE = 1 << 18;

  /**
   * Times of a step's parts, in seconds.
   *
   * @param read to read a shard's examples
   * @param shard to compute a shard
   * @param add to add two vectors of all gradients
   * @param update to change the weights, by all cores of a machine
   * @param follow to copy the weights for another thread
   * @param bytes size of the gradients
   */
  record Parts(double read, double shard, double add, double update, double follow, double bytes) {}

  /**
   * Times of messages, in seconds.
   *
   * @param latency until a message begins to arrive
   * @param perByte for a byte to pass through a link
   * @param corePerByte of a core, for a byte, to send and to receive it together
   * @param corePerMessage of a core, for a message of tensors
   * @param coordinator of the coordinator's core, for the messages to and from a worker
   * @param roundTrip of a message to a worker and its answer, without that
   */
  record Network(
      double latency,
      double perByte,
      double corePerByte,
      double corePerMessage,
      double coordinator,
      double roundTrip) {
    static final Network NONE = new Network(0, 0, 0, 0, 0, 0);

    /** Returns one of unlimited bandwidth. */
    Network unlimited() {
      return new Network(latency, 0, corePerByte, corePerMessage, coordinator, roundTrip);
    }

    /** Returns one whose bytes take no time of cores. */
    Network withoutCopies() {
      return new Network(latency, perByte, 0, corePerMessage, coordinator, roundTrip);
    }

    /** Returns one whose messages take no time of their own. */
    Network withoutMessages() {
      return new Network(0, perByte, corePerByte, 0, coordinator, roundTrip);
    }

    /** Returns one without a coordinator. */
    Network withoutCoordinator() {
      return new Network(latency, perByte, corePerByte, corePerMessage, 0, 0);
    }
  }

  /**
   * The workers and their machines.
   *
   * @param workers number of workers
   * @param shared whether all, and the coordinator, are on one machine
   * @param cores number of cores of a machine
   * @param threads number of threads of a worker
   * @param slowdown mean of what a worker's shards take longer in a step, as a part of their time:
   *     a random number, exponentially distributed
   */
  record Machines(int workers, boolean shared, int cores, int threads, double slowdown) {}

  /**
   * Means of simulated steps, in seconds.
   *
   * @param processor time of all cores of the first worker's machine together
   */
  record Step(double time, double processor) {}

  /** Simulates some steps. */
  Step simulated(int shards, int steps) {
    Training training = new Training(shards);
    double time = training.run(steps) / steps;
    return new Step(time, training.workers[0].cores.busy() / steps);
  }

  /** Returns the mean time of a step in seconds. */
  double seconds(int shards, int steps) {
    return simulated(shards, steps).time;
  }

  /** A simulated training. */
  private final class Training {
    private final Events events = new Events();
    private final Random random = new Random(1);
    private final int shards;
    private final Servers coordinator;
    private final Worker[] workers = new Worker[machines.workers];
    private int stepsLeft;

    Training(int allShards) {
      shards = allShards / workers.length;
      Servers first = events.servers(machines.cores);
      coordinator = machines.shared ? first : events.servers(1);
      Arrays.setAll(
          workers, i -> new Worker(i, machines.shared ? first : events.servers(machines.cores)));
    }

    double run(int steps) {
      stepsLeft = steps;
      step();
      return events.run();
    }

    private void step() {
      if (stepsLeft > 0) {
        stepsLeft--;
        Runnable end = Events.countdown(workers.length, this::step);
        Arrays.stream(workers).forEach(worker -> worker.begin(end));
      }
    }

    private final class Worker {
      private final int rank;
      private final Servers cores;
      private final Servers up = events.servers(1);
      private final Servers down = events.servers(1);
      private final int threads = Math.min(machines.threads, shards);
      private int left;
      private Runnable slice;
      private Runnable sum;

      Worker(int rank, Servers cores) {
        this.rank = rank;
        this.cores = cores;
      }

      void begin(Runnable end) {
        left = shards;
        slice = Events.countdown(workers.length - 1, this::addSlices);
        sum = Events.countdown(workers.length, () -> update(end));
        coordinator.serve(
            network.coordinator / 2, () -> events.after(network.roundTrip / 2, this::read));
      }

      private void read() {
        cores.serve(shards * parts.read, this::compute);
      }

      private void compute() {
        double slower = 1 - machines.slowdown * Math.log(1 - random.nextDouble());
        Runnable computed = Events.countdown(threads, this::exchange);
        for (int i = 0; i < threads; i++) {
          shard(slower, computed);
        }
      }

      private void shard(double slower, Runnable computed) {
        if (left == 0) {
          computed.run();
          return;
        }
        left--;
        double add = left == 0 ? 0 : parts.add; // of k shards, k - 1 are added to another
        cores.serve(slower * parts.shard + add, () -> shard(slower, computed));
      }

      private void exchange() {
        if (workers.length == 1) {
          sum.run();
        } else {
          sendAll(worker -> worker.slice);
        }
      }

      private void addSlices() {
        cores.serve(
            parts.add * (workers.length - 1) / workers.length,
            () -> {
              sendAll(worker -> worker.sum);
              sum.run();
            });
      }

      /** Sends a slice to each other worker. */
      private void sendAll(Function<Worker, Runnable> arrived) {
        double bytes = parts.bytes / workers.length;
        int pieces = (int) Math.ceil(Math.max(bytes, 1) / PIECE);
        for (int i = 1; i < workers.length; i++) {
          Worker other = workers[rank ^ i];
          Runnable all = Events.countdown(pieces, arrived.apply(other));
          for (int piece = 0; piece < pieces; piece++) {
            double begin = piece == 0 ? network.corePerMessage : 0;
            cores.serve(
                begin + bytes / pieces * network.corePerByte / 2,
                () -> transmit(other, bytes / pieces, all));
          }
        }
      }

      /** Passes a piece through both links, at once but for the latency. */
      private void transmit(Worker other, double bytes, Runnable arrived) {
        double link = bytes * network.perByte;
        Runnable receive =
            () ->
                other.down.serve(
                    link, () -> other.cores.serve(bytes * network.corePerByte / 2, arrived));
        up.serve(link, () -> events.after(network.latency, receive), () -> {});
      }

      private void update(Runnable end) {
        Runnable updated =
            Events.countdown(
                machines.cores, () -> cores.serve((threads - 1) * parts.follow, () -> answer(end)));
        for (int i = 0; i < machines.cores; i++) {
          cores.serve(parts.update, updated);
        }
      }

      private void answer(Runnable end) {
        events.after(network.roundTrip / 2, () -> coordinator.serve(network.coordinator / 2, end));
      }
    }
  }
}
