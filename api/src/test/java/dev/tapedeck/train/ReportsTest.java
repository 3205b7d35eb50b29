package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What models report of an epoch: metrics, aggregators in fields, and what steps return. */
class ReportsTest {
  /** Two batches, of three examples and of one, whose sums are 6 and 20. */
  private static final Batches DATA = Batches.doubling(new float[] {1, 2, 3}, new float[] {20});

  private static final FitOptions SILENT =
      FitOptions.epochs(2).verbosity(FitOptions.Verbosity.SILENT);

  /** Adds up what it is given. */
  private static final class Total implements Metric {
    private final String name;
    private final Variable total = Variable.untrainable(0.0, "total");

    Total(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    void add(Tensor value) {
      total.assignAdd(value.cast(total.dtype()));
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      add(labels.sum());
    }

    @Override
    public Tensor result() {
      return total.value();
    }

    @Override
    public void reset() {
      total.assign(0);
    }
  }

  /** A model whose steps return something, and that has metrics in fields. */
  private static final class Reporting extends Model {
    private final Function<Example, Map<String, Tensor>> step;

    @SuppressWarnings("UnusedVariable") // found as a field
    private final List<Aggregator> aggregators;

    Reporting(Function<Example, Map<String, Tensor>> step, Aggregator... aggregators) {
      this.step = step;
      this.aggregators = List.of(aggregators);
      compile(new Descent(0.1), Losses.meanSquaredError());
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      return step.apply(batch);
    }

    @Override
    protected Map<String, Tensor> testStep(Example batch) {
      return step.apply(batch);
    }
  }

  /** Every epoch alike: 6 for three examples and 20 for one are 9.5 each. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatStepsReturnIsAveragedOverTheExamples(boolean eagerly) {
    Model model = new Reporting(batch -> Map.of("sum", batch.x().sum()));
    model.runEagerly(eagerly);
    List<Map<String, Double>> batches = new ArrayList<>();
    Callback spy =
        new Callback() {
          @Override
          public void onTrainBatchEnd(Trainable<?, ?> trained, int step, Map<String, Double> logs) {
            batches.add(logs);
          }
        };
    History history = model.fit(DATA, SILENT.callback(spy).validation(DATA));
    Map<String, Double> epoch = Map.of("sum", 9.5, "val_sum", 9.5);
    assertEquals(List.of(epoch, epoch), history.epochs());
    assertEquals(Map.of("sum", 6.0), batches.get(2), "the second epoch starts afresh");
    assertEquals(Map.of("sum", 9.5), model.evaluate(DATA));
  }

  @Test
  void aggregatorsInFieldsAreReportedAndReset() {
    Total total = new Total("total");
    Model model =
        new Reporting(
            batch -> {
              total.add(batch.x().sum());
              return Map.of("total", batch.y().sum()); // stands for the metric
            },
            total);
    Map<String, Double> epoch = Map.of("total", 26.0, "val_total", 26.0);
    assertEquals(List.of(epoch, epoch), model.fit(DATA, SILENT.validation(DATA)).epochs());
  }

  /** As models for Keras do that override its {@code train_step}. */
  @Test
  void aLossOfItsOwnMayBeInAField() {
    Total own = new Total("loss");
    Model model =
        new Reporting(
            batch -> {
              own.add(batch.x().sum());
              return Map.of();
            },
            own);
    assertEquals(List.of(26.0, 26.0), model.fit(DATA, SILENT).get("loss"));

    class Both extends Model {
      private final Linear linear = new Linear(1);

      @SuppressWarnings("UnusedVariable") // found as a field
      private final Total loss = new Total("loss");

      @Override
      protected Tensor call(Tensor x) {
        return linear.apply(x);
      }
    }
    Model both = new Both();
    both.compile(new Descent(0), Losses.meanSquaredError());
    Map<String, Double> logs = both.fit(DATA, SILENT).epochs().getLast();
    assertEquals(414, logs.get("loss"), 1e-5); // (2^2 + 4^2 + 6^2 + 40^2) / 4
    assertEquals(0, logs.get("loss_1"));
  }

  @Test
  void equalNamesAreNumbered() {
    Model model = new Sequential(new Linear(1));
    model.compile(
        new Descent(0.1),
        Losses.meanSquaredError(),
        new Total("total"),
        new Total("total"),
        new Total("total_1"));
    List<Map<String, Double>> epochs = model.fit(DATA, SILENT).epochs();
    for (Map<String, Double> epoch : epochs) {
      assertEquals(52, epoch.get("total"));
      assertEquals(52, epoch.get("total_1"));
      assertEquals(52, epoch.get("total_1_1"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loss|compile: a metric is named \"loss\", as the loss is reported; give it another name",
        "val_x|compile: the name \"val_x\" begins with val_, as those do that are computed from the"
            + " validation data; rename it"
      })
  void namesThatLogsHaveAreRefused(String name, String message) {
    Model model = new Sequential(new Linear(1));
    Metric metric = new Total(name);
    assertRefused(
        message, () -> model.compile(new Descent(0.1), Losses.meanSquaredError(), metric));
  }

  @Test
  void aMetricIsGivenOnce() {
    Model model = new Sequential(new Linear(1));
    Metric metric = new Total("total");
    assertRefused(
        "compile: metric \"total\" is given twice, and would count every batch twice; make another"
            + " one",
        () -> model.compile(new Descent(0.1), Losses.meanSquaredError(), metric, metric));
  }

  @Test
  void reportsAreNumbersWithNamesOfTheirOwn() {
    assertRefused(
        "trainStep and testStep: what is returned as \"x\" must be one number, received float32"
            + " (3, 1); reduce it, as by mean()",
        () -> new Reporting(batch -> Map.of("x", batch.x())).fit(DATA, SILENT));
    assertRefused(
        "trainStep and testStep: the name \"val_x\" begins with val_, as those do that are computed"
            + " from the validation data; rename it",
        () -> new Reporting(batch -> Map.of("val_x", batch.x().sum())).fit(DATA, SILENT));
    assertRefused(
        "fit and evaluate: the name \"val_x\" begins with val_, as those do that are computed from"
            + " the validation data; rename it",
        () -> new Reporting(batch -> Map.of(), new Total("val_x")).fit(DATA, SILENT));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
