package dev.tapedeck.ops;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A pointwise function: an expression over some inputs, the same for every element.
 *
 * <p>Everything about a pointwise op comes from its formula: a provider runs it (one primitive at a
 * time, or compiled into one loop), and {@link #gradient} derives the formula of its gradient.
 *
 * @param name for messages
 * @param arity the number of inputs
 * @param body the expression
 */
public record Formula(String name, int arity, Expr body) {
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

  /** Makes a formula of one input. */
  public static Formula of(String name, Unary body) {
    return new Formula(name, 1, body.of(new Expr.Input(0)));
  }

  /** Makes a formula of two inputs. */
  public static Formula of(String name, Binary body) {
    return new Formula(name, 2, body.of(new Expr.Input(0), new Expr.Input(1)));
  }

  /** Makes a formula of one primitive. */
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
  @SuppressWarnings("ReferenceEquality") // of two equal nodes only the outermost is the output
  public Formula gradient(int input) {
    Map<Expr, Expr> gradients = new IdentityHashMap<>();
    gradients.put(body, new Expr.Input(arity + 1));
    Expr total = null;
    for (Expr node : outermostFirst()) {
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

  /** Lists the nodes so that each comes before its arguments; a shared one once. */
  private Iterable<Expr> outermostFirst() {
    Deque<Expr> order = new ArrayDeque<>();
    visit(body, new IdentityHashMap<>(), order);
    return order;
  }

  private static void visit(Expr node, Map<Expr, Boolean> seen, Deque<Expr> order) {
    if (seen.put(node, true) == null) {
      if (node instanceof Expr.Apply call) {
        call.arguments().forEach(argument -> visit(argument, seen, order));
      }
      order.push(node);
    }
  }

  /** Returns the inputs that the expression uses, in rising order. */
  int[] inputs() {
    java.util.TreeSet<Integer> used = new java.util.TreeSet<>();
    for (Expr node : outermostFirst()) {
      if (node instanceof Expr.Input input) {
        used.add(input.index());
      }
    }
    return used.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns this formula with only the inputs it uses, renumbered. */
  Formula compact() {
    int[] used = inputs();
    Expr[] renumbered = new Expr[arity];
    for (int i = 0; i < used.length; i++) {
      renumbered[used[i]] = new Expr.Input(i);
    }
    return new Formula(name, used.length, rename(body, renumbered, new IdentityHashMap<>()));
  }

  private static Expr rename(Expr node, Expr[] inputs, Map<Expr, Expr> done) {
    Expr present = done.get(node);
    if (present != null) {
      return present;
    }
    Expr renamed =
        switch (node) {
          case Expr.Input input -> inputs[input.index()];
          case Expr.Constant constant -> constant;
          case Expr.Apply call ->
              new Expr.Apply(
                  call.primitive(),
                  call.arguments().stream().map(a -> rename(a, inputs, done)).toList());
        };
    done.put(node, renamed);
    return renamed;
  }
}
