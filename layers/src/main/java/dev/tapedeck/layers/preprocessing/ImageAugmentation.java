package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Base of the layers that change images at random in training, and leave them as they are
 * otherwise: parameters are drawn, one for each image where nothing else is said, and determine the
 * change.
 *
 * @param <A> record of the arguments
 * @param <T> what is drawn: a tensor, or a record of tensors
 * @param <L> the layer itself
 */
abstract class ImageAugmentation<
        A extends Record & ImageAugmentation.Arguments, T, L extends ImageAugmentation<A, T, L>>
    extends ImageLayer<A, L> {
  private RandomGenerator generator; // null for the process's generator

  /** The arguments that all these layers have. */
  interface Arguments extends ImageLayer.Arguments {
    Long seed();
  }

  ImageAugmentation(A arguments) {
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
  protected void build(Shape input) {
    generator = args().seed() == null ? null : RandomGenerator.of(args().seed());
  }

  @Override
  protected final Tensor call(Tensor x, boolean training) {
    if (!training) {
      return inference(floating(x));
    }
    RandomKey key = generator == null ? RandomKey.next() : generator.next();
    return ofImages(floating(x), images -> changed(images, draw(images, key)));
  }

  /** Returns the output outside of training, by default the input. */
  Tensor inference(Tensor x) {
    return ofImages(x, images -> images);
  }

  /** Returns the change of images {@code [n, h, w, c]} by what a key draws. */
  final UnaryOperator<Tensor> drawnChange(Tensor images, RandomKey key) {
    T drawn = draw(images, key);
    return x -> changed(x, drawn);
  }

  /** Draws the parameters of a change of images {@code [n, h, w, c]}. */
  abstract T draw(Tensor images, RandomKey key);

  /** Returns images {@code [n, h, w, c]} that are changed by parameters. */
  abstract Tensor changed(Tensor images, T drawn);

  /** Returns a zero for each image, float32 {@code [n, 1, 1, 1]}. */
  static Tensor forEach(Tensor images) {
    Index first = Index.to(1);
    Tensor one = Indexing.get(images, Index.ALL, first, first, first);
    return Creation.zerosLike(one.cast(DType.FLOAT32));
  }

  /** Returns a number in a range for each image, float32 {@code [n, 1, 1, 1]}. */
  static Tensor uniform(RandomKey key, Tensor images, double low, double high) {
    return Randoms.uniformLike(key, DType.FLOAT32, forEach(images)).mul(high - low).add(low);
  }

  /** Returns a number in a range for each image, float32 {@code [n, 1, 1, 1]}. */
  static Tensor uniform(RandomKey key, Tensor images, List<Double> range) {
    return uniform(key, images, range.getFirst(), range.getLast());
  }

  /** Returns for each image whether it is chosen, with a probability drawn from a range. */
  static Tensor chosen(RandomKey key, Tensor images, List<Double> probability) {
    Tensor below = uniform(key.foldIn(0), images, probability);
    return uniform(key.foldIn(1), images, 0, 1).less(below);
  }
}
