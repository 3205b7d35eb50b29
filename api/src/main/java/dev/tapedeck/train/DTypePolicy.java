package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * Element types of a layer: that of its variables, and that in which it computes.
 *
 * <p>Floating-point inputs are cast to the type of the computation, and so are the weights that it
 * reads; gradients and optimizers see the variables' type. A layer without a policy takes its type
 * from its first input.
 *
 * @param name Keras's name, {@code mixed_bfloat16}
 * @param compute type of the computation
 * @param variable type of the variables
 */
public record DTypePolicy(String name, DType compute, DType variable) {
  private static volatile DTypePolicy global;

  /** Checks that the types are floating. */
  public DTypePolicy {
    if (!compute.isFloating() || !variable.isFloating()) {
      throw Refusal.of(
          "dtype policy",
          "needs floating point types",
          compute + " and " + variable,
          "choose float32, float64, or a mixed policy");
    }
  }

  /** Returns a policy of one type for everything. */
  public static DTypePolicy of(DType dtype) {
    return new DTypePolicy(dtype.toString(), dtype, dtype);
  }

  /** Returns float32 variables and a computation in bfloat16. */
  public static DTypePolicy mixedBfloat16() {
    return new DTypePolicy("mixed_bfloat16", DType.BFLOAT16, DType.FLOAT32);
  }

  /**
   * Returns float32 variables and a computation in float16, whose small gradients need a scaled
   * loss.
   */
  public static DTypePolicy mixedFloat16() {
    return new DTypePolicy("mixed_float16", DType.FLOAT16, DType.FLOAT32);
  }

  /** Sets the policy of layers that are made from now on; null, as at first, for none. */
  public static void setGlobal(DTypePolicy policy) {
    global = policy;
  }

  /** Returns the policy of layers that are made now; null for none. */
  public static DTypePolicy global() {
    return global;
  }

  /** Returns inputs whose floating point tensors are cast to the type of the computation. */
  <I> I cast(I inputs) {
    return TensorTree.tensorsOf(inputs).stream().allMatch(this::isCast)
        ? inputs
        : TensorTree.map(inputs, this::cast);
  }

  private boolean isCast(Tensor input) {
    return !input.dtype().isFloating() || input.dtype() == compute;
  }

  private Tensor cast(Tensor input) {
    if (isCast(input)) {
      return input;
    }
    Tensor cast = Casting.cast(input, compute);
    return input.mask() == null ? cast : cast.withMask(input.mask());
  }
}
