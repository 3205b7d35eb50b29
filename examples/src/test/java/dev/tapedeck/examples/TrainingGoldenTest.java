package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Reduction;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trainings of 20 steps against Keras's, from {@code make_goldens.py}: the logs after each batch,
 * the history with validation, an evaluation, and the weights.
 */
class TrainingGoldenTest {
  private static final int TRAIN = 18; // in batches of 4, the last one of 2

  static Stream<Arguments> cases() {
    JsonNode goldens = Goldens.read(TrainingGoldenTest.class, "training.json");
    GoldenData data = GoldenData.of(goldens.get("data"));
    return goldens
        .propertyStream()
        .filter(golden -> !golden.getKey().equals("data"))
        .flatMap(
            golden ->
                Stream.of(true, false)
                    .map(
                        eagerly ->
                            Arguments.argumentSet(
                                golden.getKey() + (eagerly ? ", eager" : ", traced"),
                                golden.getKey(),
                                data,
                                golden.getValue(),
                                eagerly)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(String name, GoldenData data, JsonNode golden, boolean eagerly) {
    GoldenModels.Case made = GoldenModels.of(name, data);
    Trainable<?, ?> model = made.model();
    Pipeline train = train(made);
    Pipeline validation = validation(made);
    setWeights(model, train, golden.get("initial"));
    model.runEagerly(eagerly);
    BatchLogs batches = new BatchLogs();
    FitOptions options = FitOptions.epochs(4).verbosity(Verbosity.SILENT).callback(batches);
    boolean validates = golden.has("evaluate");
    History history = model.fit(train, validates ? options.validation(validation) : options);
    requireNear(golden.get("batches"), batches.logs);
    requireNear(golden.get("history"), transposed(history.epochs()));
    if (validates) {
      requireNear(golden.get("evaluate"), transposed(List.of(model.evaluate(validation))));
    }
    requireNear(golden.get("final"), weights(model));
  }

  /** Returns all weights of a model, by variable. */
  private static Map<String, List<Double>> weights(Trainable<?, ?> model) {
    Map<String, List<Double>> weights = new LinkedHashMap<>();
    model
        .namedVariables()
        .forEach(
            (path, variable) -> {
              double[] values = variable.value().cast(DType.FLOAT64).toDoubleArray();
              weights.put(path, Arrays.stream(values).boxed().toList());
            });
    return weights;
  }

  @Test
  void lossesThatAreNotReducedAreRefused() {
    Model model = new Sequential(new Dense(1));
    model.compile(new SGD(), GoldenModels.reduced(Losses.meanSquaredError(), Reduction.NONE));
    Tensor x = Tensor.ones(DType.FLOAT32, 4, 1);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    model.fit(
                        Pipeline.of(x, x).batch(2),
                        FitOptions.epochs(1).verbosity(Verbosity.SILENT)))
            .getMessage();
    assertTrue(message.contains("one number") && message.contains("(2,)"), message);
  }

  static Pipeline train(GoldenModels.Case made) {
    return made.examples().take(TRAIN).batch(4);
  }

  static Pipeline validation(GoldenModels.Case made) {
    return made.examples().skip(TRAIN).batch(3);
  }

  /** Builds a model by a prediction, and sets its weights. */
  static void setWeights(Trainable<?, ?> model, Pipeline batches, JsonNode initial) {
    model.predict(batches.take(1));
    Map<String, Variable> variables = model.namedVariables();
    assertEquals(names(initial), variables.keySet());
    model
        .layer()
        .setWeights(
            variables.keySet().stream()
                .map(path -> Goldens.tensor(initial.get(path), DType.FLOAT32))
                .toList());
  }

  private static Set<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static Map<String, List<Double>> transposed(List<Map<String, Double>> logs) {
    Map<String, List<Double>> lists = new LinkedHashMap<>();
    logs.forEach(each -> add(lists, each));
    return lists;
  }

  private static void add(Map<String, List<Double>> lists, Map<String, Double> logs) {
    logs.forEach((name, value) -> lists.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
  }

  private static void requireNear(JsonNode expected, Map<String, List<Double>> actual) {
    assertEquals(names(expected), actual.keySet());
    actual.forEach((name, values) -> requireNear(name, numbers(expected.get(name)), values));
  }

  private static double[] numbers(JsonNode golden) {
    return golden.isObject()
        ? Goldens.numbers(golden.get("values"))
        : golden.isArray() ? Goldens.numbers(golden) : new double[] {golden.asDouble()};
  }

  /** Compares numbers, to 1e-5 of the largest or of 0.1. */
  private static void requireNear(String what, double[] expected, List<Double> actual) {
    assertEquals(expected.length, actual.size(), what);
    double largest = Arrays.stream(expected).map(Math::abs).reduce(0.1, Math::max);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual.get(i), 1e-5 * largest, what + " at " + i);
    }
  }

  private static final class BatchLogs implements Callback {
    private final Map<String, List<Double>> logs = new LinkedHashMap<>();

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> values) {
      add(logs, values);
    }
  }
}
