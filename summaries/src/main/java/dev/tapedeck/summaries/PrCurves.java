package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.PrCurvePluginData;
import dev.tapedeck.summaries.proto.TensorProto;
import dev.tapedeck.tensor.DType;

/** Precision-recall curves of a binary classifier at evenly spaced thresholds from 0 to 1. */
final class PrCurves {
  static final int THRESHOLDS = 201;
  private static final int MOST_THRESHOLDS = 100_000;
  private static final double LEAST_COUNT = 1e-7; // avoids a division by 0

  private PrCurves() {}

  static PendingEvent of(String tag, Object labels, Object predictions, int thresholds) {
    TensorCopy truth = TensorCopy.of("SummaryWriter.prCurve", labels);
    TensorCopy scores = TensorCopy.of("SummaryWriter.prCurve", predictions);
    if (!truth.shape().equals(scores.shape()) || !scores.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "SummaryWriter.prCurve: expected labels and floating predictions of one shape, received"
              + " labels "
              + truth
              + " and predictions "
              + scores);
    }
    for (int i = 0; i < truth.count(); i++) {
      if (truth.get(i) != 0 && truth.get(i) != 1) {
        throw new IllegalArgumentException(
            "SummaryWriter.prCurve: expected labels of 0 and 1 only, received "
                + truth.get(i)
                + "; compare them with a class first");
      }
    }
    if (thresholds < 2 || thresholds > MOST_THRESHOLDS) {
      throw new IllegalArgumentException(
          "SummaryWriter.prCurve: expected 2 to "
              + MOST_THRESHOLDS
              + " thresholds, received "
              + thresholds);
    }
    ByteString content =
        PrCurvePluginData.newBuilder().setNumThresholds(thresholds).build().toByteString();
    return PendingEvent.summary(
        PendingEvent.checked(tag) + "/pr_curves",
        "pr_curves",
        content,
        truth.bytes() + scores.bytes(),
        () -> tensor(truth, scores, thresholds));
  }

  /**
   * Returns the rows true positives, false positives, true negatives, false negatives, precision
   * and recall, with a column for each threshold.
   */
  private static TensorProto tensor(TensorCopy truth, TensorCopy scores, int thresholds) {
    double[] trues = new double[thresholds];
    double[] falses = new double[thresholds];
    for (int i = 0; i < truth.count(); i++) {
      double bucket = bucket(scores, i, thresholds - 1);
      if (!Double.isNaN(bucket)) {
        (truth.get(i) == 1 ? trues : falses)[(int) bucket]++;
      }
    }
    sumFromTheEnd(trues);
    sumFromTheEnd(falses);
    float[] rows = new float[6 * thresholds];
    for (int i = 0; i < thresholds; i++) {
      double tp = trues[i];
      double fp = falses[i];
      double fn = trues[0] - tp;
      double precision = tp / Math.max(LEAST_COUNT, tp + fp);
      double recall = tp / Math.max(LEAST_COUNT, tp + fn);
      double[] column = {tp, fp, falses[0] - fp, fn, precision, recall};
      for (int row = 0; row < column.length; row++) {
        rows[row * thresholds + i] = (float) column[row];
      }
    }
    return TensorProtos.floats(rows, 6, thresholds);
  }

  private static double bucket(TensorCopy scores, int index, int last) {
    double score = Math.clamp(scores.get(index), 0.0, 1.0);
    return Math.floor(scores.dtype() == DType.FLOAT64 ? score * last : (float) score * last);
  }

  /** Replaces each number by the sum of itself and all that follow it. */
  private static void sumFromTheEnd(double[] counts) {
    for (int i = counts.length - 2; i >= 0; i--) {
      counts[i] += counts[i + 1];
    }
  }
}
