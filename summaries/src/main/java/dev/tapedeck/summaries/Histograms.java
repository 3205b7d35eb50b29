package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.TensorProto;

/**
 * Histogram summaries, with buckets of equal width, bit for bit as {@code tf.summary.histogram}
 * counts.
 */
final class Histograms {
  static final int BUCKETS = 30;
  private static final int MOST_BUCKETS = 100_000;

  private Histograms() {}

  static PendingEvent of(String tag, Object values, int buckets) {
    if (buckets < 1 || buckets > MOST_BUCKETS) {
      throw new IllegalArgumentException(
          "SummaryWriter.histogram: expected 1 to "
              + MOST_BUCKETS
              + " buckets, received "
              + buckets);
    }
    TensorCopy data = TensorCopy.of("SummaryWriter.histogram", values);
    return PendingEvent.summary(tag, "histograms", data.bytes(), () -> tensor(data, buckets));
  }

  /** Returns the left edge, right edge and count of each bucket: {@code [buckets, 3]}. */
  private static TensorProto tensor(TensorCopy data, int buckets) {
    return TensorProtos.doubles(
        data.count() == 0 ? new double[3 * buckets] : table(data, buckets), buckets, 3);
  }

  private static double[] table(TensorCopy data, int buckets) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < data.count(); i++) {
      double value = data.get(i);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    double width = (max - min) / buckets;
    double[] table = new double[3 * buckets];
    for (int i = 0; i < buckets; i++) {
      table[3 * i] = i == 0 ? min : min + width * i;
      table[3 * i + 1] = i == buckets - 1 ? max : min + width * (i + 1);
    }
    if (max == min && Double.isFinite(min)) {
      table[3 * buckets - 1] = data.count();
    } else {
      count(data, min, width, table);
    }
    return table;
  }

  private static void count(TensorCopy data, double min, double width, double[] table) {
    int last = table.length / 3 - 1;
    for (int i = 0; i < data.count(); i++) {
      double bucket = Math.floor((data.get(i) - min) / width);
      if (!Double.isNaN(bucket)) { // NaN and infinities are in no bucket
        table[3 * (int) Math.min(bucket, last) + 2]++;
      }
    }
  }
}
