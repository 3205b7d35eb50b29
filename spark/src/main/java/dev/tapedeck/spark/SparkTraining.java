package dev.tapedeck.spark;

import dev.tapedeck.checkpoint.BackupAndRestore;
import dev.tapedeck.config.Records;
import dev.tapedeck.distributed.Coordinator;
import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.distributed.ShardDatasets;
import dev.tapedeck.distributed.ShardSource;
import dev.tapedeck.distributed.ShardedDataset;
import dev.tapedeck.distributed.WorkerLostException;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Replica;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;

/**
 * Training on Spark; immutable, each method returns a changed copy.
 *
 * <p>A barrier stage has one task for each worker. The global batch is cut into shards, whose
 * number does not depend on that of the workers: a training ends with the same bits on 1, 2, 4 or 8
 * workers, and on one machine by {@link dev.tapedeck.distributed.DataParallel} of as many shards.
 *
 * <p>If a worker is lost, the training goes on from its last checkpoint, in another barrier stage,
 * and ends with the weights of an undisturbed one.
 *
 * @param spark the session
 * @param workers number of workers, a power of two, which the cluster must be able to run at once
 * @param shards number of shards of a batch, a power of two; 8 by default, or as many as workers
 * @param threads number of threads of a worker that compute shards; by default 1
 * @param averageEvery number of steps that each worker takes on its own shards before all average
 *     their models, for slow networks; 0, the default, for an exchange of gradients in each step
 * @param replicas what makes the model on the workers; null, the default, for what {@code .keras}
 *     files can hold
 * @param checkpoints folder of checkpoints, from which a training of another process goes on, too;
 *     null, the default, for a temporary one
 * @param saveEvery number of steps from one checkpoint to the next; 0, the default, for one after
 *     each epoch
 * @param limit how long a worker may take to answer; by default a minute
 * @param restarts how many times workers may be lost; by default 4
 */
