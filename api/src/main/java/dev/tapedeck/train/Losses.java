package dev.tapedeck.train;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * Standard losses: a value for each example, and for each place in it where the class or output is
 * on the last axis.
 *
 * <p>{@link Loss#of} reduces them to their mean.
 */
public final class Losses {
  /** Distance of probabilities from 0 and 1 that keeps their logarithms finite, as in Keras. */
  private static final double EPSILON = 1e-7;

  private Losses() {}

  /** Cross-entropy of probabilities; {@link #fromLogits} takes logits, which is more exact. */
  public static final class CrossEntropy implements Loss {
    private final Loss fromProbabilities;
    private final Loss fromLogits;

    private CrossEntropy(Loss fromProbabilities, Loss fromLogits) {
      this.fromProbabilities = fromProbabilities;
      this.fromLogits = fromLogits;
    }

    /** Returns this loss for a model whose last layer has no softmax or sigmoid. */
    public Loss fromLogits() {
      return fromLogits;
    }

    @Override
    public Tensor perExample(Tensor labels, Tensor predictions) {
      return fromProbabilities.perExample(labels, predictions);
    }
  }

  /**
   * Returns {@code -log p[label]} for whole-number labels {@code [..]} and {@code [.., classes]}.
   */
  public static CrossEntropy sparseCategoricalCrossentropy() {
    return new CrossEntropy(
        (labels, p) -> logOf(new Softmax.LabelProbability().applyTo(labels, normalized(p))).neg(),
        Softmax::sparseSoftmaxCrossEntropy);
  }

  /** Returns {@code -sum(label * log p)} for one-hot labels of the predictions' shape. */
  public static CrossEntropy categoricalCrossentropy() {
    return new CrossEntropy(
        (labels, p) -> Reductions.sum(likeClasses(labels, p).mul(logOf(normalized(p))), -1).neg(),
        (labels, logits) -> Softmax.softmaxCrossEntropy(likeClasses(labels, logits), logits));
  }

  /**
   * Returns {@code -y log p - (1 - y) log(1 - p)}, the mean over the last axis, for labels of the
   * predictions' shape.
   */
  public static CrossEntropy binaryCrossentropy() {
    return new CrossEntropy(
        (labels, p) -> {
          Tensor y = alike("binaryCrossentropy", labels, p, null);
          Tensor safe = safe(p);
          Tensor no = Maths.log(safe.neg().add(1)).mul(y.neg().add(1));
          return overOutputs(y.mul(Maths.log(safe)).add(no)).neg();
        },
        (labels, logits) -> {
          Tensor y = alike("binaryCrossentropy", labels, logits, null);
          return overOutputs(Softmax.sigmoidCrossEntropy(y, logits));
        });
  }

  /**
   * Returns {@code (y - p)^2}, the mean over the last axis, for labels of the predictions' shape.
   */
  public static Loss meanSquaredError() {
    return (labels, p) ->
        overOutputs(Maths.squaredDifference(p, alike("meanSquaredError", labels, p, null)));
  }

  /** Returns {@code |y - p|}, the mean over the last axis, for labels of the predictions' shape. */
  public static Loss meanAbsoluteError() {
    return (labels, p) -> overOutputs(p.sub(alike("meanAbsoluteError", labels, p, null)).abs());
  }

  /**
   * Returns the means over the last axis, that of an example's outputs; where it is the only axis,
   * it counts the examples.
   */
  private static Tensor overOutputs(Tensor values) {
    return values.shape().rank() < 2 ? values : Reductions.mean(values, -1);
  }

  /** Returns probabilities scaled to sum to 1; uniform ones where all are 0. */
  private static Tensor normalized(Tensor probabilities) {
    Tensor sum = Reductions.sum(probabilities, true, -1);
    Tensor none = sum.equal(0);
    Tensor ones = Creation.onesLike(probabilities);
    Tensor even = Reductions.mean(ones.div(Reductions.sum(ones, true, -1)), true, -1);
    return Logic.where(
        none, even, probabilities.div(Logic.where(none, Creation.onesLike(sum), sum)));
  }

  private static Tensor logOf(Tensor probabilities) {
    return Maths.log(safe(probabilities));
  }

  private static Tensor safe(Tensor probabilities) {
    return Maths.clip(probabilities, EPSILON, 1 - EPSILON);
  }

  private static Tensor likeClasses(Tensor labels, Tensor predictions) {
    return alike(
        "categoricalCrossentropy", labels, predictions, "Losses.sparseCategoricalCrossentropy");
  }

  /**
   * Returns labels cast to the predictions' type, after a check that the shapes are equal.
   *
   * @param forClasses the loss for integer class labels; null for none
   */
  private static Tensor alike(String who, Tensor labels, Tensor predictions, String forClasses) {
    if (!labels.shape().fits(predictions.shape())) {
      throw new IllegalArgumentException(
          who
              + ": labels "
              + labels.shape()
              + " and predictions "
              + predictions.shape()
              + " must have equal shapes; they are not broadcast: "
              + LabelAdvice.alike(labels.shape(), predictions.shape(), forClasses));
    }
    Tensor cast = Casting.cast(labels, predictions.dtype());
    return CheckSizes.check(who, "labels", cast, predictions);
  }
}
