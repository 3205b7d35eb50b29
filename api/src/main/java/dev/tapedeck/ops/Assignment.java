package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Selection;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Objects;

/** Ops that read and assign to variables in program order; see {@link Variable}. */
public final class Assignment {
  private static final EagerTensor[] NOTHING = {};

  private Assignment() {}

  /** Replaces a variable's value. */
  public static void assign(Variable variable, Object value) {
    Tensor tensor =
        value instanceof Number number
            ? Tensor.full(variable.dtype(), number, variable.shape().toArray())
            : Operands.tensor(value);
    new Assign(variable).apply(tensor);
  }

  /** Replaces a part of a variable's value. */
  public static void assign(Variable variable, List<Index> indices, Object value) {
    Tensor tensor =
        value instanceof Number number
            ? Tensor.full(variable.dtype(), number)
            : Operands.tensor(value);
    new AssignSlice(variable, indices).apply(tensor);
  }

  /** Returns a copy of a variable's current value. */
  public static Tensor value(Variable variable) {
    return new VariableValue(variable).applyTo(Operands.reading(variable));
  }

  /**
   * Returns the initial value of a variable, which is made once, not by each run of a graph.
   *
   * @throws IllegalStateException if it is not known while a function is traced
   */
  public static EagerTensor known(String name, Tensor initial) {
    Dispatch.noteVariable(name);
    return switch (initial) {
      case EagerTensor known -> known;
      case SymbolicTensor symbol ->
          throw new IllegalStateException(
              "Variable: \""
                  + name
                  + "\" is made once, while its function is traced, so its first value cannot be "
                  + symbol
                  + "; start with a constant and assign to it");
    };
  }

  /** Returns advice about a value that differs from the one needed. */
  static String remedy(TensorSpec value, TensorSpec needed) {
    if (value.dtype() == needed.dtype()) {
      return value.shape().count() == needed.shape().count()
          ? "reshape it"
          : "slice, tile or broadcast it to that shape";
    }
    return (value.shape().isScalar() ? "give a plain Java number, or " : "")
        + "cast it, as cast(x, DType."
        + needed.dtype().name()
        + ")";
  }

  /** An op that assigns to variables; it has no outputs and no gradient. */
  interface Write extends Op {
    @Override
    default Effect effect() {
      return Effect.WRITE;
    }

    @Override
    default Tensor[] gradient(Call call, Tensor... upstream) {
      return new Tensor[call.inputs().length];
    }
  }

  private record Assign(Variable variable) implements Write {
    Assign {
      Objects.requireNonNull(variable, "assign: variable");
    }

    @Override
    public List<Variable> written() {
      return List.of(variable);
    }

    @Override
    public String name() {
      return "assign";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      if (!inputs[0].fits(variable.spec())) {
        throw Refusal.of(
            "assign",
            "variable \"" + variable.name() + "\" is " + variable.spec(),
            inputs[0],
            remedy(inputs[0], variable.spec()));
      }
      return new TensorSpec[0];
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      variable.write(inputs[0]);
      return NOTHING;
    }
  }

  private record AssignSlice(Variable variable, List<Index> indices) implements Write {
    AssignSlice {
      Objects.requireNonNull(variable, "assign: variable");
      indices = List.copyOf(indices);
    }

    @Override
    public List<Variable> written() {
      return List.of(variable);
    }

    @Override
    public String name() {
      return "assignPart";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Shape shape = Selection.shape(variable.shape(), indices);
      if (inputs[0].dtype() != variable.dtype() || !inputs[0].shape().broadcastsTo(shape)) {
        throw Refusal.of(
            "assign",
            "the part of variable \""
                + variable.name()
                + "\" is "
                + new TensorSpec(variable.dtype(), shape),
            inputs[0],
            remedy(inputs[0], new TensorSpec(variable.dtype(), shape)));
      }
      return new TensorSpec[0];
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      variable.write(indices, inputs[0]);
      return NOTHING;
    }
  }

  /**
   * Returns the op that reads a variable inside a graph that may assign to it. Its input is a
   * reading of the variable made outside the graph, its output a copy of the current value. The
   * gradient passes to the input, and so to the variable.
   */
  public static Op present(Variable variable) {
    return new VariableValue(variable);
  }

  /** A copy of a variable's current value; its input is a reading of it, for the gradient. */
  private record VariableValue(Variable variable) implements SimpleOp {
    VariableValue {
      Objects.requireNonNull(variable, "value: variable");
    }

    @Override
    public String name() {
      return "value";
    }

    @Override
    public Effect effect() {
      return Effect.READ;
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.spec(name(), variable.spec(), inputs[0]);
      return variable.spec();
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor present = variable.memory();
      Elements.copy(present, output);
      Dispatch.requireUnchanged(this, 0, present);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream};
    }
  }
}
