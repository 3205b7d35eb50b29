package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.util.Objects;

/**
 * Base of the 2D pooling layers: a window slides over each channel and yields one number.
 *
 * @param <L> the layer itself
 */
abstract class Pool2D<L extends Pool2D<L>> extends Layer {
  private Window window;

  Pool2D(int poolSize) {
    LayerOptions.requirePositive(who(), "poolSize", poolSize);
    window = Window.of(poolSize).strides(poolSize);
  }

  /** Sets the stride of the window, vertically and horizontally; by default the pool size. */
  public final L strides(int strides) {
    LayerOptions.requirePositive(who(), "strides", strides);
    window = window.strides(strides);
    return self();
  }

  /** Sets the padding at the edges; by default {@link Padding#VALID}. */
  public final L padding(Padding padding) {
    Objects.requireNonNull(padding, () -> who() + ": the padding is null; give VALID or SAME");
    window = window.padding(padding);
    return self();
  }

  private String who() {
    return getClass().getSimpleName();
  }

  @SuppressWarnings("unchecked") // L is the class that extends this
  private L self() {
    return (L) this;
  }

  abstract Tensor pool(Tensor images, Window over);

  @Override
  protected final Tensor call(Tensor images) {
    return pool(images, window);
  }
}
