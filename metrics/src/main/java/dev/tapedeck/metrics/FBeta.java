package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * Base of the F scores, the harmonic mean of precision and recall by class: {@code (1 + beta^2) tp
 * / ((1 + beta^2) tp + beta^2 fn + fp)}; of a class that is neither label nor prediction, 0.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class FBeta<A extends Record & FBeta.Arguments, M extends FBeta<A, M>>
    extends LabelMetric<A, M> {
  private Variable truePositives;
  private Variable falsePositives;
  private Variable falseNegatives;
  private Variable positives;

  /** Arguments of each of them. */
  interface Arguments {
    /** Returns the average over classes; null for none. */
    FBetaScore.Average average();

    /** Returns the weight of recall. */
    default double beta() {
      return 1;
    }

    /** Returns the number above which a prediction is positive; null for the largest alone. */
    Double threshold();
  }

  FBeta(A arguments) {
    super(arguments);
  }

  static void check(String who, Double threshold) {
    if (threshold != null && !(threshold > 0 && threshold <= 1)) {
      throw Refusal.of(
          who,
          "threshold must be above 0 and at most 1",
          threshold,
          "apply a sigmoid to logits, or leave it out for the largest prediction");
    }
  }

  /** Sets the average over classes; by default none, and the result has a score for each class. */
  public final M average(FBetaScore.Average given) {
    return with("average", given);
  }

  /**
   * Sets the number above which a prediction is positive; by default only the largest of an example
   * is.
   */
  public final M threshold(double given) {
    return with("threshold", given);
  }

  private boolean together() {
    return arguments().average() == FBetaScore.Average.MICRO;
  }

  @Override
  final boolean hasStateByOutput() {
    return !together();
  }

  @Override
  final void build(long outputs) {
    long[] shape = together() ? new long[0] : new long[] {outputs};
    truePositives = addVariable("true_positives", shape);
    falsePositives = addVariable("false_positives", shape);
    falseNegatives = addVariable("false_negatives", shape);
    positives = addVariable("intermediate_weights", shape);
  }

  @Override
  final Tensor checked(Tensor labels, Tensor predictions) {
    Vectors.check(getClass().getSimpleName(), "classes", predictions.shape());
    return super.checked(labels, predictions);
  }

  @Override
  final void add(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor predicted = predicted(predictions);
    Shape shape = predictions.shape();
    Tensor y = Casting.cast(labels, DType.FLOAT64);
    Tensor each =
        weights == null
            ? Tensor.ones(DType.FLOAT64, 1, 1)
            : Reduction.expand(Casting.cast(weights, DType.FLOAT64), shape);
    Tensor positive = y.mul(each);
    Tensor negative = each.sub(positive);
    truePositives.assignAdd(sum(Logic.where(predicted, positive, 0)));
    falsePositives.assignAdd(sum(Logic.where(predicted, negative, 0)));
    falseNegatives.assignAdd(sum(Logic.where(predicted, 0, positive)));
    positives.assignAdd(sum(positive));
  }

  private Tensor sum(Tensor values) {
    return together() ? values.sum() : values.sum(0);
  }

  /** Returns where predictions are positive; where there is NaN, none of the example is. */
  private Tensor predicted(Tensor predictions) {
    Double threshold = arguments().threshold();
    if (threshold != null) {
      return Floats.of(predictions).greater(threshold);
    }
    Tensor first = Reductions.argmax(predictions, -1);
    int classes = (int) predictions.shape().size(-1);
    Tensor best = Reductions.max(Floats.of(predictions), true, -1); // NaN if there is one
    return Logic.logicalAnd(Indexing.oneHot(first, classes, DType.BOOL), best.equal(best));
  }

  @Override
  final Tensor value() {
    double square = arguments().beta() * arguments().beta();
    Tensor found = truePositives.mul(1 + square);
    Tensor all = found.add(falseNegatives.mul(square)).add(falsePositives);
    Tensor scores = Maths.divNoNan(found, all);
    return switch (arguments().average()) {
      case null -> scores;
      case MICRO -> scores;
      case MACRO -> scores.mean();
      case WEIGHTED -> Maths.divNoNan(scores.mul(positives).sum(), positives.reading().sum());
    };
  }
}
