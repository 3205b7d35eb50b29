package dev.tapedeck.layers.preprocessing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A summary of numbers that come in batches, from which their quantiles are estimated: some of them
 * in ascending order, each with the number of those that it stands for.
 *
 * <p>What is rounded to float32 is what Keras rounds, so that boundaries are the same.
 */
final class Quantiles {
  private final double epsilon;
  private Summary summary = new Summary(new float[0], new float[0]);

  /** Values in ascending order, and their weights. */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Summary(float[] values, float[] weights) {
    /** Returns a summary of {@code 1 / part} values at equal steps of weight, if it has more. */
    Summary compressed(double part) {
      if (values.length * part < 1) {
        return this;
      }
      double[] sums = new double[values.length];
      float sum = 0;
      for (int i = 0; i < sums.length; i++) {
        sum += weights[i];
        sums[i] = sum;
      }
      float all = sum;
      double[] shares = Arrays.stream(sums).map(s -> (float) s / all).toArray();
      int count = (int) Math.ceil(1 / part);
      float[] between = new float[count];
      float[] steps = new float[count];
      double before = 0;
      for (int i = 0; i < count; i++) {
        double share = part + i * part;
        between[i] = (float) interpolated(share, shares, j -> values[j]);
        double until = interpolated(share, shares, j -> sums[j]);
        steps[i] = (float) (until - before);
        before = until;
      }
      return new Summary(between, steps);
    }

    private static double interpolated(double x, double[] at, IntToDoubleFunction y) {
      int after = 0;
      while (after < at.length && at[after] <= x) {
        after++;
      }
      if (after == 0 || after == at.length) {
        return y.applyAsDouble(Math.max(0, after - 1));
      }
      double low = y.applyAsDouble(after - 1);
      double slope = (y.applyAsDouble(after) - low) / (at[after] - at[after - 1]);
      return slope * (x - at[after - 1]) + low;
    }

    Summary merged(Summary other) {
      int count = values.length + other.values.length;
      float[] both = Arrays.copyOf(values, count);
      float[] bothWeights = Arrays.copyOf(weights, count);
      System.arraycopy(other.values, 0, both, values.length, other.values.length);
      System.arraycopy(other.weights, 0, bothWeights, values.length, other.values.length);
      float[] sorted = new float[count];
      float[] sortedWeights = new float[count];
      int[] order =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> both[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int i = 0; i < count; i++) {
        sorted[i] = both[order[i]];
        sortedWeights[i] = bothWeights[order[i]];
      }
      return new Summary(sorted, sortedWeights);
    }
  }

  /** Makes a summary of no numbers, which keeps about {@code 1 / epsilon} of more. */
  Quantiles(double epsilon) {
    this.epsilon = epsilon;
  }

  /** Adds numbers. */
  void take(float... numbers) {
    float[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double step = Math.max(sorted.length / (1 / epsilon), 1);
    int first = (int) (step - 1);
    int count = sorted.length <= first ? 0 : (sorted.length - first - 1) / (int) step + 1;
    float[] values = new float[count];
    float[] weights = new float[count];
    Arrays.fill(weights, (float) step);
    for (int i = 0; i < count; i++) {
      values[i] = sorted[first + i * (int) step];
    }
    summary = new Summary(values, weights).merged(summary).compressed(epsilon);
  }

  /** Returns the boundaries of bins, fewer where there are fewer numbers. */
  List<Double> boundaries(int bins) {
    float[] values = summary.compressed(1.0 / bins).values();
    return IntStream.range(0, Math.max(0, values.length - 1))
        .mapToObj(i -> (double) values[i])
        .toList();
  }
}
