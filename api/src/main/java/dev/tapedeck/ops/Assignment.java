package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Selection;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tensor.Variable;
import java.util.List;
import java.util.Optional;

/** What reads and changes variables, in the order of the program; see {@link Variable}. */
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
    new AssignPart(variable, indices).apply(tensor);
  }

  /** Returns a copy of a variable's present value. */
  public static Tensor value(Variable variable) {
    return new Value(variable).on();
  }

  /**
   * Returns the first value of a variable, which is made once, not by each run of a graph.
   *
   * @throws IllegalStateException if it is not known while a function is traced
   */
  public static EagerTensor known(String name, Tensor initial) {
    Dispatch.tellOfVariable(name);
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

  /** What changes a variable: it gives nothing, and no gradient passes through it. */
  interface Write extends Op {
    Variable variable();

    @Override
    default Effect effect() {
      return Effect.WRITE;
    }

    @Override
    default Optional<Variable> written() {
      return Optional.of(variable());
    }

    @Override
    default Tensor[] gradient(Call call, Tensor... upstream) {
      return new Tensor[call.inputs().length];
    }
  }

  /** What gives a copy of a variable's present value. */
  private interface Copy extends SimpleOp {
    Variable variable();

    @Override
    default Effect effect() {
      return Effect.READ;
    }

    @Override
    default void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      Elements.copy(variable().reading(), output);
    }
  }

  private record Assign(Variable variable) implements Write {
    @Override
    public String name() {
      return "assign";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      if (!inputs[0].fits(variable.spec())) {
        throw new IllegalArgumentException(
            "assign: variable \""
                + variable.name()
                + "\" is "
                + variable.spec()
                + ", received "
                + inputs[0]);
      }
      return new TensorSpec[0];
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      variable.write(inputs[0]);
      return NOTHING;
    }
  }

  private record AssignPart(Variable variable, List<Index> indices) implements Write {
    @Override
    public String name() {
      return "assignPart";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Shape shape = Selection.shape(variable.shape(), indices);
      if (inputs[0].dtype() != variable.dtype() || !inputs[0].shape().stretchesTo(shape)) {
        throw new IllegalArgumentException(
            "assign: the part of variable \""
                + variable.name()
                + "\" is "
                + new TensorSpec(variable.dtype(), shape)
                + ", received "
                + inputs[0]);
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
   * Returns the op that reads a variable inside a graph that may assign to it: it takes the value
   * that was read around the graph, and gives a copy of the present one. Its gradient is that of
   * the former, so that it gets to the variable.
   */
  public static Op present(Variable variable) {
    return new Present(variable);
  }

  private record Present(Variable variable) implements Copy {
    @Override
    public String name() {
      return "read";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Rules.made(name(), variable.spec(), inputs[0]);
      return variable.spec();
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream};
    }
  }

  private record Value(Variable variable) implements Copy {
    @Override
    public String name() {
      return "value";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return variable.spec();
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[0];
    }
  }

  /** A pointwise op whose result goes into a variable's memory. */
  public record Into(Pointwise op, Variable variable) implements Write {
    @Override
    public String name() {
      return op.name();
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      TensorSpec result = op.rule(inputs);
      if (!result.fits(variable.spec())) {
        throw new IllegalArgumentException(
            name()
                + ": variable \""
                + variable.name()
                + "\" is "
                + variable.spec()
                + ", the result is "
                + result);
      }
      return new TensorSpec[0];
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor[] operands = new EagerTensor[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        operands[i] = variable.isReading(inputs[i]) ? null : variable.independent(inputs[i]);
      }
      EagerTensor output = variable.writing();
      for (int i = 0; i < inputs.length; i++) {
        operands[i] = operands[i] == null ? output : operands[i];
      }
      kernels.pointwise(op.formula(), output, operands);
      return NOTHING;
    }
  }
}
