package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;

/**
 * An exponential linear unit: {@code y = x} where {@code x} is above 0, else {@code y = alpha *
 * (exp(x) - 1)}.
 *
 * <p>D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and Accurate Deep Network Learning by
 * Exponential Linear Units (ELUs)", ICLR 2016.
 */
public final class ELU extends BuiltIn<ELU.Arguments, ELU> {
  /**
   * The arguments of an {@link ELU}.
   *
   * @param alpha limit below 0, as a negative number
   */
  public record Arguments(double alpha) {}

  private ELU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with an alpha of 1. */
  public ELU() {
    this(1);
  }

  /** Makes a layer. */
  public ELU(double alpha) {
    this(new Arguments(alpha));
  }

  @Override
  protected Tensor call(Tensor x) {
    return Activations.elu(x, args().alpha);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
