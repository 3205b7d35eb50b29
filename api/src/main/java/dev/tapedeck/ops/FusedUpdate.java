package dev.tapedeck.ops;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A fused update of several variables by formulas of the same inputs, in one pass over memory: the
 * step of an optimizer. Each formula sees the values before the update.
 */
public final class FusedUpdate {
  private final List<Pointwise> ops;

  private FusedUpdate(List<Pointwise> ops) {
    this.ops = ops;
  }

  /** The expressions of the new values, as a function of the inputs' expressions. */
  @FunctionalInterface
  public interface Bodies {
    /** Returns an expression for each variable. */
    List<Expr> of(Expr... x);
  }

  /** Makes a fused update of floating point variables. */
  public static FusedUpdate of(String name, int arity, Bodies bodies) {
    Expr[] inputs = IntStream.range(0, arity).mapToObj(Expr.Input::new).toArray(Expr[]::new);
    List<Pointwise> ops = new ArrayList<>();
    for (Expr body : bodies.of(inputs)) {
      ops.add(Pointwise.floating(new Formula(name, arity, body)));
    }
    return new FusedUpdate(List.copyOf(ops));
  }

  /** Writes the new values into the variables in place; these may be inputs. */
  public void into(List<Variable> variables, Object... inputs) {
    String who = ops.getFirst().name();
    if (variables.size() != ops.size()) {
      throw Refusal.of(
          who,
          "needs a variable for each of its " + ops.size() + " values",
          variables.size(),
          "give the variables in the order of the values");
    }
    new AssignPointwise(ops, List.copyOf(variables)).apply(Operands.alike(who, inputs));
  }
}
