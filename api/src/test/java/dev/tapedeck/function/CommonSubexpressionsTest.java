package dev.tapedeck.function;

import static dev.tapedeck.function.Rewritten.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CommonSubexpressionsTest {
  private final Variable v = Variable.of(new float[] {1, 2, 3}, "v");
  private final Variable w = Variable.of(new float[] {4, 5, 6}, "w");

  private static String by(java.util.function.Function<Tensor, Object> function) {
    return Rewritten.by(new CommonSubexpressions(), function);
  }

  @Test
  void equalCallsAreOne() {
    assertEquals(
        lines(
            "Mul:0 = mul(Input:0, Input:0)",
            "Add:0 = add(Mul:0, Input:0)",
            "Mul_2:0 = mul(Mul:0, Add:0)"),
        by(x -> x.mul(x).mul(x.mul(x).add(x))));
  }

  @Test
  void equalConstantsAreOne() {
    assertEquals(2, by(x -> x.add(1).mul(x.add(1))).lines().count());
    assertEquals(3, by(x -> x.add(0).mul(x.add(-0.0))).lines().count());
  }

  @Test
  void opsDifferByTheirComponents() {
    assertEquals(3, by(x -> List.of(x.sum(0), x.max(0), x.sum(1))).lines().count());
    assertEquals(
        2,
        by(x -> x.transpose().matmul(x).add(x.transpose().matmul(x).sum()).max().add(0))
            .lines()
            .filter(l -> l.contains("sum(") || l.contains("max("))
            .count());
  }

  @Test
  void readingsAreOneTillTheirVariableIsWritten() {
    Graph graph =
        Graph.trace(
            in -> {
              Tensor before = v.add(w).add(v);
              v.assign(before);
              return List.of(v.add(w), v.mul(w));
            },
            List.of());
    String passed = new CommonSubexpressions().on(graph).toString();
    assertEquals(3, passed.lines().filter(line -> line.contains("read(")).count(), passed);
  }

  @Test
  void outputsStayTensorsOfTheirOwn() {
    Graph graph = Rewritten.trace(x -> List.of(x.mul(2), x.mul(2), x.mul(2).sum()));
    Graph passed = new CommonSubexpressions().on(graph);
    assertEquals(
        lines(
            "Mul:0 = mul(Input:0, Tensor(2.0, shape=(), dtype=float32))",
            "Mul_1:0 = identity(Mul:0)",
            "Sum:0 = sum(Mul:0)"),
        passed.toString());
    Tensor[] results = ExecutionPlan.of(passed).run(Rewritten.X);
    assertNotSame(results[0], results[1]);
    assertEquals(passed, new CommonSubexpressions().on(passed));
  }

  /** A tape that took two outputs for one would give each the gradients of both. */
  @Test
  void gradientsOfEqualOutputs() {
    TracedFunction<List<Tensor>> twice =
        TracedFunction.of("twice", (Tensor x) -> List.of(x.mul(2), x.mul(2), x.mul(1).mul(1)));
    Tensor x = Tensor.of(5f);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      List<Tensor> y = twice.call(x);
      Tensor loss = y.get(0).add(y.get(1).mul(3)).add(y.get(2));
      assertEquals(9, tape.gradient(loss, x).item());
    }
  }

  @Test
  void sameOps() {
    UnaryOperator<Tensor> sum = x -> Reductions.sum(x, 0, 1);
    assertTrue(OpEquality.same(op(sum), op(sum)));
    assertFalse(OpEquality.same(op(sum), op(x -> x.sum(0))));
    assertFalse(OpEquality.same(op(sum), op(x -> Reductions.mean(x, 0, 1))));
    assertTrue(OpEquality.same(op(x -> Shaping.transpose(x, 1, 0)), op(Tensor::transpose)));
    assertTrue(OpEquality.same(op(Maths::tanh), op(Maths::tanh)));
    assertTrue(OpEquality.same(twoThirds(), twoThirds()));
    assertFalse(OpEquality.same(twoThirds(), Pointwise.numeric(twoThirds().formula())));
  }

  private static Pointwise twoThirds() {
    return Pointwise.floating(Formula.of("twoThirds", x -> x.square().times(x.square()).over(3)));
  }

  private static Op op(UnaryOperator<Tensor> function) {
    return Rewritten.trace(function::apply).nodes().getLast().op();
  }
}
