package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/** A layer that divides vectors along axes by their length: {@code y = x / sqrt(sum(x^2))}. */
public final class UnitNormalization
    extends BuiltIn<UnitNormalization.Arguments, UnitNormalization> {
  /** Lower bound of the lengths, squared. */
  private static final double SHORTEST = 1e-24;

  /**
   * The arguments of a {@link UnitNormalization}.
   *
   * @param axis axes of the vectors; negative ones count from the end
   */
  public record Arguments(List<Integer> axis) {
    /** Checks the arguments. */
    public Arguments {
      axis = LayerOptions.axes("UnitNormalization", axis);
    }
  }

  private UnitNormalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of the last axis. */
  public UnitNormalization() {
    this(-1);
  }

  /** Makes a layer of an axis; a negative one counts from the end. */
  public UnitNormalization(int axis) {
    this(List.of(axis));
  }

  /** Makes a layer of several axes. */
  public UnitNormalization(List<Integer> axis) {
    this(new Arguments(axis));
  }

  @Override
  protected Tensor call(Tensor x) {
    int[] axes = args().axis.stream().mapToInt(Integer::intValue).toArray();
    // Squares overflow in the types of mixed precision.
    Tensor wide = dtypePolicy() == null ? x : x.cast(dtypePolicy().variable());
    return Normalization.l2Normalize(wide, axes, SHORTEST).cast(x.dtype());
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
