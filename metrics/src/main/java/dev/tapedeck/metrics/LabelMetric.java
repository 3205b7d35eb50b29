package dev.tapedeck.metrics;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.SampleMasks;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Base of the metrics that compare predictions with labels: it checks the shapes, and joins the
 * mask of the predictions with the weights.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class LabelMetric<A extends Record, M extends LabelMetric<A, M>>
    extends BuiltInMetric<A, M> implements Metric {
  LabelMetric(A arguments) {
    super(arguments);
  }

  @Override
  public final void update(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor checked = checked(labels, predictions);
    create(predictions.shape().isScalar() ? 1 : predictions.shape().size(-1));
    add(checked, predictions, SampleMasks.weights(weights, predictions.mask()));
  }

  /**
   * Adds a batch to the state.
   *
   * @param weights weights, to be expanded to the axes of what they weigh; null for none
   */
  abstract void add(Tensor labels, Tensor predictions, Tensor weights);

  /** Returns the labels after a check of their shape, where sizes are unknown in the graph. */
  Tensor checked(Tensor labels, Tensor predictions) {
    Shape shape = predictions.shape();
    int[] axes = labelAxes(shape.rank());
    Shape needed = Shape.of(Arrays.stream(axes).mapToLong(shape::size).toArray());
    if (!labels.shape().fits(needed)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + ": predictions "
              + shape
              + " need labels "
              + needed
              + ", received "
              + labels.shape()
              + "; they are not broadcast: "
              + remedy(labels.shape(), shape));
    }
    int[] all = IntStream.range(0, axes.length).toArray();
    return CheckSizes.check(getClass().getSimpleName(), "labels", labels, all, predictions, axes);
  }

  /** Returns the axes of the predictions that labels have, too; by default all. */
  int[] labelAxes(int rank) {
    return IntStream.range(0, rank).toArray();
  }

  /** Returns all axes but one. */
  static int[] axesBut(int axis, int rank) {
    return IntStream.range(0, rank).filter(i -> i != (axis < 0 ? axis + rank : axis)).toArray();
  }

  /** Returns the advice of the error message for labels of another shape. */
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.alike(labels, predictions, null);
  }
}
