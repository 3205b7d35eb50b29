package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Descent;
import dev.tapedeck.testing.Goldens;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code fit}, {@code evaluate} and steps on batches, with what Keras makes of the same arrays. */
class FitGoldenTest {
  private static final double TOLERANCE = 1e-5;
  private static final List<JsonNode> LINES = Goldens.lines(FitGoldenTest.class, "fits.jsonl");
  private static final JsonNode DATA = LINES.getFirst();
  private static final Tensor X = Goldens.tensor(DATA.get("x"));
  private static final Tensor WEIGHTS = Goldens.tensor(DATA.get("weights"));

  /** A mean of the largest logit of each example. */
  private static final class MeanOfLargest implements Metric {
    private final String name;
    private final Variable total = Variable.untrainable(0.0, "total");
    private final Variable count = Variable.untrainable(0.0, "count");

    MeanOfLargest(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void update(Tensor labels, Tensor predictions, Tensor weights) {
      Tensor largest = predictions.max(-1).cast(DType.FLOAT64);
      Tensor factors =
          weights == null ? largest.mul(0).add(1) : weights.reshape(-1).cast(DType.FLOAT64);
      total.assignAdd(largest.mul(factors).sum());
      count.assignAdd(factors.sum());
    }

    @Override
    public Tensor result() {
      return total.value().div(count);
    }

    @Override
    public void reset() {
      total.assign(0);
      count.assign(0);
    }
  }

  private static final class Logits extends Model {
    private final Variable kernel = Variable.of(Goldens.tensor(DATA.get("kernel")), "kernel");

    @Override
    protected Tensor call(Tensor x) {
      return x.matmul(kernel);
    }
  }

  private static Logits compiled(String labels) {
    Logits model = new Logits();
    Loss loss =
        labels.equals("one-hot")
            ? Losses.categoricalCrossentropy().fromLogits()
            : Losses.sparseCategoricalCrossentropy().fromLogits();
    model.compile(
        new Descent(0.1),
        Objective.of(loss)
            .metrics(new MeanOfLargest("mean"))
            .weightedMetrics(new MeanOfLargest("weighted")));
    return model;
  }

  private static FitOptions options(JsonNode given) {
    FitOptions options =
        FitOptions.epochs(given.get("epochs").asInt())
            .verbosity(FitOptions.Verbosity.SILENT)
            .shuffle(false);
    for (Map.Entry<String, JsonNode> option : given.properties()) {
      int number = option.getValue().asInt();
      options =
          switch (option.getKey()) {
            case "epochs" -> options;
            case "batch_size" -> options.batchSize(number);
            case "validation_split" -> options.validationSplit(option.getValue().asDouble());
            case "validation_batch_size" -> options.validationBatchSize(number);
            case "validation_steps" -> options.validationSteps(number);
            case "validation_freq" -> options.validationFreq(number);
            case "initial_epoch" -> options.initialEpoch(number);
            case "steps_per_epoch" -> options.stepsPerEpoch(number);
            case "sample_weight" -> options.sampleWeight(WEIGHTS);
            case "class_weight" -> options.classWeight(classWeight());
            default -> throw new IllegalStateException(option.getKey());
          };
    }
    return options;
  }

  private static Map<Integer, Double> classWeight() {
    return DATA.get("class_weight").properties().stream()
        .collect(Collectors.toMap(e -> Integer.valueOf(e.getKey()), e -> e.getValue().asDouble()));
  }

  static Stream<Arguments.ArgumentSet> fits() {
    return LINES.stream()
        .skip(1)
        .map(fit -> argumentSet(fit.get("labels").asText() + " " + fit.get("options"), fit));
  }

  @ParameterizedTest
  @MethodSource("fits")
  void isKerass(JsonNode fit) {
    Logits model = compiled(fit.get("labels").asText());
    Tensor y = Goldens.tensor(DATA.get("labels").get(fit.get("labels").asText()));

    History history = model.fit(X, y, options(fit.get("options")));
    assertEquals(
        fit.get("epoch").valueStream().map(JsonNode::asInt).toList(), history.epoch(), "epochs");
    assertEquals(fit.get("steps").asLong(), history.params().steps());
    Map<String, List<Double>> values = history.history();
    Map<String, double[]> expected = new TreeMap<>();
    fit.get("history").properties().forEach(e -> expected.put(e.getKey(), numbers(e.getValue())));
    assertEquals(expected.keySet(), new TreeMap<>(values).keySet());
    expected.forEach((name, golden) -> assertNear(name, golden, values.get(name)));
    assertArrayEquals(
        numbers(fit.get("kernel")), model.kernel.value().toDoubleArray(), TOLERANCE, "kernel");

    EvaluateOptions six = new EvaluateOptions().batchSize(6);
    assertNear(fit.get("evaluated"), model.evaluate(X, y, six));
    assertNear(fit.get("weighted"), model.evaluate(X, y, six.sampleWeight(WEIGHTS)));
    assertNear(fit.get("steps_evaluated"), model.evaluate(X, y, new EvaluateOptions().steps(3)));

    JsonNode steps = fit.get("on_batch");
    assertNear(steps.get(0), model.trainOnBatch(rows(X, 0, 6), rows(y, 0, 6)));
    assertNear(steps.get(1), model.trainOnBatch(rows(X, 6, 9), rows(y, 6, 9), rows(WEIGHTS, 6, 9)));
    assertNear(steps.get(2), model.testOnBatch(rows(X, 0, 6), rows(y, 0, 6), rows(WEIGHTS, 0, 6)));
  }

  private static Tensor rows(Tensor all, int from, int end) {
    return all.get(Index.range(from, end));
  }

  private static double[] numbers(JsonNode values) {
    return Goldens.numbers(values);
  }

  private static void assertNear(String name, double[] expected, List<Double> values) {
    assertArrayEquals(
        expected, values.stream().mapToDouble(value -> value).toArray(), TOLERANCE, name);
  }

  private static void assertNear(JsonNode expected, Map<String, Double> logs) {
    assertEquals(expected.size(), logs.size(), logs::toString);
    expected
        .properties()
        .forEach(
            e ->
                assertEquals(e.getValue().asDouble(), logs.get(e.getKey()), TOLERANCE, e.getKey()));
  }
}
