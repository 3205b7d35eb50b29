package dev.tapedeck.ops.expr;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A pointwise function: an expression over some inputs, the same for every element.
 *
 * <p>Everything about a pointwise op comes from its formula: a provider runs it (one primitive at a
 * time, or compiled into one loop), and {@link #gradient} derives the formula of its gradient.
 *
 * <p>Formulas are equal by identity; {@link #computes} compares their expressions.
 */
public final class Formula {
  private final String name;
  private final int arity;
  private final Expr body;
  private volatile Object compiled;

  /** A function of one expression. */
  @FunctionalInterface
  public interface Unary {
    /** Returns the expression. */
    Expr of(Expr x);
  }

  /** A function of two expressions. */
  @FunctionalInterface
  public interface Binary {
    /** Returns the expression. */
    Expr of(Expr x, Expr y);
  }

  /** A function of any number of expressions. */
  @FunctionalInterface
  public interface Nary {
    /** Returns the expression. */
    Expr of(Expr... x);
  }

  /**
   * Makes a formula of an expression.
   *
   * @param name for messages
   * @param arity the number of inputs
   * @throws IllegalArgumentException if the expression has other inputs
   */
  public Formula(String name, int arity, Expr body) {
    this.name = Objects.requireNonNull(name, "formula: name");
    this.arity = arity;
    this.body = body;
    check(body, new IdentityHashMap<>());
  }

  private void check(Expr node, Map<Expr, Boolean> checked) {
    switch (node) {
      case Expr.Input(int index) -> {
        if (index < 0 || index >= arity) {
          throw Refusal.of(
              "formula",
              name + " has " + arity + " inputs",
              "input " + index,
              "count inputs from 0, or make a formula of more");
        }
      }
      case Expr.Constant _ -> {}
      case Expr.Apply call -> {
        if (checked.put(call, true) == null) {
          call.arguments().forEach(argument -> check(argument, checked));
        }
      }
      case null ->
          throw Refusal.of(
              "formula",
              name + " needs an expression",
              null,
              "return one from the function that builds it");
    }
  }

  /** Returns the name, for messages. */
  public String name() {
    return name;
  }

  /** Returns the number of inputs. */
  public int arity() {
    return arity;
  }

  /** Returns the expression. */
  public Expr body() {
    return body;
  }

  /**
   * Returns what a kernel provider compiles this formula to, such as loops; it is made once and
   * lives as long as the formula.
   */
  public <T> T compiled(Class<T> type, Function<Formula, T> compiler) {
    Object present = compiled;
    return type.isInstance(present) ? type.cast(present) : compile(type, compiler);
  }

  private synchronized <T> T compile(Class<T> type, Function<Formula, T> compiler) {
    if (!type.isInstance(compiled)) {
      compiled = compiler.apply(this);
    }
    return type.cast(compiled);
  }

  /** Returns {@code name(arity)}. */
  @Override
  public String toString() {
    return name + "(" + arity + ")";
  }

  /** Makes a formula of one input. */
  public static Formula of(String name, Unary body) {
    return new Formula(name, 1, body.of(new Expr.Input(0)));
  }

  /** Makes a formula of two inputs. */
  public static Formula of(String name, Binary body) {
    return new Formula(name, 2, body.of(new Expr.Input(0), new Expr.Input(1)));
  }

  /** Makes a formula that applies one primitive. */
  public static Formula of(String name, Primitive primitive) {
    return of(name, primitive.arity(), inputs -> Expr.apply(primitive, inputs));
  }

  /** Makes a formula of {@code arity} inputs. */
  public static Formula of(String name, int arity, Nary body) {
    Expr[] inputs = IntStream.range(0, arity).mapToObj(Expr.Input::new).toArray(Expr[]::new);
    return new Formula(name, arity, body.of(inputs));
  }

  /**
   * Derives the gradient for one input, as a formula of all inputs, then the output, then the
   * output's gradient; null if the output does not depend on the input.
   */
  @SuppressWarnings("ReferenceEquality") // of equal nodes only the outermost is the output
  public Formula gradient(int input) {
    Map<Expr, Expr> gradients = new IdentityHashMap<>();
    gradients.put(body, new Expr.Input(arity + 1));
    Expr total = null;
    for (Expr node : body.nodes()) {
      Expr gradient = gradients.get(node);
      if (gradient == null) {
        continue;
      }
      switch (node) {
        case Expr.Input i when i.index() == input ->
            total = total == null ? gradient : total.plus(gradient);
        case Expr.Apply call -> {
          Expr self = node == body ? new Expr.Input(arity) : node;
          Expr[] arguments = call.arguments().toArray(Expr[]::new);
          Expr[] back = call.primitive().chain().back(gradient, self, arguments);
          for (int i = 0; i < back.length; i++) {
            if (back[i] != null) {
              gradients.merge(arguments[i], back[i], Expr::plus);
            }
          }
        }
        case Expr.Input i -> {}
        case Expr.Constant c -> {}
      }
    }
    return total == null ? null : new Formula(name + "/gradient" + input, arity + 2, total);
  }

  /**
   * Returns the element type of the result for inputs of these types, which must be bool or one
   * other type, that of all intermediate numbers; empty if the expression does not take them.
   */
  public Optional<DType> type(List<DType> inputs) {
    List<DType> others = inputs.stream().filter(t -> t != DType.BOOL).distinct().toList();
    return others.size() > 1
        ? Optional.empty()
        : Optional.ofNullable(
            type(
                body,
                inputs,
                others.isEmpty() ? DType.BOOL : others.getFirst(),
                new IdentityHashMap<>()));
  }

  /** Returns the type of an expression whose numbers have a type; null if it has none. */
  private static DType type(Expr node, List<DType> inputs, DType numbers, Map<Expr, DType> known) {
    if (known.containsKey(node)) {
      return known.get(node);
    }
    DType type =
        switch (node) {
          case Expr.Input input -> inputs.get(input.index());
          case Expr.Constant _ -> numbers == DType.BOOL ? null : numbers;
          case Expr.Apply call -> {
            List<DType> types = new ArrayList<>();
            call.arguments().forEach(a -> types.add(type(a, inputs, numbers, known)));
            boolean choice = call.primitive() == Primitive.SELECT;
            boolean fits = !choice || types.removeFirst() == DType.BOOL;
            DType first = types.getFirst();
            boolean logical = call.primitive().isLogical();
            yield fits
                    && first != null
                    && call.primitive().takes(first)
                    && types.stream().allMatch(t -> t == first)
                    && (logical || first == numbers)
                ? logical ? DType.BOOL : first
                : null;
          }
        };
    known.put(node, type);
    return type;
  }

  /** Returns whether another formula is the same expression. */
  public boolean computes(Formula other) {
    return arity == other.arity && same(body, other.body, new IdentityHashMap<>());
  }

  /** Compares expressions, each shared subexpression once. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean same(Expr one, Expr other, Map<Expr, Expr> known) {
    if (one == other || known.get(one) == other) {
      return true;
    }
    boolean same =
        switch (one) {
          case Expr.Apply a ->
              other instanceof Expr.Apply b
                  && a.primitive() == b.primitive()
                  && IntStream.range(0, a.arguments().size())
                      .allMatch(i -> same(a.argument(i), b.argument(i), known));
          default -> one.equals(other);
        };
    if (same) {
      known.put(one, other);
    }
    return same;
  }

  /** Returns the inputs that the expression uses, in ascending order. */
  public int[] inputs() {
    java.util.TreeSet<Integer> used = new java.util.TreeSet<>();
    for (Expr node : body.nodes()) {
      if (node instanceof Expr.Input input) {
        used.add(input.index());
      }
    }
    return used.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns this formula with only the inputs it uses, renumbered. */
  public Formula compact() {
    int[] used = inputs();
    Expr[] renumbered = new Expr[arity];
    for (int i = 0; i < used.length; i++) {
      renumbered[used[i]] = new Expr.Input(i);
    }
    return new Formula(name, used.length, body.withInputs(renumbered));
  }
}
