package dev.tapedeck.metrics;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The area under a curve of the outcomes of two classes over thresholds: of the true positive rate
 * over the false positive rate (ROC), of precision over recall (PR), or of precision gain over
 * recall gain (PRGAIN).
 *
 * <p>Predictions are within [0, 1], those outside count as 0 or 1, and are positive above a
 * threshold; labels have their shape, and are positive if they are not 0. The curve is sampled at
 * thresholds, which quantizes predictions: with 200, areas of well-spread predictions are exact to
 * about 0.01. Memory is that of the thresholds, however many examples there are. A prediction of
 * NaN counts as 0 where the label is positive, and as 1 where it is not.
 *
 * <p>Davis and Goadrich, The Relationship Between Precision-Recall and ROC Curves, 2006; Flach and
 * Kull, Precision-Recall-Gain Curves, 2015.
 */
public final class AUC extends FourCounts<AUC.Arguments, AUC> {
  /** Distance of the first and last threshold from 0 and 1, as in Keras. */
  private static final double EPSILON = 1e-7;

  /** Kind of a curve. */
  public enum Curve {
    /** True positive rate over false positive rate. */
    ROC,
    /** Precision over recall. */
    PR,
    /** Precision gain over recall gain. */
    PRGAIN
  }

  /** Way in which a curve is summed between two thresholds. */
  public enum SummationMethod {
    /** By the mean height; of precision, by interpolation of the counts. */
    INTERPOLATION,
    /** By the lower height. */
    MINORING,
    /** By the greater height. */
    MAJORING
  }

  /**
   * The arguments of an {@link AUC}.
   *
   * @param numThresholds number of thresholds, evenly spaced from 0 to 1
   * @param curve kind of the curve
   * @param summationMethod way in which it is summed
   * @param thresholds thresholds within [0, 1], beside those at both ends; null for evenly spaced
   *     ones
   * @param multiLabel whether predictions {@code [n, labels]} have an area for each label, of which
   *     the mean is taken; else all together have one
   * @param numLabels number of labels, if multi-label; null for that of the first batch
   * @param labelWeights weights of labels, in the mean, or else of their predictions; null for
   *     equal ones
   * @param fromLogits whether predictions are logits
   */
  public record Arguments(
      int numThresholds,
      Curve curve,
      SummationMethod summationMethod,
      List<Double> thresholds,
      boolean multiLabel,
      Integer numLabels,
      List<Double> labelWeights,
      boolean fromLogits)
      implements ThresholdMetric.Arguments {
    /** Checks the arguments. */
    public Arguments {
      thresholds = checked("AUC", thresholds);
      labelWeights = labelWeights == null ? null : List.copyOf(labelWeights);
      if (numThresholds < 2) {
        throw Refusal.of(
            "AUC", "numThresholds must be 2 or more", numThresholds, "use 200, as by default");
      }
      if (curve == null || summationMethod == null) {
        throw Refusal.of(
            "AUC", "needs a curve and a summation method", null, "use ROC and INTERPOLATION");
      }
      if (numLabels != null && !multiLabel) {
        throw Refusal.of(
            "AUC", "numLabels is for several labels", numLabels, "call multiLabel(true) before");
      }
      if (numLabels != null && numLabels < 1) {
        throw Refusal.of("AUC", "numLabels must be 1 or more", numLabels, "leave it out");
      }
    }
  }

