package dev.tapedeck.benchmarks;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.distributed.Coordinator;
import dev.tapedeck.distributed.DataParallel;
import dev.tapedeck.distributed.ShardSource;
import dev.tapedeck.distributed.ShardedDataset;
import dev.tapedeck.distributed.Worker;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Trainings as they are, and by 8 shards of each batch on threads or workers. */
final class ShardedFit {
  /** The word with which a worker process measures a training. */
  static final String WORD = "steps";

  static final int SHARDS = 8;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private ShardedFit() {}

  /** A way to train. */
  enum Kind {
    PLAIN,
    THREADS,
    WORKERS
  }

  /**
   * Prints the seconds of the fastest step, and those of all threads on the processor, in the mean.
   */
  static void print(Task task, Kind kind, int number) {
    StepsOfFit steps =
        switch (kind) {
          case PLAIN -> plain(task);
          case THREADS -> threads(task, number);
          case WORKERS -> workers(task, number, 0);
        };
    Timing.warmUp(steps::run);
    long taken = steps.taken();
    double processor = Machine.processorSeconds();
    double fastest = Timing.best(steps::run);
    double mean = (Machine.processorSeconds() - processor) / (steps.taken() - taken);
    System.out.printf(Locale.ROOT, WORD + " %.9f %.9f%n", fastest, mean);
  }

  private static StepsOfFit plain(Task task) {
    Net net = Nets.of(task);
    Pipeline data = data(net, task.batch(), task.batches(net.batches()));
    Model model = compiled(net);
    return new StepsOfFit(options -> model.fit(data, options));
  }

  /** Returns a training whose shards are computed by threads. */
  static StepsOfFit threads(Task task, int threads) {
    Net net = Nets.of(task);
    Pipeline data = data(net, task.batch(), task.batches(net.batches()));
    Model model = compiled(net);
    DataParallel shards = new DataParallel(SHARDS).parallel(threads);
    return new StepsOfFit(options -> model.fit(data, options.distribution(shards)));
  }

  /**
   * Returns a training by workers of one thread each, in this process, connected by sockets.
   *
   * @param averageEvery the coordinator's; 0 to exchange gradients
   */
  static StepsOfFit workers(Task task, int workers, int averageEvery) {
    Net net = Nets.of(task);
    int batches = task.batches(net.batches());
    int rows = task.batch() / SHARDS;
    List<Pipeline> shards = Stream.generate(() -> data(net, rows, batches)).limit(SHARDS).toList();
    ShardSource source = ShardSource.of(shards::get);
    Coordinator coordinator =
        new Coordinator(
            "localhost", workers, SHARDS, averageEvery, () -> example(net, rows), LIMIT);
    for (int i = 0; i < workers; i++) {
      int rank = i;
      Runnable work =
          () ->
              Worker.run(
                  coordinator.invitation(),
                  rank,
                  "localhost",
                  () -> compiled(Nets.of(task)),
                  source,
                  1);
      Thread.ofPlatform().daemon().start(work);
    }
    Model model = compiled(net);
    ShardedDataset data = new ShardedDataset(source, batches);
    return new StepsOfFit(options -> model.fit(data, options.distribution(coordinator)));
  }

  /** Returns shuffled batches. */
  static Pipeline data(Net net, int rows, int batches) {
    int count = rows * batches;
    return Pipeline.of(net.inputs().apply(count), net.labels().apply(count))
        .shuffle(count)
        .batch(rows);
  }

  static Example example(Net net, int rows) {
    return new Example(net.inputs().apply(rows), net.labels().apply(rows));
  }

  static Model compiled(Net net) {
    Model model = net.model();
    model.compile(
        new Adam(TapedeckWork.LEARNING_RATE), net.loss(), net.metrics().toArray(Metric[]::new));
    return model;
  }
}
