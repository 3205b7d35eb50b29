package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphReportTest {
  @Test
  void tellsWhatThePassesDid() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              x.sub(7);
              Tensor scale = Maths.sqrt(Tensor.of(4f));
              return Maths.tanh(x.matmul(x.transpose()).mul(scale).add(1));
            });
    f.call(Tensor.of(new float[][] {{1, 2}}));
    assertEquals(
        """
        7 calls became 2: 1 MatMul, 1 Mul_Add_Tanh
        constant folding           1 time,    1 call fewer
        transposed products        1 time
        pointwise fusion           1 time
        dead code                  1 time,    4 calls fewer
        1 intermediate value, 64 bytes, in an arena of 64 bytes, 0 in place""",
        f.concreteFunctions().getFirst().reports().getFirst().toString());
  }

  /** {@code d = a*b + c; e = a*b*c} computes {@code a*b} once. */
  @Test
  void aProductIsComputedOnce() {
    Tensor a = Tensor.of(2f);
    Graph graph =
        Graph.trace(
            in -> {
              Tensor d = in.get(0).mul(in.get(1)).add(in.get(2));
              Tensor e = in.get(0).mul(in.get(1)).mul(in.get(2));
              return List.of(d, e);
            },
            List.of(a.spec(), a.spec(), a.spec()));
    Graph optimised = GraphReport.optimise(graph).graph();
    assertEquals(
        """
        Mul:0 = mul(Input:0, Input_1:0)
        Add:0 = add(Mul:0, Input_2:0)
        Mul_2:0 = mul(Mul:0, Input_2:0)""",
        optimised.toString());
    Tensor[] results = ExecutionPlan.of(optimised).run(a, Tensor.of(3f), Tensor.of(4f));
    assertArrayEquals(new double[] {10, 24}, new double[] {results[0].item(), results[1].item()});
  }
}
