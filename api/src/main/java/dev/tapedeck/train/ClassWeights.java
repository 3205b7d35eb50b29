package dev.tapedeck.train;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Map;

/** Weights of examples by the class of their label. */
record ClassWeights(Map<Integer, Double> weights) {
  /**
   * Returns a batch with these weights, times those that it has.
   *
   * @throws IllegalArgumentException if the labels are no classes, or a class has no weight
   */
  Example applyTo(Example batch) {
    Tensor labels = labels(batch);
    int[] classes = classes(labels);
    float[] values = new float[classes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) weight(classes[i]);
    }
    return new Example(batch.inputs(), batch.labels(), times(Tensor.of(values), batch.weights()));
  }

  private static Tensor labels(Example batch) {
    if (batch.labels() instanceof Tensor labels
        && labels.shape().rank() >= 1
        && labels.shape().rank() <= 2) {
      return labels;
    }
    throw Refusal.of(
        "fit",
        "class weights need one tensor of labels, classes [n] or [n, 1], or one-hot [n, classes]",
        "labels " + BatchCheck.describe(batch.labels()),
        "give sample weights by output instead");
  }

  /** Returns the class of each label. */
  private static int[] classes(Tensor labels) {
    double[] values = labels.toDoubleArray();
    int width = labels.shape().rank() == 1 ? 1 : (int) labels.shape().size(1);
    int[] classes = new int[(int) labels.shape().size(0)];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = width == 1 ? (int) Math.rint(values[i]) : argmax(values, i * width, width);
    }
    return classes;
  }

  private static int argmax(double[] values, int from, int count) {
    int most = 0;
    for (int i = 1; i < count; i++) {
      most = values[from + i] > values[from + most] ? i : most;
    }
    return most;
  }

  private double weight(int label) {
    Double weight = weights.get(label);
    if (weight == null) {
      throw Refusal.of(
          "fit",
          "needs a class weight for each class in the labels, has some for " + weights.keySet(),
          "a label of class " + label,
          "give class " + label + " a weight, as 1");
    }
    return weight;
  }

  private static Tensor times(Tensor weights, Object given) {
    if (given == null) {
      return weights;
    }
    if (given instanceof Tensor others) {
      Tensor cast = others.cast(weights.dtype());
      return cast.mul(Reduction.expand(weights, cast.shape()));
    }
    throw Refusal.of(
        "fit",
        "class weights need one tensor of sample weights, or none",
        BatchCheck.describe(given),
        "multiply them with the classes' weights yourself");
  }
}
