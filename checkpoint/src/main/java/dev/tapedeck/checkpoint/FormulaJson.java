package dev.tapedeck.checkpoint;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON of formulas: lists of steps, the last of which is the result: {@code ["input", 0]}, {@code
 * ["constant", 2.0]}, or a primitive and the numbers of its operands' steps, {@code ["ADD", 0, 1]}.
 */
final class FormulaJson {
  /** Deepest expression accepted: the code that walks expressions is recursive. */
  private static final int DEEPEST = 500;

  private FormulaJson() {}

  static Object write(Formula formula) {
    List<Object> steps = new ArrayList<>();
    step(formula.body(), steps, new IdentityHashMap<>());
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("name", formula.name());
    written.put("arity", (long) formula.arity());
    written.put("steps", steps);
    return written;
  }

  private static long step(Expr expr, List<Object> steps, Map<Expr, Long> done) {
    Long known = done.get(expr);
    if (known != null) {
      return known;
    }
    List<Object> step = new ArrayList<>();
    switch (expr) {
      case Expr.Input(int index) -> {
        step.add("input");
        step.add((long) index);
      }
      case Expr.Constant(double value) -> {
        step.add("constant");
        step.add(JsonNumbers.write(value));
      }
      case Expr.Apply(Primitive primitive, List<Expr> arguments) -> {
        step.add(primitive.name());
        arguments.forEach(argument -> step.add(step(argument, steps, done)));
      }
    }
    steps.add(step);
    done.put(expr, steps.size() - 1L);
    return steps.size() - 1L;
  }

  static Formula read(Object written) {
    Map<?, ?> map = StrictJson.as(Map.class, written, "a formula");
    String name = StrictJson.get(String.class, map, "name");
    long arity = StrictJson.get(Long.class, map, "arity");
    List<Expr> steps = new ArrayList<>();
    Map<Expr, Integer> depths = new IdentityHashMap<>();
    for (Object step : StrictJson.get(List.class, map, "steps")) {
      Expr expr = step(StrictJson.as(List.class, step, "a step"), steps, arity);
      int depth =
          expr instanceof Expr.Apply(Primitive _, List<Expr> arguments)
              ? 1 + arguments.stream().mapToInt(depths::get).max().orElse(0)
              : 0;
      if (depth > DEEPEST) {
        throw new IllegalArgumentException("formula " + name + " is deeper than " + DEEPEST);
      }
      depths.put(expr, depth);
      steps.add(expr);
    }
    if (steps.isEmpty() || arity < 1 || arity > Short.MAX_VALUE) {
      throw new IllegalArgumentException("formula " + name + " has no steps or no inputs");
    }
    return new Formula(name, (int) arity, steps.getLast());
  }

  private static Expr step(List<?> step, List<Expr> steps, long arity) {
    String what =
        step.isEmpty() ? "" : StrictJson.as(String.class, step.getFirst(), "a step's name");
    List<?> rest = step.subList(Math.min(1, step.size()), step.size());
    if (what.equals("constant") && rest.size() == 1) {
      return new Expr.Constant(JsonNumbers.real(rest.getFirst()));
    }
    List<Long> numbers =
        new ArrayList<>(
            rest.stream().map(part -> StrictJson.as(Long.class, part, "a step's number")).toList());
    long bound = what.equals("input") ? arity : steps.size();
    if (numbers.stream().anyMatch(number -> number < 0 || number >= bound)) {
      throw new IllegalArgumentException("a formula's step refers to none: " + step);
    }
    if (what.equals("input") && rest.size() == 1) {
      return new Expr.Input(numbers.getFirst().intValue());
    }
    Primitive primitive = PRIMITIVES.get(what);
    if (primitive == null || primitive.arity() != rest.size()) {
      throw new IllegalArgumentException("unknown step of a formula: " + step);
    }
    return new Expr.Apply(
        primitive, numbers.stream().map(number -> steps.get(number.intValue())).toList());
  }

  private static final Map<String, Primitive> PRIMITIVES = new HashMap<>();

  static {
    for (Primitive primitive : Primitive.values()) {
      PRIMITIVES.put(primitive.name(), primitive);
    }
  }
}
