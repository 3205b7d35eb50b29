package dev.tapedeck.metrics;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;

/** Metrics of one's own functions, and functions that metrics are made of. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns the mean of a function of labels and predictions under a name: {@code Metrics.of("mae",
   * (y, p) -> y.sub(p).abs())}.
   *
   * @param fn function that returns a value for each example, {@code [n]}, or for places in each; a
   *     loss is one, too: {@code Losses.meanSquaredError()}
   */
  public static MeanMetricWrapper of(String name, Loss fn) {
    return new MeanMetricWrapper(fn).name(name);
  }

  /**
   * Returns how often each class was predicted for each label: {@code matrix[label, prediction]},
   * int32.
   *
   * @throws IllegalArgumentException as {@link #confusionMatrix(Object, Object, int, Object)}
   */
  public static Tensor confusionMatrix(Object labels, Object predictions, int numClasses) {
    Tensor ones = Creation.onesLike(Casting.cast(labels, DType.INT32));
    return confusionMatrix(labels, predictions, numClasses, ones);
  }

  /**
   * Returns the sum of the weights of each pair of label and prediction: {@code matrix[label,
   * prediction]}, of the type of the weights.
   *
   * @param labels classes, whole numbers of any shape
   * @param predictions classes of the same shape
   * @param weights weights of the same shape
   * @throws IllegalArgumentException if the shapes differ, or a class is not in [0, numClasses)
   */
  public static Tensor confusionMatrix(
      Object labels, Object predictions, int numClasses, Object weights) {
    Tensor label = classes("labels", labels);
    Tensor prediction = classes("predictions", predictions);
    if (!label.shape().fits(prediction.shape())) {
      throw Refusal.of(
          "confusionMatrix",
          "labels and predictions must have equal shapes",
          label.shape() + " and " + prediction.shape(),
          "reshape one; they are not broadcast");
    }
    if (numClasses < 1) {
      throw Refusal.of(
          "confusionMatrix", "numClasses must be 1 or more", numClasses, "count the classes");
    }
    return Scattering.scatterNd(
        Joining.stack(-1, label, prediction), Operands.tensor(weights), numClasses, numClasses);
  }

  private static Tensor classes(String what, Object given) {
    Tensor classes = Operands.tensor(given);
    WholeNumbers.check("confusionMatrix", what, classes);
    return Casting.cast(classes, DType.INT64);
  }
}
