package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltInOf;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * Base of the layers that mix each image with another of its batch in training, and the labels as
 * much; otherwise they leave them as they are.
 *
 * @param <A> record of the arguments
 * @param <T> what is drawn
 * @param <L> the layer itself
 */
abstract class BatchMixing<
        A extends Record & BatchMixing.Arguments, T, L extends BatchMixing<A, T, L>>
    extends BuiltInOf<LabelledBatch, LabelledBatch, A, L> {
  private RandomGenerator generator; // null for the process's generator

  /** The argument that all these layers have. */
  interface Arguments {
    Long seed();
  }

  BatchMixing(A arguments) {
    super(arguments);
  }

  /**
   * Sets the seed of a generator of the layer's own: the same seed gives the same sequence of
   * draws. By default the layer draws from the process's generator; see {@link RandomKey#seed}.
   */
  public final L seed(long seed) {
    return with("seed", seed);
  }

  @Override
  protected void build(LabelledBatch input) {
    generator = args().seed() == null ? null : RandomGenerator.of(args().seed());
  }

  @Override
  protected final LabelledBatch call(LabelledBatch batch, boolean training) {
    check(batch);
    LabelledBatch floating = new LabelledBatch(floating(batch.images()), floating(batch.labels()));
    if (!training) {
      return floating;
    }
    RandomKey key = generator == null ? RandomKey.next() : generator.next();
    return mixed(floating, draw(floating.images(), key));
  }

  private void check(LabelledBatch batch) {
    if (batch.images().shape().rank() != 4 || batch.labels().shape().rank() != 2) {
      throw Refusal.of(
          getClass().getSimpleName(),
          "needs a batch of images of rank 4 and labels [n, classes]",
          batch.images().shape() + " and " + batch.labels().shape(),
          "batch(n) the dataset, and make labels of classes by oneHot");
    }
  }

  private Tensor floating(Tensor x) {
    if (x.dtype().isFloating()) {
      return x;
    }
    return x.cast(dtypePolicy() == null ? DType.FLOAT32 : dtypePolicy().compute());
  }

  /** Draws the parameters of a batch. */
  abstract T draw(Tensor images, RandomKey key);

  /** Returns a batch that is mixed by parameters. */
  abstract LabelledBatch mixed(LabelledBatch batch, T drawn);

  /** Returns the numbers of images, in random order. */
  static Tensor order(RandomKey key, Tensor images) {
    return Sorting.argsort(ImageAugmentation.uniform(key, images, 0, 1).reshape(-1), 0);
  }

  /** Returns labels of which a part comes from others; the rest is {@code [n, ..]}. */
  static Tensor mixedLabels(Tensor labels, Tensor order, Tensor rest) {
    Tensor part = Shaping.reshape(rest, -1, 1).cast(labels.dtype());
    Tensor others = Indexing.gather(labels, order, 0);
    return others.add(labels.sub(others).mul(part));
  }
}
