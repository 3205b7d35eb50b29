package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.ImageLayout;
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
  /**
   * The arguments of a {@link Flatten}.
   *
   * @param dataFormat position of the channels
   */
  public record Arguments(ImageLayout dataFormat) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven("Flatten", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private Flatten(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Flatten() {
    this(new Arguments(ImageLayout.CHANNELS_LAST));
  }

  /**
   * Sets the position of the channels; by default they are last. Elements are in the same order for
   * both: channels that come first are moved to the end.
   */
  public Flatten dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  @Override
  protected Tensor call(Tensor x) {
    Shape shape = x.shape();
    if (shape.isScalar()) {
      throw Refusal.of("Flatten", "needs inputs [n, ..]", "a scalar", "reshape it to (1, 1)");
    }
    boolean move = args().dataFormat == ImageLayout.CHANNELS_FIRST && shape.rank() > 1;
    Tensor last = move ? Shaping.moveAxis(x, 1, -1) : x;
    return last.reshape(shape.size(0), shape.slice(1, shape.rank()).count());
  }
}
