package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that rescales numbers: {@code y = x * scale + offset}, in training and inference.
 *
 * <p>Inputs of any shape give the same one; whole numbers become float32, or what the policy
 * computes with.
 */
public final class Rescaling extends BuiltIn<Rescaling.Arguments, Rescaling> {
  /**
   * The arguments of a {@link Rescaling}.
   *
   * @param scale factor
   * @param offset number that is added
   */
  public record Arguments(double scale, double offset) {}

  private Rescaling(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that multiplies by a factor: {@code 1 / 255.0} of bytes. */
  public Rescaling(double scale) {
    this(scale, 0);
  }

  /** Makes a layer that multiplies by a factor, and adds a number. */
  public Rescaling(double scale, double offset) {
    this(new Arguments(scale, offset));
  }

  @Override
  protected Tensor call(Tensor x) {
    return x.cast(Floats.of(x, dtypePolicy())).mul(args().scale()).add(args().offset());
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
