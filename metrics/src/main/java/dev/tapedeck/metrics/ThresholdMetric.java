package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Base of the metrics that count the outcomes of predictions of two classes, which are positive
 * above a threshold.
 *
 * <p>Labels have the shape of the predictions, and are positive if they are not 0. A prediction of
 * NaN counts as wrong: as negative where the label is positive, and as positive where it is not.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class ThresholdMetric<
        A extends Record & ThresholdMetric.Arguments, M extends ThresholdMetric<A, M>>
    extends LabelMetric<A, M> {
  private final Map<Outcome, Variable> counts = new EnumMap<>(Outcome.class);
  private Thresholds thresholds;

  /** Arguments that say what is counted. */
  interface Arguments {
    /** Returns how many of the largest predictions of an example may be positive; null for all. */
    default Integer topK() {
      return null;
    }

    /** Returns the class that is counted, a position on the last axis; null for all. */
    default Integer classId() {
      return null;
    }
  }

  ThresholdMetric(A arguments) {
    super(arguments);
  }

  /** Checks thresholds, which may be null. */
  static List<Double> checked(String who, List<Double> thresholds) {
    if (thresholds == null) {
      return null;
    }
    for (double threshold : thresholds) {
      if (!(threshold >= 0 && threshold <= 1)) {
        throw Refusal.of(
            who,
            "thresholds must be within [0, 1]",
            threshold,
            "apply a sigmoid to logits, or use 0 for them");
      }
    }
    if (thresholds.isEmpty()) {
      throw Refusal.of(who, "needs a threshold or more", thresholds, "leave them out for 0.5");
    }
    return List.copyOf(thresholds);
  }

  /** Checks the position of a class, which may be null. */
  static void checkClass(String who, Integer classId) {
    if (classId != null && classId < 0) {
      throw Refusal.of(who, "a class is 0 or more", classId, "count classes from 0");
    }
  }

  /** Returns the thresholds of the arguments, in the order of the counts. */
  abstract List<Double> cutoffs();

  /** Returns what is counted, in the order of the variables. */
  abstract List<Outcome> counted();

  @Override
  final void build(long outputs) {
    thresholds = new Thresholds(cutoffs());
    for (Outcome outcome : counted()) {
      counts.put(outcome, addVariable(variable(outcome), countShape(thresholds.count(), outputs)));
    }
  }

  /** Returns the shape of the counts of an outcome. */
  long[] countShape(int cutoffs, long outputs) {
    return new long[] {cutoffs};
  }

  /** Returns the name of the variable of an outcome. */
  String variable(Outcome outcome) {
    return outcome.variable();
  }

  /** Returns the count of an outcome at each threshold. */
  final Tensor count(Outcome outcome) {
    return counts.get(outcome).value();
  }

  /** Returns a result at each threshold, or that of the only one as a scalar. */
  final Tensor atThresholds(Tensor result) {
    return thresholds.count() == 1 ? result.reshape() : result;
  }

  /** Returns predictions as they are compared with the thresholds. */
  Tensor scores(Tensor predictions) {
    return predictions;
  }

  @Override
  final void add(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor positive = labels.dtype() == DType.BOOL ? labels : labels.notEqual(0);
    Tensor given = Floats.of(predictions);
    Tensor scores = rankedWrongIfNan(positive, scores(given));
    Integer topK = arguments().topK();
    if (topK != null) {
      scores = Logic.where(largest(topK, given), scores, Double.NEGATIVE_INFINITY);
    }
    Integer classId = arguments().classId();
    if (classId != null) {
      positive = ofClass(classId, positive);
      scores = ofClass(classId, scores);
    }
    Tensor each =
        weights == null
            ? null
            : Reduction.expand(Casting.cast(weights, DType.FLOAT64), scores.shape());
    OutcomeCounts batch = counts(thresholds, positive, scores, each);
    counts.forEach((outcome, count) -> count.assignAdd(batch.of(outcome)));
  }

  OutcomeCounts counts(Thresholds cutoffs, Tensor labels, Tensor scores, Tensor weights) {
    return cutoffs.count() == 1
        ? OutcomeCounts.at(cutoffs.only(), labels, scores, weights)
        : OutcomeCounts.at(cutoffs, labels, scores, weights, false);
  }

  private static Tensor rankedWrongIfNan(Tensor positive, Tensor scores) {
    Tensor lowest = Tensor.full(scores.dtype(), Double.NEGATIVE_INFINITY);
    Tensor wrong = Logic.where(positive, lowest, Double.POSITIVE_INFINITY);
    return Logic.where(scores.equal(scores), scores, wrong);
  }

  /** Returns where predictions are among the k largest of the last axis. */
  private Tensor largest(int k, Tensor predictions) {
    long classes = requireClasses("topK", predictions);
    Tensor chosen = Sorting.topK(predictions, k).indices();
    return Reductions.any(Indexing.oneHot(chosen, (int) classes, DType.BOOL), -2);
  }

  private Tensor ofClass(int classId, Tensor x) {
    long classes = requireClasses("classId", x);
    if (classId >= classes) {
      throw Refusal.of(
          getClass().getSimpleName(),
          "classId must be below " + classes + ", the number of classes",
          classId,
          "count classes from 0");
    }
    return x.get(Index.ELLIPSIS, Index.range(classId, classId + 1L));
  }

  private long requireClasses(String argument, Tensor predictions) {
    Shape shape = predictions.shape();
    if (shape.isScalar() || shape.size(-1) == Shape.UNKNOWN) {
      throw Refusal.of(
          getClass().getSimpleName(),
          argument + " needs predictions [n, .., classes] of a known number of classes",
          shape,
          "reshape labels and predictions");
    }
    return shape.size(-1);
  }
}
