package dev.tapedeck.distributed;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One training whose steps workers take. */
final class RemoteRun implements Distribution.Run {
  private final Replica model;
  private final Supplier<Example> sample;
  private final Link[] workers;
  private final boolean averages;
  private final SlowWorkers slow;
  private final ScheduledExecutorService signs =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tapedeck-coordinator").factory());
  private List<Variable> variables;

  /** The values that the workers have or will have, as far as this process knows. */
  private EagerTensor[] known;

  private boolean behind;

  RemoteRun(Replica model, Supplier<Example> sample, Link[] workers, Invitation training) {
    averages = training.averageEvery() > 0;
    this.model = model;
    this.sample = sample;
    this.workers = workers;
    slow = new SlowWorkers(workers);
    long period = training.limit().toMillis() / Coordinator.SIGNS;
    Future<?> _ =
        signs.scheduleAtFixedRate(
            () -> sendAll(new Command.Wait()), period, period, TimeUnit.MILLISECONDS);
  }

  private void sendAll(Command command) {
    for (Link worker : workers) {
      synchronized (worker) {
        worker.write(out -> Command.write(command, out));
      }
    }
  }

  @Override
  public void train(Example batch) {
    if (!(batch.inputs() instanceof ShardedDataset.Place place)) {
      throw Refusal.of(
          "fit",
          "needs a ShardedDataset, whose examples the workers have",
          batch.inputs().getClass().getSimpleName(),
          "give a ShardSource, or train with DataParallel");
    }
    build();
    List<Integer> changed =
        IntStream.range(0, known.length)
            .filter(i -> known[i] == null || known[i].isStale())
            .boxed()
            .toList();
    Command step = new Command.Step(RandomKey.next(), place.epoch(), place.batch(), changed);
    model.begin();
    for (Link worker : workers) {
      synchronized (worker) {
        worker.write(out -> Command.write(step, out));
        changed.forEach(number -> send(worker, variables.get(number)));
      }
    }
    behind = true;
    model.report(replies());
    know();
  }

  private void build() {
    if (variables == null) {
      model.build(sample.get());
      variables = model.variables();
      known = new EagerTensor[variables.size()];
    }
  }

  private static void send(Link worker, Variable variable) {
    worker.send(variable.memory().elements());
  }

  /** Notes that the workers have, or compute, the values of all variables. */
  private void know() {
    Arrays.setAll(known, i -> variables.get(i).memory());
  }

  /** Returns what all shards have added, when all workers are done. */
  private double[] replies() {
    List<RuntimeException> failures = new ArrayList<>();
    long[] nanos = new long[workers.length];
    double[][] added = new double[workers.length][];
    for (int i = 0; i < workers.length; i++) {
      try {
        switch (workers[i].read(Reply::read)) {
          case Reply.Done done -> {
            nanos[i] = done.nanos();
            added[i] = done.added();
          }
          case Reply.Failed failed -> failures.add(failed.error(workers[i].peer()));
        }
      } catch (WorkerLostException e) {
        failures.add(e);
      }
    }
    // If a worker fails, the others lose it.
    failures.stream()
        .filter(failure -> !(failure instanceof WorkerLostException))
        .findFirst()
        .or(() -> failures.stream().findFirst())
        .ifPresent(
            failure -> {
              throw failure;
            });
    slow.add(nanos);
    return averages ? sum(added) : added[0];
  }

  /** Adds up what the workers' shards add, into the first worker's. */
  private static double[] sum(double[]... added) {
    for (int step = 1; step < added.length; step *= 2) {
      for (int left = 0; left < added.length; left += 2 * step) {
        for (int i = 0; i < added[left].length; i++) {
          added[left][i] += added[left + step][i];
        }
      }
    }
    return added[0];
  }

  @Override
  public void synchronize() {
    if (behind) {
      sendAll(new Command.Report());
      variables.forEach(variable -> workers[0].receive(variable.writing().elements()));
      behind = false;
      know();
    }
  }

  @Override
  public void close() {
    signs.shutdownNow();
    for (Link worker : workers) {
      try {
        synchronized (worker) {
          worker.write(out -> Command.write(new Command.End(), out));
        }
      } catch (WorkerLostException e) {
        // It has ended already.
      }
      worker.close();
    }
  }
}
