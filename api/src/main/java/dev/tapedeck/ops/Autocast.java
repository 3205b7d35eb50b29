package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * Conversion of the weights that a layer's computation reads to the type that it computes in, as in
 * mixed precision.
 */
public final class Autocast {
  private static final ScopedValue<DType> TYPE = ScopedValue.newInstance();

  static {
    Context.keep(TYPE);
  }

  private Autocast() {}

  /** Runs a computation that reads weights in an element type. */
  public static <T> T in(DType type, ScopedValue.CallableOp<T, RuntimeException> computation) {
    return ScopedValue.where(TYPE, type).call(computation);
  }

  /** Returns the value of a variable in the type of the computation. */
  static Tensor of(Variable variable) {
    Tensor value = Operands.reading(variable);
    return variable.autocast() && TYPE.isBound() && TYPE.get() != value.dtype()
        ? value.cast(TYPE.get())
        : value;
  }
}
