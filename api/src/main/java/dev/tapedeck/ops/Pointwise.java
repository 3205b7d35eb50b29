package dev.tapedeck.ops;

import dev.tapedeck.ops.expr.AlgebraicIdentities;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A pointwise op: a {@link Formula} applied to every element, with NumPy's broadcasting.
 *
 * <p>Its gradients are pointwise ops too, derived from the formula, so derivatives of any order
 * exist. {@link #withGradient} replaces a derived gradient where another is more stable.
 */
public final class Pointwise implements SimpleOp, SerializableOp {
  /** The element types that inputs may have, and that of the output. */
  public enum Types {
    /** Inputs of one floating type; the output has the same. */
    FLOATING,
    /** Inputs of one numeric type; the output has the same. */
    NUMERIC,
    /** Inputs of one numeric type; the output is bool. */
    ORDER,
    /** Inputs of one type; the output is bool. */
    EQUALITY,
    /** An input of a floating type; the output is bool. */
    TEST,
    /** Inputs of one whole-number type; the output has the same. */
    BITWISE,
    /** Bool inputs; the output is bool. */
    LOGICAL,
    /** A bool, then two inputs of one type, which the output has, too. */
    CHOICE,
    /**
     * Bools and inputs of one other type, as the formula takes them: a fused group of pointwise
     * ops.
     */
    MIXED
  }

  private final Formula formula;
  private final Types types;
  private final Gradient[] gradients;
  private final PointwiseTypes check;

  /** The custom gradients. */
  private final List<Given> given = new ArrayList<>();

  /** A custom gradient, in place of the derived one. */
  private record Given(int input, Formula formula) {}

  private record Parts(Types types, Formula formula, List<Given> gradients) implements Definition {
    @Override
    public Op toOp() {
      Pointwise op = new Pointwise(types, formula);
      gradients.forEach(op::set);
      return op;
    }
  }

  /**
   * A pointwise op, and the indices of its inputs among all inputs, the output and the output's
   * gradient.
   */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Gradient(Pointwise op, int[] from) {
    static final Gradient NONE = new Gradient(null, new int[0]);
  }

  public Pointwise(Types types, Formula formula) {
    this.formula = formula;
    this.types = Objects.requireNonNull(types, "pointwise: types");
    this.gradients = new Gradient[formula.arity()];
    int least = types == Types.CHOICE ? 2 : 1;
    if (formula.arity() < least) {
      throw Refusal.of(
          name(),
          "needs at least " + least + " inputs for " + types,
          formula.arity(),
          "make a formula of more inputs");
    }
    this.check = new PointwiseTypes(types, formula);
  }

  /** Makes an op on equal floating point types. */
  public static Pointwise floating(Formula formula) {
    return new Pointwise(Types.FLOATING, formula);
  }

  /** Makes an op on equal numeric types. */
  public static Pointwise numeric(Formula formula) {
    return new Pointwise(Types.NUMERIC, formula);
  }

  /**
   * Makes an op that fuses several; its inputs are bools, and of one other type.
   *
   * @see Formula#type
   */
  public static Pointwise group(Formula formula) {
    return new Pointwise(Types.MIXED, formula);
  }

  /**
   * Sets the gradient for an input, in place of the derived one, and returns this op; gradients of
   * higher order are derived from it.
   *
   * @param gradient a formula of all inputs, then the output, then the output's gradient
   */
  public Pointwise withGradient(int input, Formula.Nary gradient) {
    String name = formula.name() + "/gradient" + input;
    set(new Given(input, Formula.of(name, formula.arity() + 2, gradient)));
    return this;
  }

  private void set(Given gradient) {
    if (gradient.input < 0 || gradient.input >= gradients.length) {
      throw Refusal.of(
          name(),
          "gradients are of inputs in [0, " + gradients.length + ")",
          gradient.input,
          "count inputs from 0");
    }
    if (gradient.formula.arity() != formula.arity() + 2) {
      throw Refusal.of(
          name(),
          "a gradient takes the inputs, the output, and the output's gradient, "
              + (formula.arity() + 2)
              + " in all",
          gradient.formula.arity(),
          "make its formula of that many inputs");
    }
    gradients[gradient.input] = gradient(gradient.formula);
    given.add(gradient);
  }

  @Override
  public Definition definition() {
    return new Parts(types, formula, List.copyOf(given));
  }

  private Gradient gradient(Formula derived) {
    if (derived == null) {
      return Gradient.NONE;
    }
    Types kind =
        switch (types) {
          case CHOICE, MIXED -> types;
          default -> Types.FLOATING;
        };
    return new Gradient(new Pointwise(kind, derived.compact()), derived.inputs());
  }

  /** Returns the formula. */
  public Formula formula() {
    return formula;
  }

  /**
   * Applies this op to any values that tensors can be made of; plain numbers take the others' type.
   */
  public Tensor of(Object... inputs) {
    if (types == Types.FLOATING && inputs[0] instanceof Tensor tensor) {
      check.require(
          tensor.dtype()); // or else the error would be a number that does not fit the type
    }
    return applyTo(Operands.alike(formula.name(), inputs));
  }

  /** Writes the result into a variable, in place; the variable may be an input. */
  public void into(Variable variable, Object... inputs) {
    new AssignPointwise(List.of(this), List.of(variable))
        .apply(Operands.alike(formula.name(), inputs));
  }

  /**
   * Writes the result into the first operand's memory, which nothing else may use: that operand,
   * and all that share its memory, become stale. No recorder is notified.
   */
  public Tensor applyInPlace(EagerTensor first, Tensor second) {
    EagerTensor output = first.donate();
    EagerTensor other = (EagerTensor) second;
    try {
      Kernels.forOperands(output, other).pointwise().compute(formula, output, output, other);
    } finally {
      Reference.reachabilityFence(other);
    }
    return output;
  }

  @Override
  public String name() {
    return formula.name();
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, formula.arity(), inputs);
    DType dtype = check.output(inputs);
    Shape shape = inputs[0].shape();
    for (int i = 1; i < inputs.length; i++) {
      shape = Shape.broadcast(shape, inputs[i].shape(), name());
    }
    return new TensorSpec(dtype, shape);
  }

  /** Returns whether another op computes the same, whatever their names. */
  public boolean computes(Pointwise other) {
    return types == other.types && formula.computes(other.formula);
  }

  /** Returns whether the output is, by the value of the first input, the second one or 0. */
  public boolean isMask() {
    return formula.arity() == 2 && AlgebraicIdentities.isMask(formula.body());
  }

  @Override
  public int equalInput(Tensor... inputs) {
    int found = AlgebraicIdentities.input(formula.body(), inputs);
    return found >= 0 && inferOutput(specs(inputs)).equals(inputs[found].spec()) ? found : -1;
  }

  private static TensorSpec[] specs(Tensor... inputs) {
    return Arrays.stream(inputs).map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  /** Two negations cancel. */
  @Override
  public Op after(int input, Op inner, TensorSpec spec) {
    return inner instanceof Pointwise first
            && AlgebraicIdentities.undo(formula.body(), first.formula.body())
        ? new Pointwise(types, Formula.of("identity", x -> x))
        : null;
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    kernels.pointwise().compute(formula, output, inputs);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor[] results = new Tensor[formula.arity()];
    for (int i = 0; i < results.length; i++) {
      if (call.needs(i)) {
        results[i] = gradient(i, call, upstream);
      }
    }
    return results;
  }

  /**
   * Returns the gradient for an input as an expression; null if the output does not depend on it.
   *
   * @param values the expressions of all inputs, of the output, and of the output's gradient
   */
  public Expr gradient(int input, Expr... values) {
    Gradient gradient = gradient(input);
    if (gradient.op() == null) {
      return null;
    }
    Expr[] used = Arrays.stream(gradient.from()).mapToObj(i -> values[i]).toArray(Expr[]::new);
    return gradient.op().formula().body().withInputs(used);
  }

  private Gradient gradient(int input) {
    if (gradients[input] == null) {
      gradients[input] = gradient(formula.gradient(input));
    }
    return gradients[input];
  }

  private Tensor gradient(int input, Call call, Tensor upstream) {
    Gradient gradient = gradient(input);
    if (gradient.op() == null) {
      return null;
    }
    Tensor[] inputs = new Tensor[gradient.from().length];
    for (int i = 0; i < inputs.length; i++) {
      int from = gradient.from()[i];
      inputs[i] =
          from < formula.arity()
              ? call.input(from)
              : from == formula.arity() ? call.output() : upstream;
    }
    // A gradient that is just the upstream one needs no work.
    boolean passes = gradient.op().formula().body() instanceof Expr.Input;
    return passes ? inputs[0] : gradient.op().applyTo(inputs);
  }

  @Override
  public String toString() {
    return name();
  }
}
