package dev.tapedeck.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.distributed.DataParallel;
import dev.tapedeck.distributed.WorkerLostException;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Trainable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainings whose executors are killed; {@code -Dtapedeck.spark.kills=20} for more than two. */
class FaultsTest {
  private static final int KILLS = Integer.getInteger("tapedeck.spark.kills", 2);
  private static final int EPOCHS = 4;

  private static SparkSession spark;

  @BeforeAll
  static void start() throws Exception {
    spark = LocalCluster.processes(2);
  }

  @AfterAll
  static void stop() throws Exception {
    spark.close();
  }

  /** Kills an executor after a number of steps, and then no more. */
  private static final class Killer implements Callback {
    private final Random random;
    private int steps;

    Killer(Random random) {
      this.random = random;
      steps = random.nextInt(EPOCHS * (int) TrainingCase.STEPS);
    }

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      if (steps-- == 0) {
        List<ProcessHandle> executors = LocalCluster.executors();
        assertEquals(2, executors.size());
        assertTrue(executors.get(random.nextInt(2)).destroyForcibly());
      }
    }
  }

  @Test
  void aTrainingEndsWithTheSameWeightsWhenExecutorsAreKilled() {
    FitOptions options = FitOptions.epochs(EPOCHS).verbosity(FitOptions.Verbosity.SILENT);
    TrainingCase.Result expected = TrainingCase.MLP.onOneMachine(options, new DataParallel(8));
    for (int i = 0; i < KILLS; i++) {
      Random random = new Random(i);
      Model model = TrainingCase.MLP.model();
      // Before the first checkpoint, or after some.
      History history =
          new SparkTraining(spark, 2)
              .saveEvery(1 + random.nextInt(5))
              .limit(Duration.ofSeconds(30))
              .fit(
                  model,
                  TrainingCase.table(spark),
                  TrainingCase.MLP.columns(),
                  TrainingCase.BATCH,
                  options.callback(new Killer(random)));
      TrainingCase.assertSame(expected, TrainingCase.result(model, history));
    }
  }

  @Test
  void executorsMayAlsoBeLostBeforeTheyHaveJoined() {
    FitOptions options = FitOptions.epochs(1).verbosity(FitOptions.Verbosity.SILENT);
    Callback atFirst =
        new Callback() {
          private boolean done;

          @Override
          public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
            if (!done) {
              done = true;
              assertTrue(LocalCluster.executors().getFirst().destroyForcibly());
            }
          }
        };
    Model model = TrainingCase.MLP.model();
    History history =
        new SparkTraining(spark, 2)
            .limit(Duration.ofSeconds(30))
            .fit(
                model,
                TrainingCase.table(spark),
                TrainingCase.MLP.columns(),
                TrainingCase.BATCH,
                options.callback(atFirst));
    TrainingCase.assertSame(
        TrainingCase.MLP.onOneMachine(options, new DataParallel(8)),
        TrainingCase.result(model, history));
  }

  @Test
  void aTrainingThatLosesWorkersTooOftenSaysSo() {
    Callback always =
        new Callback() {
          @Override
          public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
            LocalCluster.executors().getFirst().destroyForcibly();
          }
        };
    SparkTraining training = new SparkTraining(spark, 2).restarts(1).limit(Duration.ofSeconds(30));
    WorkerLostException lost =
        assertThrows(
            WorkerLostException.class,
            () ->
                training.fit(
                    TrainingCase.MLP.model(),
                    TrainingCase.table(spark),
                    TrainingCase.MLP.columns(),
                    TrainingCase.BATCH,
                    FitOptions.epochs(1).verbosity(FitOptions.Verbosity.SILENT).callback(always)));
    assertTrue(lost.getMessage().contains("worker"), lost.getMessage());
  }
}
