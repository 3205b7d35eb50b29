package dev.tapedeck.function;

import static dev.tapedeck.function.Rewritten.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConstantFoldingTest {
  private static final Pass FOLDING = new ConstantFolding();

  @Test
  void whatDependsOnConstantsIsComputedOnce() {
    Tensor three = Tensor.of(3f);
    assertEquals(
        "Mul:0 = mul(Input:0, Tensor(10.0, shape=(), dtype=float32))",
        Rewritten.by(FOLDING, x -> x.mul(Maths.square(three).add(1))));
  }

  @Test
  void resultsOutliveTheScopesAround() {
    Graph graph;
    try (Scope scope = new Scope()) {
      Graph traced = Rewritten.trace(x -> List.of(Tensor.of(3f).add(1), Tensor.of(2f).add(x)));
      graph = FOLDING.on(traced);
    }
    assertEquals(
        lines(
            "Add:0 = identity(Tensor(4.0, shape=(), dtype=float32))",
            "Add_1:0 = add(Tensor(2.0, shape=(), dtype=float32), Input:0)"),
        graph.toString());
    for (int i = 0; i < 2; i++) {
      try (Scope scope = new Scope()) {
        assertEquals(4, ExecutionPlan.of(graph).run(Rewritten.X)[0].item());
      }
    }
  }

  @Test
  void largeResultsAreComputedByEachRun() {
    Tensor row = Tensor.ones(DType.FLOAT32, 1, 200);
    Tensor column = Tensor.ones(DType.FLOAT32, 200, 1);
    Rewritten.assertKept(FOLDING, x -> row.mul(column).mul(x.sum()));
    Tensor large = Tensor.ones(DType.FLOAT32, 200, 200);
    assertEquals(2, Rewritten.by(FOLDING, x -> large.add(1).add(x.sum())).lines().count());
  }

  @Test
  void errorsBelongToTheRun() {
    Graph graph = Rewritten.trace(x -> Tensor.of(1).mod(Tensor.of(0)));
    assertEquals(graph, FOLDING.on(graph));
    assertThrows(IllegalArgumentException.class, () -> ExecutionPlan.of(graph).run(Rewritten.X));
  }
}
