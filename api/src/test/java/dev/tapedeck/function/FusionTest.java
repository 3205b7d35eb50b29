package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FusionTest {
  private static String by(Function<Tensor, Object> function) {
    return Rewritten.by(new Fusion(), function);
  }

  @Test
  void chainsAreOneCall() {
    assertEquals(
        "Tanh:0 = Mul_Add_Tanh(Input:0, Tensor(2.0, shape=(), dtype=float32), Tensor(1.0, shape=(),"
            + " dtype=float32))",
        by(x -> Maths.tanh(x.mul(2).add(1))));
  }

  @Test
  void reductionsEndAGroup() {
    assertEquals(
        "Mean:0 = Sub_Square_Mean(Input:0, Tensor(1.0, shape=(), dtype=float32))",
        by(x -> Maths.square(x.sub(1)).mean()));
    assertEquals(2, by(x -> x.cast(DType.FLOAT16).neg().sum()).lines().count() - 1);
  }

  @Test
  void treesAreOneCall() {
    assertEquals(1, by(x -> Maths.exp(x).mul(Maths.sin(x)).add(x.neg())).lines().count());
  }

  @Test
  void boolsMayBeOnTheWay() {
    assertEquals(
        1,
        by(x -> Logic.where(Logic.logicalAnd(x.greater(0), x.less(1)), x.mul(2), x.neg()))
            .lines()
            .count());
    // A choice among bools is none among numbers.
    Tensor bools = Tensor.of(new boolean[] {true, false, true});
    by(
        x ->
            Logic.where(
                x.greater(0), Logic.logicalNot(Logic.where(bools, x.less(1), bools)), bools));
  }

  @Test
  void whatOthersUseStays() {
    assertEquals(
        3,
        by(x -> {
              Tensor y = Maths.exp(x);
              return List.of(y.add(1), y.sum());
            })
            .lines()
            .count());
    assertEquals(
        2,
        by(x -> {
              Tensor y = Maths.exp(x);
              return List.of(y, y.add(1));
            })
            .lines()
            .count());
  }

  @Test
  void shapesAndTypesMustAgree() {
    assertEquals(3, by(x -> x.add(Maths.exp(x.sum(0)))).lines().count());
    assertEquals(3, by(x -> x.cast(DType.FLOAT16).add(1).mul(3)).lines().count());
    assertEquals(3, by(x -> Logic.where(x.cast(DType.INT32).less(2), x, x.neg())).lines().count());
  }

  @Test
  void groupsHaveLimits() {
    assertEquals(
        4,
        by(x -> {
              Tensor y = x;
              for (int i = 0; i < 100; i++) {
                y = Maths.sin(y);
              }
              return y;
            })
            .lines()
            .count());
  }

  @Test
  void updatesTakeTheirArithmeticIn() {
    Variable v = Variable.of(new float[] {1, 2, 3}, "v");
    Graph graph =
        Graph.trace(
            in -> {
              Pointwise.floating(Formula.of("step", (w, g) -> w.minus(g.times(0.5))))
                  .into(v, v, v.mul(2).sub(1));
              return List.of();
            },
            List.of());
    Graph fused = new DeadCode().on(new Fusion().on(graph));
    assertEquals(3, fused.nodes().size(), fused.toString()); // two readings
    ExecutionPlan.of(fused).run();
    assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f}, v.value().toFloatArray());
  }

  @Test
  void nothingIsReadAfterAWrite() {
    Variable v = Variable.of(new float[] {1, 2, 3}, "v");
    Graph graph =
        Graph.trace(
            in -> {
              Tensor before = v.mul(2);
              v.assign(new float[] {7, 8, 9});
              return List.of(before.add(1));
            },
            List.of());
    assertArrayEquals(
        new float[] {3, 5, 7}, ExecutionPlan.of(new Fusion().on(graph)).run()[0].toFloatArray());
  }

  @Test
  void writesOfOtherVariablesAreNoWalls() {
    Variable scale = Variable.of(new float[] {1, 2, 3});
    Variable other = Variable.of(0f);
    for (Variable written : List.of(other, scale)) {
      Graph graph =
          Rewritten.trace(
              x -> {
                Tensor y = x.matmul(Tensor.ones(DType.FLOAT32, 3, 3)).mul(scale.reshape(3));
                written.assign(written.add(1));
                return y.neg();
              });
      long separate =
          new DeadCode()
              .on(new Fusion().on(graph)).nodes().stream()
                  .filter(node -> node.op().name().equals("neg"))
                  .count();
      assertEquals(written == scale ? 1 : 0, separate);
    }
  }
}
