package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The row of pointwise ops: a known activation is one node, another formula one for each step. */
final class PointwiseRows {
  private PointwiseRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put(
        "Pointwise.1",
        Row.of(
            call ->
                write(
                    call.emitter(),
                    call.attribute("formula", Formula.class),
                    call.inputs(),
                    call.shape())));
  }

  /** Writes a formula. */
  static Value write(Emitter to, Formula formula, List<Value> inputs, Shape shape) {
    Value known = KnownFormulas.write(to, formula, inputs);
    return known == null ? new Steps(to, inputs).result(formula.body(), shape) : known;
  }

  /** The steps of a formula. */
  private static final class Steps {
    private final Emitter to;
    private final List<Value> inputs;
    private final DType numbers;
    private final Map<Expr, Value> done = new IdentityHashMap<>();

    Steps(Emitter to, List<Value> inputs) {
      this.to = to;
      this.inputs = inputs;
      this.numbers =
          inputs.stream()
              .map(Value::dtype)
              .filter(dtype -> dtype != DType.BOOL)
              .findFirst()
              .orElse(DType.BOOL);
    }

    /** Returns the result, which has the shape of all inputs, also of those not used. */
    Value result(Expr expression, Shape shape) {
      Value value = value(expression);
      if (value.shape().equals(shape) && usesAll(expression)) {
        return value;
      }
      if (shape.isKnown()) {
        return value.shape().equals(shape)
            ? value
            : to.broadcastTo(value, to.ints(shape.toArray()), shape);
      }
      return to.broadcastTo(value, sizes(), shape);
    }

    private boolean usesAll(Expr expression) {
      return expression.nodes().stream().filter(Expr.Input.class::isInstance).distinct().count()
          == inputs.size();
    }

    /** Returns the sizes that all inputs broadcast to. */
    private Value sizes() {
      Value sizes = to.sizes(inputs.getFirst());
      for (Value input : inputs.subList(1, inputs.size())) {
        if (!input.shape().isScalar()) {
          Value other = to.sizes(input);
          sizes =
              to.node("BroadcastArgs", sizes, other)
                  .type("T", DType.INT32)
                  .output("r0", DType.INT32, Shape.of(Shape.UNKNOWN));
        }
      }
      return sizes;
    }

    private Value value(Expr expression) {
      return switch (expression) {
        case Expr.Input(int index) -> inputs.get(index);
        case Expr.Constant(double value) -> to.scalar(numbers, value);
        case Expr.Apply call -> {
          Value known = done.get(call);
          if (known == null) {
            List<Value> arguments = new ArrayList<>();
            call.arguments().forEach(argument -> arguments.add(value(argument)));
            known = Primitives.write(to, call.primitive(), arguments);
            done.put(call, known);
          }
          yield known;
        }
      };
    }
  }
}
