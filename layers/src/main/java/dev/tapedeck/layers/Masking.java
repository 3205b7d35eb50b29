package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that masks the time steps whose features all equal one value, the padding: {@code mask =
 * any(x != maskValue)} over the features, and {@code y = x} where the mask is true, else 0.
 *
 * <p>Sequences {@code [n, time.., features]} give the same shape, with a mask {@code [n, time..]}.
 */
public final class Masking extends BuiltIn<Masking.Arguments, Masking> {
  /**
   * The arguments of a {@link Masking}.
   *
   * @param maskValue value of all features of a time step that is padding
   */
  public record Arguments(double maskValue) {}

  private Masking(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that takes zeros for padding. */
  public Masking() {
    this(0);
  }

  /** Makes a layer that takes a value for padding. */
  public Masking(double maskValue) {
    this(new Arguments(maskValue));
  }

  @Override
  protected Tensor call(Tensor x) {
    if (x.shape().rank() < 2) {
      throw Refusal.of(
          "Masking",
          "needs sequences [n, time.., features] of rank 2 or more",
          x.shape(),
          "batch(n) the dataset, or expandDims what has one feature");
    }
    Tensor kept = Reductions.any(x.notEqual(args().maskValue), true, -1);
    return Logic.where(kept, x, 0).withMask(Shaping.squeeze(kept, -1));
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
