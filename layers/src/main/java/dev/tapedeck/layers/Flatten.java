package dev.tapedeck.layers;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that flattens each example to a vector: {@code [n, a, b, ..]} gives {@code [n, a * b *
 * ..]}, and {@code [n]} gives {@code [n, 1]}.
 *
 * <p>A scalar, which has no examples, throws {@link IllegalArgumentException}.
 */
public final class Flatten extends BuiltIn<Flatten.Arguments, Flatten> {
  /** The arguments of a {@link Flatten}: none. */
  public record Arguments() {}

  private Flatten(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Flatten() {
    this(new Arguments());
  }

  @Override
  protected Tensor call(Tensor x) {
    Shape shape = x.shape();
    if (shape.isScalar()) {
      throw Refusal.of("Flatten", "needs inputs [n, ..]", "a scalar", "reshape it to (1, 1)");
    }
    return x.reshape(shape.size(0), shape.slice(1, shape.rank()).count());
  }
}
