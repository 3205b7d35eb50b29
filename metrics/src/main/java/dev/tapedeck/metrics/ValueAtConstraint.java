package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Base of the metrics that are the best of one rate at the thresholds where another rate is at
 * least a given one.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class ValueAtConstraint<
        A extends Record & ValueAtConstraint.Arguments, M extends ValueAtConstraint<A, M>>
    extends FourCounts<A, M> {
  /** Arguments of each of them. */
  interface Arguments extends ThresholdMetric.Arguments {
    /** Returns the number of thresholds. */
    int numThresholds();
  }

  ValueAtConstraint(A arguments) {
    super(arguments);
  }

  static void check(String who, String name, double rate, int numThresholds, Integer classId) {
    if (!(rate >= 0 && rate <= 1)) {
      throw Refusal.of(who, name + " must be within [0, 1]", rate, "give a fraction, as 0.9");
    }
    if (numThresholds < 1) {
      throw Refusal.of(
          who, "numThresholds must be 1 or more", numThresholds, "use 200, as by default");
    }
    checkClass(who, classId);
  }

  /** Sets the number of thresholds, evenly spaced from 0 to 1; by default 200. Of one it is 0.5. */
  public final M numThresholds(int given) {
    return with("numThresholds", given);
  }

  /** Sets the class that is counted, a position on the last axis; by default all are. */
  public final M classId(int given) {
    return with("classId", given);
  }

  @Override
  final List<Double> cutoffs() {
    int count = arguments().numThresholds();
    return count == 1 ? List.of(0.5) : even(count);
  }

  /** Returns the largest of the values where the constrained ones are high enough; of none, 0. */
  static Tensor best(Tensor values, Tensor constrained, double atLeast) {
    return Reductions.max(Logic.where(constrained.greaterEqual(atLeast), values, 0));
  }
}
