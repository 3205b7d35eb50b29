package dev.tapedeck.layers.preprocessing;

/** Mean and variance of numbers that come in batches. */
final class RunningMoments {
  private double[] mean;
  private double[] variance;
  private long count;

  /**
   * Adds a batch.
   *
   * @param batchMean mean for each place
   * @param batchVariance variance of the population for each place
   * @param batchCount how many numbers there are for each place
   */
  void add(double[] batchMean, double[] batchVariance, long batchCount) {
    if (count == 0) {
      mean = new double[batchMean.length];
      variance = new double[batchMean.length];
    }
    count += batchCount;
    double share = (double) batchCount / count;
    for (int i = 0; i < mean.length; i++) {
      double apart = batchMean[i] - mean[i];
      variance[i] += share * (batchVariance[i] - variance[i] + (1 - share) * apart * apart);
      mean[i] += share * apart;
    }
  }

  /** Returns the mean for each place. */
  double[] mean() {
    return mean.clone();
  }

  /** Returns the variance of the population for each place. */
  double[] variance() {
    return variance.clone();
  }
}
