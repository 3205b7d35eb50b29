package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Dataset;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits of data for training and validation.
 *
 * <p>The parts keep the order of the data; shuffle them before, in a fixed order:
 *
 * <pre>{@code
 * Splits.Split parts = Splits.splitDataset(Pipeline.of(x, y).shuffle(1_000, 7, false), 0.8);
 * model.fit(parts.left().batch(32), FitOptions.epochs(5).validation(parts.right().batch(256)));
 * }</pre>
 */
public final class Splits {
  /**
   * Two parts of data.
   *
   * @param left the first part; of {@link #kFold} what is trained on
   * @param right the second part; of {@link #kFold} what is validated on
   */
  public record Split(Pipeline left, Pipeline right) {}

  private Splits() {}

  /**
   * Returns the first part of some data, and the rest.
   *
   * @param leftSize examples of the first part, a whole number, or their share, between 0 and 1
   * @throws IllegalArgumentException if a part has no examples, or the data have no end, or are in
   *     another order at each iteration
   */
  public static Split splitDataset(Pipeline data, Number leftSize) {
    long all = count("splitDataset", data);
    return split(data, all, size("left", leftSize, all), all - size("left", leftSize, all));
  }

  /**
   * Returns the first and the last part of some data; what is between them is in neither.
   *
   * @param leftSize as in {@link #splitDataset(Pipeline, Number)}
   * @param rightSize likewise, of the last part
   * @throws IllegalArgumentException if a part has no examples, or there are too few for both
   */
  public static Split splitDataset(Pipeline data, Number leftSize, Number rightSize) {
    long all = count("splitDataset", data);
    return split(data, all, size("left", leftSize, all), size("right", rightSize, all));
  }

  private static Split split(Pipeline data, long all, long left, long right) {
    if (left < 1 || right < 1 || left + right > all) {
      throw Refusal.of(
          "splitDataset",
          "needs examples in both parts, of " + all + " in all",
          left + " and " + right,
          "give other sizes");
    }
    return new Split(data.take(left), data.skip(all - right));
  }

  private static long size(String side, Number size, long all) {
    if (size instanceof Double || size instanceof Float) {
      double share = size.doubleValue();
      if (!(share > 0 && share < 1)) {
        throw Refusal.of(
            "splitDataset",
            "the share of the " + side + " part is between 0 and 1",
            share,
            "give a share, or a whole number of examples");
      }
      return (long) Math.rint(share * all);
    }
    return size.longValue();
  }

  /**
   * Returns {@code k} splits, each of which validates on another {@code k}-th of the data and
   * trains on the rest; where {@code k} does not divide the number of examples, the first ones
   * validate on one more.
   *
   * @throws IllegalArgumentException if k is below 2 or above the number of examples, or the data
   *     have no end, or are in another order at each iteration
   */
  public static List<Split> kFold(Pipeline data, int k) {
    long all = count("kFold", data);
    if (k < 2 || k > all) {
      throw Refusal.of(
          "kFold", "needs a k from 2 to the number of examples, " + all, k, "give another k");
    }
    return IntStream.range(0, k)
        .mapToObj(
            fold -> {
              long size = all / k;
              long longer = all % k;
              long from = fold * size + Math.min(fold, longer);
              long count = size + (fold < longer ? 1 : 0);
              return new Split(data.omit(from, count), data.skip(from).take(count));
            })
        .toList();
  }

  private static long count(String who, Pipeline data) {
    if (data.isReshuffled()) {
      throw Refusal.of(
          who,
          "needs data in a fixed order, so that its parts stay apart",
          "a pipeline that is shuffled anew at every iteration",
          "use shuffle(buffer, seed, false) before, and shuffle the training part after");
    }
    long count = data.cardinality();
    if (count == Dataset.INFINITE) {
      throw Refusal.of(who, "needs data with an end", "a pipeline without", "split before repeat");
    }
    if (count == Dataset.UNKNOWN) {
      throw Refusal.of(
          who,
          "needs data of a known size",
          "a pipeline that counts its elements only as it goes",
          "split before filter, flatMap or unbatch, or give the size of the source");
    }
    return count;
  }
}
