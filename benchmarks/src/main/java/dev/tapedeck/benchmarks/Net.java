package dev.tapedeck.benchmarks;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A net and what it is trained on.
 *
 * @param inputs makes so many examples
 * @param labels makes as many labels
 * @param batches the most batches of an epoch of {@code fit}
 */
record Net(
    Model model,
    IntFunction<Tensor> inputs,
    IntFunction<Tensor> labels,
    Loss loss,
    List<Metric> metrics,
    int batches) {
  static final int CLASSES = 10;

  /** Returns a classifier, whose last layer has a logit for each class. */
  static Net classifier(int batches, IntFunction<Tensor> inputs, Layer... layers) {
    return classifier(batches, inputs, below(CLASSES), new Sequential(layers));
  }

  /** Returns a classifier of what labels stand for, such as pixels. */
  static Net classifier(
      int batches, IntFunction<Tensor> inputs, IntFunction<Tensor> labels, Model model) {
    return new Net(
        model,
        inputs,
        labels,
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        List.of(new SparseCategoricalAccuracy("accuracy")),
        batches);
  }

  /** Returns what makes uniform numbers, for examples of a shape. */
  static IntFunction<Tensor> uniform(long... shape) {
    return count -> Randoms.uniform(batch(count, shape));
  }

  /** Returns what makes whole numbers from 0 to below a limit, for examples of a shape. */
  static IntFunction<Tensor> below(int limit, long... shape) {
    return count -> Randoms.randint(RandomKey.next(), 0, limit, batch(count, shape));
  }

  private static long[] batch(int count, long... shape) {
    long[] all = new long[shape.length + 1];
    all[0] = count;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return all;
  }
}