  private AUC(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of the ROC curve at 200 thresholds. */
  public AUC() {
    this(
        new Arguments(
            200, Curve.ROC, SummationMethod.INTERPOLATION, null, false, null, null, false));
  }

  /** Sets the number of thresholds, evenly spaced from 0 to 1; by default 200. */
  public AUC numThresholds(int given) {
    return with("numThresholds", given);
  }

  /** Sets the curve; by default ROC. */
  public AUC curve(Curve given) {
    return with("curve", given);
  }

  /** Sets how the curve is summed; by default by interpolation. */
  public AUC summationMethod(SummationMethod given) {
    return with("summationMethod", given);
  }

  /** Sets the thresholds, within [0, 1]; others are added just outside of 0 and 1. */
  public AUC thresholds(double... given) {
    return with("thresholds", Arrays.stream(given).boxed().toList());
  }

  /** Sets whether each label has an area of its own, of which the mean is taken. */
  public AUC multiLabel(boolean given) {
    return with("multiLabel", given);
  }

  /** Sets the number of labels; by default that of the first batch. */
  public AUC numLabels(int given) {
    return with("numLabels", given);
  }

  /** Sets the weights of labels; by default they are equal. */
  public AUC labelWeights(double... given) {
    return with("labelWeights", Arrays.stream(given).boxed().toList());
  }

  /** Takes predictions for logits, as those of a model whose last layer has no sigmoid. */
  public AUC fromLogits() {
    return with("fromLogits", true);
  }

  @Override
  List<Double> cutoffs() {
    List<Double> between = new ArrayList<>();
    if (arguments().thresholds == null) {
      between.addAll(even(arguments().numThresholds));
      between.removeFirst();
      between.removeLast();
    } else {
      between.addAll(arguments().thresholds);
      Collections.sort(between);
    }
    between.addFirst(-EPSILON);
    between.addLast(1 + EPSILON);
    return between;
  }

  @Override
  boolean hasStateByOutput() {
    return arguments().multiLabel && arguments().numLabels == null;
  }

  @Override
  long[] countShape(int cutoffs, long outputs) {
    Integer labels = arguments().numLabels;
    return arguments().multiLabel
        ? new long[] {cutoffs, labels == null ? outputs : labels}
        : new long[] {cutoffs};
  }

  @Override
  Tensor checked(Tensor labels, Tensor predictions) {
    Shape shape = predictions.shape();
    List<Double> weights = arguments().labelWeights;
    long outputs = shape.isScalar() ? 1 : shape.size(-1);
    if (arguments().multiLabel && (shape.rank() != 2 || outputs == Shape.UNKNOWN)) {
      throw Refusal.of(
          "AUC",
          "multiLabel needs predictions [n, labels] of a known number of labels",
          shape,
          "reshape labels and predictions");
    }
    Integer labelsGiven = arguments().numLabels;
    if (labelsGiven != null && labelsGiven != outputs) {
      throw Refusal.of(
          "AUC", "numLabels is " + labelsGiven, "predictions " + shape, "give as many labels");
    }
    if (weights != null && weights.size() != outputs) {
      throw Refusal.of(
          "AUC",
          "has " + weights.size() + " labelWeights",
          "predictions " + shape,
          "give a weight for each label, on the last axis");
    }
    return super.checked(labels, predictions);
  }

  @Override
  Tensor scores(Tensor predictions) {
    return arguments().fromLogits ? Activations.sigmoid(predictions) : predictions;
  }

  @Override
  OutcomeCounts counts(Thresholds cutoffs, Tensor labels, Tensor scores, Tensor weights) {
    Tensor within = Maths.clip(scores, 0, 1);
    boolean weighted = arguments().labelWeights != null && !arguments().multiLabel;
    Tensor each =
        !weighted ? weights : weights == null ? labelWeights() : weights.mul(labelWeights());
    return OutcomeCounts.at(cutoffs, labels, within, each, arguments().multiLabel);
  }

  private Tensor labelWeights() {
    return Tensor.of(arguments().labelWeights.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  Tensor value() {
    boolean interpolates = arguments().summationMethod == SummationMethod.INTERPOLATION;
    Tensor areas =
        switch (arguments().curve) {
          case ROC -> area(falsePositiveRates(), recalls());
          case PR -> interpolates ? interpolatedPrecision() : area(recalls(), precisions());
          case PRGAIN -> areaOfGains();
        };
    if (!arguments().multiLabel) {
      return areas;
    }
    return arguments().labelWeights == null
        ? areas.mean()
        : Maths.divNoNan(areas.mul(labelWeights()).sum(), labelWeights().sum());
  }

  /** Returns the area under y over x, which fall with the thresholds; that of each label. */
  private Tensor area(Tensor x, Tensor y) {
    Tensor heights =
        switch (arguments().summationMethod) {
          case INTERPOLATION -> lower(y).add(upper(y)).div(2);
          case MINORING -> Maths.minimum(lower(y), upper(y));
          case MAJORING -> Maths.maximum(lower(y), upper(y));
        };
    return lower(x).sub(upper(x)).mul(heights).sum(0);
  }

  /** Returns the values at the lower threshold of each two neighbours. */
  private static Tensor lower(Tensor values) {
    return values.get(Index.to(-1));
  }

  private static Tensor upper(Tensor values) {
    return values.get(Index.from(1));
  }

  /** Returns the area of gains, which is overestimated where there are more false positives. */
  private Tensor areaOfGains() {
    Tensor found = count(Outcome.TRUE_POSITIVES);
    Tensor missed = count(Outcome.FALSE_NEGATIVES);
    Tensor wrong = count(Outcome.FALSE_POSITIVES);
    Tensor odds = Maths.divNoNan(found.add(missed), wrong.add(count(Outcome.TRUE_NEGATIVES)));
    Tensor none = found.equal(0);
    Tensor recall = gain(odds, missed, found);
    Tensor x = Maths.maximum(Logic.where(none, 0, recall), 0);
    return area(x, Logic.where(none, 1, gain(odds, wrong, found)));
  }

  private static Tensor gain(Tensor odds, Tensor lost, Tensor found) {
    return Maths.divNoNan(lost, found).mul(odds).neg().add(1);
  }

  /**
   * Returns the area under precision where true and false positives vary linearly between
   * thresholds: with {@code p} positive predictions, {@code slope * (dTP + intercept * log(p lower
   * / p upper))}, the first one's precision down to 0.
   */
  private Tensor interpolatedPrecision() {
    Tensor found = count(Outcome.TRUE_POSITIVES);
    Tensor positive = found.add(count(Outcome.FALSE_POSITIVES));
    Tensor foundBetween = lower(found).sub(upper(found));
    Tensor between = lower(positive).sub(upper(positive));
    Tensor slope = Maths.divNoNan(foundBetween, Maths.maximum(between, 0));
    Tensor intercept = upper(found).sub(slope.mul(upper(positive)));
    Tensor both = Logic.logicalAnd(lower(positive).greater(0), upper(positive).greater(0));
    Tensor ratio =
        Logic.where(
            both,
            Maths.divNoNan(lower(positive), upper(positive)),
            Creation.onesLike(upper(positive)));
    Tensor area = slope.mul(foundBetween.add(intercept.mul(Maths.log(ratio))));
    Tensor labels = upper(found).add(upper(count(Outcome.FALSE_NEGATIVES)));
    return Maths.divNoNan(area, labels).sum(0);
  }
}
