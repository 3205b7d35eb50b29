package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Conversions of what users pass to ops (tensors, variables, numbers, arrays) to tensors. */
public final class Operands {
  private Operands() {}

  /** A read of a variable, at which gradients for the variable end. */
  public record ReadVariable(Variable variable) implements SingleOutputOp {
    /** Checks that the variable is not null. */
    public ReadVariable {
      Objects.requireNonNull(variable, "read: variable");
    }

    @Override
    public String name() {
      return "read";
    }

    @Override
    public Effect effect() {
      return Effect.READ;
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 0, inputs);
      return variable.spec();
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      return new EagerTensor[] {Dispatch.reading(variable)};
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[0];
    }
  }

  /** Returns any value that tensors can be made of as a tensor; see {@link Tensor#of(Object)}. */
  public static Tensor tensor(Object value) {
    return switch (value) {
      case Tensor tensor -> tensor;
      case Variable variable -> Autocast.of(variable);
      case null, default -> Tensor.of(value);
    };
  }

  /** Returns the current value of a variable, in its own type. */
  public static Tensor reading(Variable variable) {
    return new ReadVariable(variable).applyTo();
  }

  /** Returns whether a value is a tensor, or an array that a tensor can be made of. */
  public static boolean isTensor(Object value) {
    if (value instanceof Tensor || value instanceof INDArray) {
      return true;
    }
    Class<?> type = value == null ? Object.class : value.getClass();
    boolean array = type.isArray();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    return array && (type == String.class || (type.isPrimitive() && type != char.class));
  }

  /** Returns values as tensors; plain Java numbers take the element type of the others. */
  public static Tensor[] alike(String who, Object... values) {
    Tensor[] tensors = new Tensor[values.length];
    DType dtype = null;
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] instanceof Number)) {
        tensors[i] = tensor(values[i]);
        dtype = dtype == null || dtype == DType.BOOL ? tensors[i].dtype() : dtype;
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (tensors[i] == null) {
        Number number = (Number) values[i];
        tensors[i] =
            dtype == null || dtype == DType.BOOL ? Tensor.of(number) : number(who, number, dtype);
      }
    }
    return tensors;
  }

  /** Returns a scalar of an element type, which the number must fit. */
  public static Tensor number(String who, Number value, DType dtype) {
    EagerTensor scalar = EagerTensor.allocate(new TensorSpec(dtype, Shape.of()));
    Elements.fill(who, scalar, value);
    return scalar;
  }
}
