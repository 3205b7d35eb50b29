package dev.tapedeck.distributed;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import dev.tapedeck.train.ShardSums;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A process, or thread, that computes some shards of each batch of a training. */
public final class Worker {
  private final Invitation training;
  private final Link coordinator;
  private final Collective collective;
  private final Replica replica;
  private final ShardTeam team;
  private final ShardReader reader;
  private List<Variable> variables;
  private long steps;

  private Worker(
      Invitation training,
      Link coordinator,
      Collective collective,
      Replica replica,
      ShardSource source,
      int threads) {
    this.training = training;
    this.coordinator = coordinator;
    this.collective = collective;
    this.replica = replica;
    team = new ShardTeam(replica, Math.min(threads, training.shardsOfWorker()));
    reader = new ShardReader(source, first(), training.shardsOfWorker());
  }

  /**
   * Works for a training, until it ends.
   *
   * @param training the coordinator's {@link Coordinator#invitation}
   * @param rank number of this worker, from 0 on
   * @param host where the other workers reach this one
   * @param model makes the same model as the coordinator's, compiled in the same way; its values do
   *     not matter
   * @param source the data; of this worker's shards alone
   * @param threads number of threads that compute shards
   * @throws WorkerLostException if the coordinator or another worker is gone
   */
  public static void run(
      Invitation training,
      int rank,
      String host,
      Supplier<? extends Trainable<?, ?>> model,
      ShardSource source,
      int threads) {
    InetSocketAddress address = new InetSocketAddress(training.host(), training.port());
    try (ServerSocket own = new ServerSocket(0);
        Link coordinator =
            Link.connect(address, training.key(), "the coordinator", rank, training.limit())) {
      try {
        coordinator.write(out -> Command.introduce(host, own.getLocalPort(), out));
        List<InetSocketAddress> all = addresses(coordinator);
        try (Collective collective =
            TcpCollective.join(rank, all, own, training.key(), training.limit())) {
          Replica replica = RandomKey.withKey(ShardTeam.ANY, () -> Replica.of(model.get()));
          new Worker(training, coordinator, collective, replica, source, threads).work();
        }
      } catch (RuntimeException | Error e) {
        tell(coordinator, e);
        throw e;
      }
    } catch (IOException e) {
      throw new WorkerLostException(
          "distributed training: worker " + rank + " cannot reach the coordinator at " + address,
          e);
    }
  }

  private static List<InetSocketAddress> addresses(Link coordinator) {
    Command command = coordinator.read(Command::read);
    while (command instanceof Command.Wait) { // until the last worker is there
      command = coordinator.read(Command::read);
    }
    return ((Command.Meet) command).workers();
  }

  private static void tell(Link coordinator, Throwable failure) {
    try {
      Reply reply = new Reply.Failed(failure instanceof WorkerLostException, failure.toString());
      coordinator.write(out -> Reply.write(reply, out));
    } catch (WorkerLostException e) {
      failure.addSuppressed(e);
    }
  }

  private int first() {
    return collective.rank() * training.shardsOfWorker();
  }

  private void work() {
    try (team) {
      while (true) {
        switch (coordinator.read(Command::read)) {
          case Command.Wait _, Command.Meet _ -> {}
          case Command.Step step -> {
            Reply done = take(step);
            coordinator.write(out -> Reply.write(done, out));
          }
          case Command.Report _ -> report();
          case Command.End _ -> {
            return;
          }
        }
      }
    }
  }

  private void report() {
    if (averages()) {
      try (Scope _ = new Scope()) {
        average();
      }
    }
    if (collective.rank() == 0) {
      variables.forEach(variable -> coordinator.send(variable.memory().elements()));
    }
  }

  private Reply take(Command.Step step) {
    try (Scope _ = new Scope()) {
      long start = System.nanoTime();
      Example[] shards = reader.read(step.epoch(), step.batch());
      build(shards, step);
      for (int number : step.changed()) {
        coordinator.receive(variables.get(number).writing().elements());
      }
      if (!step.changed().isEmpty()) {
        team.follow();
      }
      Exchange exchange = new Exchange(replica, averages() ? null : collective);
      boolean complete = false;
      try {
        team.sums(shards, first(), step.key(), exchange);
        complete = true;
      } finally {
        if (!complete) {
          exchange.cancel();
        }
      }
      long nanos = System.nanoTime() - start;
      ShardSums sums = exchange.totals();
      double[] added = sums.added();
      if (added[0] > 0) {
        team.update(sums);
      }
      if (averages() && ++steps % training.averageEvery() == 0) {
        average();
      }
      return new Reply.Done(nanos, added);
    }
  }

  /** Returns whether the workers take steps apart. */
  private boolean averages() {
    return training.averageEvery() > 0;
  }

  /** Makes the floating variables their means over the workers. */
  private void average() {
    for (Variable variable : variables) {
      if (variable.dtype().isFloating()) {
        EagerTensor memory = variable.writing();
        EagerTensor numbers =
            memory.view(Shape.of(memory.shape().count()), new long[] {1}, memory.offset());
        collective.allReduce(numbers);
        variable.write((EagerTensor) memory.div(collective.size()));
      }
    }
    team.follow();
  }

  /** Creates the variables, with the first examples. */
  private void build(Example[] shards, Command.Step step) {
    if (variables != null) {
      return;
    }
    Example example =
        Arrays.stream(shards)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "distributed training: worker "
                            + collective.rank()
                            + " has no example in the first batch; give larger batches, or fewer"
                            + " shards"));
    variables =
        RandomKey.withKey(
            ShardTeam.ANY,
            () -> {
              team.build(example);
              return replica.variables();
            });
    if (variables.size() != step.changed().size()) {
      throw new IllegalStateException(
          "distributed training: worker "
              + collective.rank()
              + " has a model of "
              + variables.size()
              + " variables, and the coordinator one of "
              + step.changed().size()
              + "; make the same model on both");
    }
  }
}
