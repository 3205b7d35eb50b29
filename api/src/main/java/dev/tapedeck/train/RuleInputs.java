package dev.tapedeck.train;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.train.UpdateFormula.Source;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The inputs of an optimizer's formulas: the tensors they read, and, in place of each expression of
 * scalars alone, its value.
 */
final class RuleInputs {
  private final String name;
  private final List<Source> given;
  private final List<Source> sources = new ArrayList<>();
  private final Map<Expr, Boolean> scalars = new IdentityHashMap<>();
  private final Map<Expr, Source> computed = new IdentityHashMap<>();

  /**
   * Makes an empty list.
   *
   * @param given what the inputs of the formulas stand for
   */
  RuleInputs(String name, List<Source> given) {
    this.name = name;
    this.given = given;
  }

  /** Returns what the inputs of the replaced formulas stand for. */
  List<Source> sources() {
    return sources;
  }

  /** Returns the input that a node becomes; null for a constant, or an expression of tensors. */
  Expr replacement(Expr node) {
    Source source =
        switch (node) {
          case Expr.Input input -> given.get(input.index());
          case Expr.Apply call when isScalar(call) && !call.primitive().isLogical() ->
              computed.computeIfAbsent(call, this::scalar);
          default -> null;
        };
    if (source == null) {
      return null;
    }
    if (!sources.contains(source)) {
      sources.add(source);
    }
    return new Expr.Input(sources.indexOf(source));
  }

  private boolean isScalar(Expr node) {
    Boolean known = scalars.get(node);
    if (known == null) {
      known =
          switch (node) {
            case Expr.Input input -> given.get(input.index()).isScalar();
            case Expr.Constant _ -> true;
            case Expr.Apply call -> call.arguments().stream().allMatch(this::isScalar);
          };
      scalars.put(node, known);
    }
    return known;
  }

  private Source scalar(Expr value) {
    Formula formula = new Formula(name + "/scalar", given.size(), value);
    List<Source> read = new ArrayList<>();
    for (int input : formula.inputs()) {
      read.add(given.get(input));
    }
    return new Source.Scalar(Pointwise.floating(formula.compact()), List.copyOf(read));
  }
}
