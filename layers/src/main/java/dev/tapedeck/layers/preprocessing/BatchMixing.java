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
 * Base of the layers that mix each image with another of its batch in training, and the labels, if
 * they are given, as much; otherwise they leave them as they are. A batch is a {@link
 * LabelledBatch}, or the tensor of the images.
 *
 * @param <A> record of the arguments
 * @param <T> what is drawn
 * @param <L> the layer itself
 */
abstract class BatchMixing<
        A extends Record & BatchMixing.Arguments, T, L extends BatchMixing<A, T, L>>
    extends BuiltInOf<Object, Object, A, L> {
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

  /** Returns a batch, mixed in training. */
  public final LabelledBatch apply(LabelledBatch batch) {
    return (LabelledBatch) apply((Object) batch);
  }

  /** Returns a batch, mixed in training. */
  public final LabelledBatch apply(LabelledBatch batch, boolean training) {
    return (LabelledBatch) apply((Object) batch, training);
  }

  /** Returns images, mixed in training. */
  public final Tensor apply(Tensor images) {
    return (Tensor) apply((Object) images);
  }

  /** Returns images, mixed in training. */
  public final Tensor apply(Tensor images, boolean training) {
    return (Tensor) apply((Object) images, training);
  }

  @Override
  protected void build(Object input) {
    generator = args().seed() == null ? null : RandomGenerator.of(args().seed());
  }

  @Override
  protected final Object call(Object input, boolean training) {
    return switch (input) {
      case Tensor images -> mixed(images, null, training).images();
      case LabelledBatch(Tensor images, Tensor labels) when labels != null ->
          mixed(images, labels, training);
      default -> throw refused(input.getClass().getSimpleName());
    };
  }

  private LabelledBatch mixed(Tensor images, Tensor labels, boolean training) {
    if (images.shape().rank() != 4 || (labels != null && labels.shape().rank() != 2)) {
      throw refused(images.shape() + (labels == null ? "" : " and " + labels.shape()));
    }
    Tensor pixels = floating(images);
    Tensor shares = labels == null ? null : floating(labels);
    if (!training) {
      return new LabelledBatch(pixels, shares);
    }
    RandomKey key = generator == null ? RandomKey.next() : generator.next();
    T drawn = draw(pixels, key);
    return new LabelledBatch(
        mixedImages(pixels, drawn), shares == null ? null : mixedLabels(shares, pixels, drawn));
  }

  private IllegalArgumentException refused(Object received) {
    return Refusal.of(
        getClass().getSimpleName(),
        "needs a batch of images of rank 4, or a LabelledBatch of these and labels [n, classes]",
        received,
        "batch(n) the dataset, and make labels of classes by oneHot");
  }

  private Tensor floating(Tensor x) {
    if (x.dtype().isFloating()) {
      return x;
    }
    return x.cast(dtypePolicy() == null ? DType.FLOAT32 : dtypePolicy().compute());
  }

  /** Draws the parameters of a batch. */
  abstract T draw(Tensor images, RandomKey key);

  /** Returns images that are mixed by parameters. */
  abstract Tensor mixedImages(Tensor images, T drawn);

  /** Returns the labels of images that are mixed by parameters. */
  abstract Tensor mixedLabels(Tensor labels, Tensor images, T drawn);

  /** Returns the numbers of images, in random order. */
  static Tensor order(RandomKey key, Tensor images) {
    return Sorting.argsort(ImageAugmentation.uniform(key, images, 0, 1).reshape(-1), 0);
  }

  /** Returns labels of which a part comes from others; the rest is {@code [n, ..]}. */
  static Tensor sharedLabels(Tensor labels, Tensor order, Tensor rest) {
    Tensor part = Shaping.reshape(rest, -1, 1).cast(labels.dtype());
    Tensor others = Indexing.gather(labels, order, 0);
    return others.add(labels.sub(others).mul(part));
  }
}
