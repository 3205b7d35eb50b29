package dev.tapedeck.function;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A group of pointwise calls fused into one formula, which applies the same primitives to the same
 * numbers.
 *
 * @param formula fused formula, named after the ops, {@code Add_Mul_Tanh}
 */
record FusionGroup(Formula formula, List<Tensor> inputs) {
  private static final int MOST_INPUTS = 8;
  private static final int MOST_PRIMITIVES = 32;

  /**
   * Returns this group with the formula that computes an input fused in; this group if they cannot
   * be fused.
   */
  FusionGroup with(Tensor input, Formula inner, List<Tensor> innerInputs) {
    if (!(inner.body() instanceof Expr.Apply)) {
      return this; // it broadcasts, or copies
    }
    List<Tensor> merged = new ArrayList<>();
    inputs.stream()
        .flatMap(t -> t.equals(input) ? innerInputs.stream() : Stream.of(t))
        .filter(t -> !merged.contains(t))
        .forEach(merged::add);
    Expr within = inner.body().withInputs(places(innerInputs, merged));
    Expr[] arguments = places(inputs, merged);
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = arguments[i] == null ? within : arguments[i];
    }
    Expr body = formula.body().withInputs(arguments);
    Formula all =
        new Formula(title(inner.name()) + "_" + title(formula.name()), merged.size(), body);
    boolean fits =
        merged.size() <= MOST_INPUTS
            && parts(body, identitySet()).stream().filter(Expr.Apply.class::isInstance).count()
                <= MOST_PRIMITIVES
            && keepsConstants(formula, types(inputs), types(merged))
            && keepsConstants(inner, types(innerInputs), types(merged))
            && all.type(types(merged)).isPresent()
            && all.type(types(merged)).equals(formula.type(types(inputs)));
    return fits ? new FusionGroup(all, merged) : this;
  }

  /** Returns the group's inputs for the inputs of a formula; null for the one that is fused in. */
  private static Expr[] places(List<Tensor> inputs, List<Tensor> merged) {
    return inputs.stream()
        .map(input -> merged.contains(input) ? new Expr.Input(merged.indexOf(input)) : null)
        .toArray(Expr[]::new);
  }

  /**
   * Returns whether the constants of a formula, which have the type of its inputs, keep it in the
   * group.
   */
  private static boolean keepsConstants(Formula formula, List<DType> before, List<DType> now) {
    return numbers(before).equals(numbers(now))
        || parts(formula.body(), identitySet()).stream().noneMatch(Expr.Constant.class::isInstance);
  }

  private static Set<Expr> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** Returns an expression and its subexpressions, a shared one once. */
  private static Set<Expr> parts(Expr node, Set<Expr> seen) {
    if (seen.add(node) && node instanceof Expr.Apply call) {
      call.arguments().forEach(argument -> parts(argument, seen));
    }
    return seen;
  }

  private static List<DType> numbers(List<DType> types) {
    return types.stream().filter(DType::isNumeric).distinct().toList();
  }

  private static List<DType> types(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::dtype).toList();
  }

  private static String title(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
