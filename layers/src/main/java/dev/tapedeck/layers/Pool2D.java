package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;

/**
 * Base of the 2D pooling layers: a window slides over each channel and yields one number.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Pool2D<A extends Record & Pool2D.Arguments, L extends Pool2D<A, L>>
    extends BuiltIn<A, L> {
  /** The arguments that all these layers have. */
  interface Arguments {
    int poolSize();

    Integer strides();

    Padding padding();
  }

  Pool2D(A arguments) {
    super(arguments);
  }

  /** Checks the arguments. */
  static void check(String who, int poolSize, Integer strides, Padding padding) {
    LayerOptions.requirePositive(who, "poolSize", poolSize);
    if (strides != null) {
      LayerOptions.requirePositive(who, "strides", strides);
    }
    LayerOptions.requireGiven(who, "padding", padding, "Padding.SAME");
  }

  /** Sets the stride of the window, vertically and horizontally; by default the pool size. */
  public final L strides(int strides) {
    return with("strides", strides);
  }

  /** Sets the padding at the edges; by default {@link Padding#VALID}. */
  public final L padding(Padding padding) {
    return with("padding", padding);
  }

  abstract Tensor pool(Tensor images, Window over);

  @Override
  protected final Tensor call(Tensor images) {
    A args = args();
    int strides = args.strides() == null ? args.poolSize() : args.strides();
    return pool(images, Window.of(args.poolSize()).strides(strides).padding(args.padding()));
  }
}