public record SparkTraining(
    SparkSession spark,
    int workers,
    int shards,
    int threads,
    int averageEvery,
    ModelFactory replicas,
    Path checkpoints,
    long saveEvery,
    Duration limit,
    int restarts) {
  private static final Logger LOG = Loggers.of(SparkTraining.class);
  private static final int SHARDS = 8;
  private static final int RESTARTS = 4;

  /** Makes a training on a number of workers. */
  public SparkTraining(SparkSession spark, int workers) {
    this(
        spark,
        workers,
        Math.max(SHARDS, workers),
        1,
        0,
        null,
        null,
        0,
        Duration.ofMinutes(1),
        RESTARTS);
  }

  /** Returns one with a number of shards. */
  public SparkTraining shards(int count) {
    return Records.with(this, "shards", count);
  }

  /** Returns one whose workers have a number of threads. */
  public SparkTraining threads(int count) {
    return Records.with(this, "threads", count);
  }

  /**
   * Returns one whose workers take steps on their own shards, and average their models after a
   * number of them (local SGD). The results then depend on the number of workers.
   */
  public SparkTraining averageEvery(int steps) {
    return Records.with(this, "averageEvery", steps);
  }

  /** Returns one whose workers make the model by a function, as for a class of one's own. */
  public SparkTraining replicas(ModelFactory factory) {
    return Records.with(this, "replicas", factory);
  }

  /** Returns one that saves to a folder, and goes on from what it finds there. */
  public SparkTraining checkpoints(Path folder) {
    return Records.with(this, "checkpoints", folder);
  }

  /** Returns one that also saves after a number of steps. */
  public SparkTraining saveEvery(long steps) {
    return Records.with(this, "saveEvery", steps);
  }

  /** Returns one with another time limit. */
  public SparkTraining limit(Duration longest) {
    return Records.with(this, "limit", longest);
  }

  /** Returns one that may lose workers a number of times. */
  public SparkTraining restarts(int count) {
    return Records.with(this, "restarts", count);
  }

  /**
   * Trains a compiled model on the rows of a table, which the workers keep in memory. Row {@code i}
   * belongs to shard {@code i mod shards}; each shard is in another order in every epoch.
   *
   * @param batch number of rows of a global batch, a multiple of the shards
   */
  public History fit(
      Trainable<?, ?> model, Dataset<Row> table, Columns columns, int batch, FitOptions options) {
    return fitRows(model, RowReader.numbered(table, columns), columns, batch, options);
  }

  /**
   * Trains a compiled model on the elements of an RDD, as {@link #fit(Trainable, Dataset, Columns,
   * int, FitOptions)} on rows.
   *
   * @param features returns the numbers of an element's input
   * @param label returns those of its label; null where there is none
   * @param columns the shape of inputs, and whether labels are numbers of classes; names do not
   *     matter
   */
  public <T> History fit(
      Trainable<?, ?> model,
      JavaRDD<T> elements,
      Function<T, float[]> features,
      Function<T, float[]> label,
      Columns columns,
      int batch,
      FitOptions options) {
    JavaRDD<NumberedRow> rows =
        elements
            .zipWithIndex()
            .map(
                element ->
                    new NumberedRow(
                        element._2,
                        features.call(element._1),
                        label == null ? null : label.call(element._1)));
    return fitRows(model, rows, columns, batch, options);
  }

  private History fitRows(
      Trainable<?, ?> model,
      JavaRDD<NumberedRow> rows,
      Columns columns,
      int batch,
      FitOptions options) {
    if (batch < shards || batch % shards != 0) {
      throw Refusal.of(
          "SparkTraining",
          "needs batches of a multiple of the " + shards + " shards",
          batch,
          "give " + Math.ceilDiv(Math.max(batch, 1), shards) * shards);
    }
    int count = shards;
    int ofShard = batch / shards;
    long number = rows.count();
    if (number < batch) {
      throw Refusal.of(
          "SparkTraining",
          "needs a batch of rows or more",
          number + " rows",
          "give smaller batches");
    }
    List<NumberedRow> first = rows.take(ofShard);
    return train(
        model,
        () -> NumberedRow.example(first, columns),
        Math.ceilDiv(Math.ceilDiv(number, count), ofShard),
        Stage.placed(rows, workers, shards),
        own -> new ShardRows(own, count, ofShard, columns),
        options);
  }

  /**
   * Trains a compiled model on datasets of shards.
   *
   * @param datasets makes the dataset of a shard, on the worker that computes it, and here to count
   *     its batches
   */
  public History fit(Trainable<?, ?> model, ShardDatasets datasets, FitOptions options) {
    long steps = IntStream.range(0, shards).mapToLong(i -> steps(datasets, i)).max().orElseThrow();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return train(
        model,
        () -> datasets.apply(0).iterator().next(),
        steps,
        context.parallelize(List.of(), workers),
        _ -> ShardSource.of(datasets),
        options);
  }

  private static long steps(ShardDatasets datasets, int shard) {
    long steps = datasets.apply(shard).cardinality();
    if (steps < 0) {
      throw Refusal.of(
          "SparkTraining",
          "needs datasets whose number of batches is known",
          "another for shard " + shard,
          "use take(n)");
    }
    return steps;
  }

  private History train(
      Trainable<?, ?> model,
      Supplier<Example> sample,
      long steps,
      JavaRDD<NumberedRow> rows,
      Stage.Sources sources,
      FitOptions options) {
    Replica built = Replica.of(model);
    built.build(sample.get());
    ModelFactory factory = replicas == null ? KerasReplica.of(model) : replicas;
    History history = new History();
    Beginning beginning = Beginning.of(built.variables());
    try (CheckpointPlace place = CheckpointPlace.of(checkpoints)) {
      for (int lost = 0; ; lost++) {
        BackupAndRestore backup = new BackupAndRestore(place.folder());
        FitOptions each =
            options
                .callback(history)
                .callback(saveEvery == 0 ? backup : backup.saveEvery(saveEvery));
        try {
          attempt(model, sample, steps, new Stage(rows, factory, threads, sources), each);
          return history;
        } catch (WorkerLostException e) {
          if (lost == restarts) {
            throw e;
          }
          LOG.warn("{}; the training goes on from its last checkpoint", e.getMessage());
          beginning.restore();
        }
      }
    }
  }

  private void attempt(
      Trainable<?, ?> model,
      Supplier<Example> sample,
      long steps,
      Stage stage,
      FitOptions options) {
    String host = spark.sparkContext().conf().get("spark.driver.host", "localhost");
    try (Coordinator coordinator =
            new Coordinator(host, workers, shards, averageEvery, sample, limit);
        Stage.Run run = stage.start(coordinator.invitation())) {
      coordinator.watch(run.end());
      History _ = model.fit(new ShardedDataset(null, steps), options.distribution(coordinator));
    }
  }
}
