package dev.tapedeck.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A row of the golden file, and the results after each of its batches.
 *
 * @param way type of the predictions, and whether there are weights: {@code float32 weighted}
 */
record GoldenRow(JsonNode json, String way) {
  /** A batch; without labels, plain values. */
  record Batch(Tensor labels, Tensor predictions, Tensor weights) {
    List<Tensor> given() {
      List<Tensor> given = new ArrayList<>();
      for (Tensor tensor : new Tensor[] {labels, predictions, weights}) {
        if (tensor != null) {
          given.add(tensor);
        }
      }
      return given;
    }

    Tensor mask() {
      return weights.greater(0.7);
    }
  }

  double tolerance() {
    return way.startsWith("float32") ? 1e-5 : 1e-6;
  }

  boolean isWeighted() {
    return way.endsWith("weighted");
  }

  boolean hasLabels() {
    return json.get("batches").get(0).has("labels");
  }

  BuiltInMetric<?, ?> metric() {
    return (BuiltInMetric<?, ?>)
        FromConfig.construct(Mean.class, json.get("metric").asText(), json.get("arguments"));
  }

  private List<Batch> batches() {
    return json.get("batches").valueStream().map(this::batch).toList();
  }

  private Batch batch(JsonNode batch) {
    JsonNode labels = batch.get("labels");
    Tensor weights = isWeighted() ? Goldens.tensor(batch.get("weights"), floats()) : null;
    Tensor predictions = Goldens.tensor(batch.get("predictions"));
    return new Batch(
        labels == null ? null : Goldens.tensor(labels),
        predictions.dtype().isFloating() ? Casting.cast(predictions, floats()) : predictions,
        weights);
  }

  private DType floats() {
    return Goldens.dtype(way.split(" ", -1)[0]);
  }

  /** Returns Keras's results after each batch. */
  List<double[]> expected() {
    return json.get("batches")
        .valueStream()
        .map(batch -> batch.get("results").get(way))
        .map(
            result -> result.isArray() ? Goldens.numbers(result) : new double[] {result.asDouble()})
        .toList();
  }

  /** Returns the names and shapes of Keras's variables, in their order. */
  List<String> expectedState() {
    return json.get("state")
        .propertyStream()
        .map(variable -> variable.getKey() + " " + shape(variable.getValue()))
        .toList();
  }

  private static Shape shape(JsonNode sizes) {
    return Shape.of(sizes.valueStream().mapToLong(JsonNode::asLong).toArray());
  }

  List<String> state() {
    BuiltInMetric<?, ?> metric = metric();
    results(metric, batches());
    return metric.variables().stream().map(v -> v.name() + " " + v.shape()).toList();
  }

  private static void update(BuiltInMetric<?, ?> metric, Batch batch) {
    switch (metric) {
      case Mean mean when batch.weights == null -> mean.update(batch.predictions);
      case Mean mean -> mean.update(batch.predictions, batch.weights);
      case Sum sum when batch.weights == null -> sum.update(batch.predictions);
      case Sum sum -> sum.update(batch.predictions, batch.weights);
      default ->
          ((LabelMetric<?, ?>) metric).update(batch.labels, batch.predictions, batch.weights);
    }
  }

  private static List<double[]> results(BuiltInMetric<?, ?> metric, List<Batch> batches) {
    List<double[]> results = new ArrayList<>();
    for (Batch batch : batches) {
      update(metric, batch);
      results.add(metric.result().toDoubleArray());
    }
    return results;
  }

  List<double[]> eager() {
    BuiltInMetric<?, ?> metric = metric();
    assertEquals(json.get("name").asText(), metric.name());
    return results(metric, batches());
  }

  /** Returns the results of a function that was traced once, for batches of any size. */
  List<double[]> traced() {
    BuiltInMetric<?, ?> metric = metric();
    List<Batch> batches = batches();
    TracedFunction<Tensor> function =
        TracedFunction.<Tensor>ofAll(
                "update",
                given -> {
                  update(metric, taken(given.stream().map(Tensor.class::cast).toList()));
                  return metric.result();
                })
            .withSignature(signature(batches));
    List<double[]> results =
        batches.stream()
            .map(batch -> function.call(batch.given().toArray()).toDoubleArray())
            .toList();
    assertEquals(1, function.traceCount());
    return results;
  }

  private Batch taken(List<Tensor> given) {
    int first = hasLabels() ? 1 : 0;
    return new Batch(
        hasLabels() ? given.getFirst() : null,
        given.get(first),
        isWeighted() ? given.getLast() : null);
  }

  private static TensorSpec[] signature(List<Batch> batches) {
    List<Tensor> first = batches.getFirst().given();
    return IntStream.range(0, first.size())
        .mapToObj(
            i -> {
              long[] sizes = first.get(i).shape().toArray();
              for (Batch batch : batches) {
                Shape shape = batch.given().get(i).shape();
                for (int axis = 0; axis < sizes.length; axis++) {
                  sizes[axis] =
                      axis == 0 || sizes[axis] != shape.size(axis) ? Shape.UNKNOWN : sizes[axis];
                }
              }
              return new TensorSpec(first.get(i).dtype(), Shape.of(sizes));
            })
        .toArray(TensorSpec[]::new);
  }

  /** Returns the results where a mask leaves out examples. */
  List<double[]> masked() {
    return changed(
        batch -> new Batch(batch.labels, batch.predictions.withMask(batch.mask()), null));
  }

  /** Returns the results where weights of 0 leave out what the mask does. */
  List<double[]> weightedByMask() {
    return changed(
        batch ->
            new Batch(batch.labels, batch.predictions, Casting.cast(batch.mask(), DType.FLOAT32)));
  }

  boolean isOfFloats() {
    return batches().getFirst().predictions.dtype().isFloating();
  }

  /** Returns the results of predictions rounded to bfloat16, in another type. */
  List<double[]> rounded(DType type) {
    return changed(
        batch ->
            new Batch(
                batch.labels,
                Casting.cast(Casting.cast(batch.predictions, DType.BFLOAT16), type),
                batch.weights));
  }

  private List<double[]> changed(UnaryOperator<Batch> change) {
    return results(metric(), batches().stream().map(change).toList());
  }

  List<double[]> copiedAndReset() {
    BuiltInMetric<?, ?> metric = metric().name("own");
    results(metric, batches());
    metric.reset();
    BuiltInMetric<?, ?> copy = metric.copy();
    assertEquals(metric.arguments(), copy.arguments());
    assertEquals("own", copy.name());
    List<double[]> results = results(metric, batches());
    List<double[]> ofCopy = results(copy, batches());
    assertArrayEquals(results.toArray(), ofCopy.toArray());
    return results;
  }

  /** Returns the results where another metric takes the state over after the first batch. */
  List<double[]> restored() {
    List<Batch> batches = batches();
    BuiltInMetric<?, ?> begun = metric();
    List<double[]> results = new ArrayList<>(results(begun, batches.subList(0, 1)));
    BuiltInMetric<?, ?> other = metric();
    if (other.isAwaitingState()) {
      other.onStateCreated(() -> assign(begun.variables(), other.variables()));
    } else {
      assign(begun.variables(), other.variables());
    }
    results.addAll(results(other, batches.subList(1, batches.size())));
    return results;
  }

  private static void assign(List<Variable> from, List<Variable> to) {
    for (int i = 0; i < from.size(); i++) {
      to.get(i).assign(from.get(i).value());
    }
  }
}
