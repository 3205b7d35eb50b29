package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code fit} says of its data. */
class DataWarningsTest {
  private static final Pipeline DATA = Pipeline.of(new float[12][2], new float[12][1]).batch(1);

  private static List<String> warnings(Pipeline data, int epochs) {
    Model model = new Sequential(new Dense(1));
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    return LossWatchTest.warnings(
        () -> model.fit(data, FitOptions.epochs(epochs).verbosity(Verbosity.SILENT)));
  }

  @Test
  void dataThatCannotGoOnAfterARestartIsNamed() {
    assertEquals(
        List.of(
            "fit: the data cannot be gone on with from a checkpoint after a restart: fromIterator"
                + " reads an iterator, which gives each element once"),
        warnings(Pipeline.fromIterator(DATA.iterator()), 1));
    assertEquals(List.of(), warnings(DATA, 2));
  }

  @Test
  void slowDataIsNamedOnce() {
    List<String> warned = warnings(DATA.map(DataWarningsTest::slowly), 2);
    assertEquals(1, warned.size(), warned.toString());
    assertTrue(
        warned
            .getFirst()
            .matches("fit: epoch 1 waited for data in \\d+ % of its time; make batches .*"),
        warned.toString());
  }

  private static Example slowly(Example example) {
    try {
      Thread.sleep(110);
      return example;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
