package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** Conversions between element types. */
public final class Casting {
  private Casting() {}

  /**
   * Returns the elements in another type.
   *
   * <p>To floating point: the nearest value, halves to the even one; too large ones become
   * infinite. To whole numbers: rounded towards zero, and clipped to the type's range; NaN gives 0.
   * (In TensorFlow, results out of range depend on the processor: on ARM they are these, on x86 the
   * least int32, or low bits.) From one whole-number type to a narrower one: the low bits. To bool:
   * whether it is not 0. Only casts between floating types have a gradient.
   */
  public static Tensor cast(Object x, DType to) {
    Tensor tensor = Operands.tensor(x);
    return tensor.dtype() == to ? tensor : new Cast(to).applyTo(tensor);
  }

  private record Cast(DType to) implements SimpleOp {
    Cast {
      Objects.requireNonNull(to, "cast: dtype");
    }

    @Override
    public String name() {
      return "cast";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      return new TensorSpec(to, inputs[0].shape());
    }

    @Override
    public int equalInput(Tensor... inputs) {
      return inputs[0].dtype() == to ? 0 : -1;
    }

    @Override
    public Op after(int input, Op inner, TensorSpec spec) {
      return inner instanceof Cast first && widens(spec.dtype(), first.to) ? this : null;
    }

    /** Returns whether a type holds every value of another, which is of the same kind or bool. */
    private static boolean widens(DType from, DType to) {
      return from == DType.BOOL
          || switch (to) {
            case FLOAT64 -> from.isFloating();
            case FLOAT32 -> from == DType.FLOAT16 || from == DType.BFLOAT16;
            case INT64 -> from.isInteger();
            case INT32 -> from.isInteger() && from.bytes() <= 2;
            case INT16 -> from == DType.INT8 || from == DType.UINT8;
            case UINT16 -> from == DType.UINT8;
            default -> false;
          };
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      Conversion.of(kernels, inputs[0].dense(), output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      DType from = call.input(0).dtype();
      return new Tensor[] {from.isFloating() && to.isFloating() ? cast(upstream, from) : null};
    }
  }
}
