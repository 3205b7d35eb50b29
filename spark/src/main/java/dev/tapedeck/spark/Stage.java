package dev.tapedeck.spark;

import dev.tapedeck.distributed.Invitation;
import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.distributed.ShardSource;
import dev.tapedeck.distributed.Worker;
import dev.tapedeck.distributed.WorkerLostException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * The barrier stage of a training, whose tasks are its workers.
 *
 * @param rows the workers' rows, a partition for each
 * @param models makes the model
 * @param threads number of threads of a worker
 * @param sources makes the data of a worker of its rows
 */
record Stage(JavaRDD<NumberedRow> rows, ModelFactory models, int threads, Sources sources) {
  private static final String EXECUTOR_LOST = "ExecutorLostFailure";

  /** What makes the data of a worker. */
  @FunctionalInterface
  interface Sources extends Serializable {
    ShardSource of(Iterator<NumberedRow> rows);
  }

  /** A stage that runs. */
  interface Run extends AutoCloseable {
    /** Returns its end. */
    Future<?> end();

    /** Ends the stage. */
    @Override
    void close();
  }

  /** Returns rows in a partition for each worker: row i is of shard i mod shards. */
  static JavaRDD<NumberedRow> placed(JavaRDD<NumberedRow> rows, int workers, int shards) {
    return rows.mapToPair(row -> new Tuple2<>((int) (row.number() % shards), row))
        .partitionBy(new ByWorker(workers, shards))
        .values();
  }

  private static final class ByWorker extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int workers;
    private final int shards;

    ByWorker(int workers, int shards) {
      this.workers = workers;
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return workers;
    }

    @Override
    public int getPartition(Object shard) {
      return (int) shard * workers / shards;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByWorker by && by.workers == workers && by.shards == shards;
    }

    @Override
    public int hashCode() {
      return 31 * workers + shards;
    }
  }

  private static final class Task
      extends AbstractFunction1<
          scala.collection.Iterator<NumberedRow>, scala.collection.Iterator<Object>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final Invitation training;
    private final ModelFactory models;
    private final int threads;
    private final Sources sources;

    Task(Invitation training, Stage stage) {
      this.training = training;
      models = stage.models;
      threads = stage.threads;
      sources = stage.sources;
    }

    @Override
    public scala.collection.Iterator<Object> apply(scala.collection.Iterator<NumberedRow> rows) {
      Natives.load();
      BarrierTaskContext context = BarrierTaskContext.get();
      int rank = context.partitionId();
      String host = context.getTaskInfos()[rank].address().split(":", 2)[0];
      ShardSource source = sources.of(CollectionConverters.asJava(rows));
      Worker.run(training, rank, host, models, source, threads);
      return scala.collection.Iterator$.MODULE$.empty();
    }
  }

  /** Runs the work; an executor that is lost may be replaced, what a task throws stays. */
  private static Void run(RDD<?> work) throws Exception {
    try {
      long _ = work.count();
      return null;
    } catch (Exception e) { // Spark's is checked, and Scala does not declare it
      throw String.valueOf(e.getMessage()).contains(EXECUTOR_LOST)
          ? new WorkerLostException(e.getMessage(), e)
          : e;
    }
  }

  /** Starts the stage. */
  Run start(Invitation training) {
    ClassTag<Object> tag = ClassTag$.MODULE$.apply(Object.class);
    RDD<Object> work = rows.rdd().barrier().mapPartitions(new Task(training, this), false, tag);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(rows.context());
    String group = "tapedeck-" + training.port();
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("tapedeck-stage").factory());
    Future<?> end =
        thread.submit(
            () -> {
              context.setJobGroup(group, "Training", true);
              return run(work);
            });
    return new Run() {
      @Override
      public Future<?> end() {
        return end;
      }

      @Override
      public void close() {
        try {
          end.get(training.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
          // The workers have told the coordinator.
        }
        if (!end.isDone()) {
          context.cancelJobGroup(group);
        }
        thread.shutdownNow();
      }
    };
  }
}
