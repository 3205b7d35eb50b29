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

/** Turns what users pass to ops (tensors, variables, numbers, arrays) into tensors. */
public final class Operands {
  private Operands() {}

  /** The reading of a variable: where gradients of variables end. */
  public record ReadVariable(Variable variable) implements SingleOutputOp {
    /** Checks that it is there. */
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

  /** Returns a tensor of anything that tensors are made of; see {@link Tensor#of(Object)}. */
  public static Tensor tensor(Object value) {
    return switch (value) {
      case Tensor tensor -> tensor;
      case Variable variable -> new ReadVariable(variable).applyTo();
      case null, default -> Tensor.of(value);
    };
  }

  /** Returns whether a value is a tensor, or an array that tensors are made of. */
  public static boolean isTensor(Object value) {
    if (value instanceof Tensor || value instanceof INDArray) {
      return true;
    }
    Class<?> type = value == null ? Object.class : value.getClass();
    boolean array = type.isArray();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    return array && type.isPrimitive() && type != char.class;
  }

  /** Returns tensors of values, where plain Java numbers take the element type of the others. */
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
    try {
      Elements.fill(scalar, value);
      return scalar;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(who + ": " + e.getMessage(), e);
    }
  }
}
