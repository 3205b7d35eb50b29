package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Base of the metrics that count all four outcomes at thresholds.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class FourCounts<A extends Record & ThresholdMetric.Arguments, M extends FourCounts<A, M>>
    extends ThresholdMetric<A, M> {
  FourCounts(A arguments) {
    super(arguments);
  }

  @Override
  final List<Outcome> counted() {
    return List.of(
        Outcome.TRUE_POSITIVES,
        Outcome.FALSE_POSITIVES,
        Outcome.TRUE_NEGATIVES,
        Outcome.FALSE_NEGATIVES);
  }

  /** Returns the fraction of true positives among positive labels; of none, 0. */
  final Tensor recalls() {
    return share(Outcome.TRUE_POSITIVES, Outcome.FALSE_NEGATIVES);
  }

  /** Returns the fraction of true positives among positive predictions; of none, 0. */
  final Tensor precisions() {
    return share(Outcome.TRUE_POSITIVES, Outcome.FALSE_POSITIVES);
  }

  /** Returns the fraction of true negatives among labels of 0; of none, 0. */
  final Tensor specificities() {
    return share(Outcome.TRUE_NEGATIVES, Outcome.FALSE_POSITIVES);
  }

  /** Returns the fraction of false positives among labels of 0; of none, 0. */
  final Tensor falsePositiveRates() {
    return share(Outcome.FALSE_POSITIVES, Outcome.TRUE_NEGATIVES);
  }

  private Tensor share(Outcome of, Outcome rest) {
    return Maths.divNoNan(count(of), count(of).add(count(rest)));
  }

  /** Returns numbers from 0 to 1, a distance apart. */
  static List<Double> even(int count) {
    return IntStream.range(0, count).mapToObj(i -> i / (double) (count - 1)).toList();
  }
}
