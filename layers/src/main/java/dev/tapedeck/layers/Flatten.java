package dev.tapedeck.layers;

import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;

/**
 * A layer that flattens each example to a vector: {@code [n, a, b, ..]} gives {@code [n, a * b *
 * ..]}, and {@code [n]} gives {@code [n, 1]}.
 *
 * <p>A scalar, which has no examples, throws {@link IllegalArgumentException}.
 */
public final class Flatten extends Layer {
  /** Makes a layer. */
  public Flatten() {}

  @Override
  protected Tensor call(Tensor x) {
    Shape shape = x.shape();
    if (shape.isScalar()) {
      throw new IllegalArgumentException(
          "Flatten: needs inputs [n, ..], received a scalar; reshape it to (1, 1)");
    }
    return x.reshape(shape.size(0), shape.slice(1, shape.rank()).count());
  }
}
