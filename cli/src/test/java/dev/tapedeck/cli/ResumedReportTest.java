package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.BackupAndRestore;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.summaries.Report;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of a training that was interrupted and goes on is that of one that was not. */
class ResumedReportTest {
  private static final Tensor X = Tensor.of(new float[][] {{1}, {2}, {3}});
  private static final Tensor Y = Tensor.of(new float[][] {{2}, {3}, {7}});

  @TempDir Path temp;
  private Path page;
  private String whole;

  /** Stops a training, or fails as if it were killed, after a step of an epoch. */
  private record EndAfter(int epoch, int step, boolean killed) implements Callback {
    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int done, Map<String, Double> logs) {
      if (model.progress().epoch() == epoch && done == step) {
        if (killed) {
          throw new IllegalStateException("killed");
        }
        model.stopTraining();
      }
    }
  }

  @BeforeEach
  void trainWithoutAStop() throws IOException {
    page = temp.resolve("run.html");
    train(new Report(page));
    whole = Files.readString(page);
    assertTrue(whole.contains("val_loss"), whole);
  }

  /** Trains as a fresh process does, with a validation after every other epoch. */
  private void train(Callback... callbacks) {
    RandomKey.seed(5);
    Model model = new Sequential(new Dense(1));
    model.name("line"); // not by a number of the process
    model.compile(new Adam(0.1), Losses.meanSquaredError());
    FitOptions options =
        FitOptions.epochs(5)
            .validation(Pipeline.of(X, Y).batch(3))
            .validationFreq(2)
            .verbosity(Verbosity.SILENT);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    model.fit(Pipeline.of(X, Y).shuffle(3).batch(1), options);
  }

  private Callback backup() {
    return new BackupAndRestore(temp.resolve("backup")).saveEvery(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, true", "1, 2, false", "2, 0, false", "2, 1, true", "4, 2, true"})
  void hasTheCurvesBeforeTheStop(int epoch, int step, boolean killed) throws IOException {
    try {
      train(backup(), new Report(page), new EndAfter(epoch, step, killed));
    } catch (IllegalStateException expected) {
      assertEquals("killed", expected.getMessage());
    }
    Files.delete(page); // it is not read
    train(new Report(page), backup());
    assertEquals(whole, Files.readString(page));
  }

  @Test
  void itCanBeAddedAndLeftOut() throws IOException {
    train(backup(), new EndAfter(1, 0, false));
    train(backup(), new Report(page), new EndAfter(3, 0, false));
    List<String> since = epochs();
    assertEquals(List.of("2", "3"), since);
    train(backup());
    assertEquals(since, epochs());
  }

  private List<String> epochs() throws IOException {
    try (Stream<String> lines = Files.lines(page)) {
      return lines
          .filter(line -> line.matches("<tr><td>\\d+</td>.*"))
          .map(line -> line.replaceAll("<tr><td>(\\d+)</td>.*", "$1"))
          .toList();
    }
  }
}
