package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Base of the metrics that are the weighted number of one outcome.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class ConfusionCount<
        A extends Record & ConfusionCount.Arguments, M extends ConfusionCount<A, M>>
    extends ThresholdMetric<A, M> {
  private final Outcome outcome;

  /** Arguments of each of them. */
  interface Arguments extends ThresholdMetric.Arguments {
    /** Returns the thresholds; null for 0.5. */
    List<Double> thresholds();
  }

  ConfusionCount(A arguments, Outcome outcome) {
    super(arguments);
    this.outcome = outcome;
  }

  /**
   * Sets the numbers above which a prediction is positive; by default 0.5. With several, the result
   * is a vector.
   */
  public final M thresholds(double... given) {
    return with("thresholds", Arrays.stream(given).boxed().toList());
  }

  @Override
  final List<Double> cutoffs() {
    List<Double> given = arguments().thresholds();
    return given == null ? List.of(0.5) : given;
  }

  @Override
  final List<Outcome> counted() {
    return List.of(outcome);
  }

  @Override
  final String variable(Outcome counted) {
    return "accumulator";
  }

  @Override
  final Tensor value() {
    return atThresholds(count(outcome));
  }
}
