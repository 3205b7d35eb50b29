package dev.tapedeck.function;

import static dev.tapedeck.function.Rewritten.lines;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CompositionTest {
  /** Composes, and leaves out what is nothing then. */
  private static String by(Function<Tensor, Object> function) {
    Rewritten.by(OperandRewrite.COMPOSITION, function);
    return GraphReport.optimise(
            Rewritten.trace(function),
            List.of(OperandRewrite.COMPOSITION, new Identities(), new DeadCode()))
        .graph()
        .toString();
  }

  @Test
  void viewsOfViewsAreOne() {
    assertEquals("Reshape_1:0 = reshape(Input:0)", by(x -> x.reshape(6).reshape(3, 2)));
    assertEquals(
        "BroadcastTo_1:0 = broadcastTo(Input:0)",
        by(x -> Shaping.broadcastTo(Shaping.broadcastTo(x, 4, 2, 3), 5, 4, 2, 3)));
    assertEquals("Neg:0 = neg(Input:0)", by(x -> x.transpose().transpose().neg()));
    assertEquals("Neg:0 = neg(Input:0)", by(x -> x.reshape(6).reshape(1, 6).reshape(2, 3).neg()));
    assertEquals(
        "Transpose_1:0 = transpose(Reshape:0)",
        by(x -> Shaping.transpose(Shaping.transpose(x.reshape(2, 3, 1), 1, 2, 0), 1, 2, 0))
            .lines()
            .skip(1)
            .findFirst()
            .orElseThrow());
  }

  @Test
  void castsThatLoseNothing() {
    assertEquals(
        lines("Neg:0 = neg(Input:0)", "Abs:0 = abs(Neg:0)"),
        by(x -> x.neg().cast(DType.FLOAT64).cast(DType.FLOAT32).abs()));
    assertEquals(
        lines("Cast_1:0 = cast(Input:0)"), by(x -> x.cast(DType.FLOAT64).cast(DType.FLOAT16)));
    assertEquals(2, by(x -> x.cast(DType.FLOAT16).cast(DType.FLOAT32)).lines().count());
    assertEquals(2, by(x -> x.cast(DType.INT32).cast(DType.FLOAT32)).lines().count());
    assertEquals(
        2, by(x -> x.cast(DType.INT32).cast(DType.INT64).cast(DType.INT8)).lines().count());
    assertEquals(
        3, by(x -> x.cast(DType.INT32).cast(DType.FLOAT64).cast(DType.INT8)).lines().count());
  }

  @Test
  void twoNegationsAreNone() {
    assertEquals(
        lines("Add:0 = add(Input:0, Input:0)", "Abs:0 = abs(Add:0)"),
        by(x -> x.add(x).neg().neg().abs()));
    assertEquals(2, by(x -> x.abs().abs()).lines().count());
  }

  /** A cast's result stays when the variable changes that it was made of. */
  @Test
  void nothingIsReadAfterAWrite() {
    Variable v = Variable.of(new float[] {1, 2, 3}, "v");
    Graph graph =
        Graph.trace(
            in -> {
              Tensor wide = v.cast(DType.FLOAT64);
              v.assign(new float[] {7, 8, 9});
              return List.of(wide.cast(DType.FLOAT32));
            },
            List.of());
    Tensor result = ExecutionPlan.of(OperandRewrite.COMPOSITION.on(graph)).run()[0];
    assertArrayEquals(new float[] {1, 2, 3}, result.toFloatArray());
  }

  @Test
  void productsTransposeTheirOperands() {
    for (long[] sizes : new long[][] {{1, 1, 1}, {5, 7, 3}, {17, 33, 9}, {3, 300, 1}}) {
      Tensor a = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, sizes[1], sizes[0]);
      Tensor b = Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, sizes[2], sizes[1]);
      Graph graph =
          Graph.trace(
              in -> List.of(Linalg.matmul(in.get(0).transpose(), in.get(1).transpose())),
              List.of(a.spec(), b.spec()));
      Graph passed = new DeadCode().on(OperandRewrite.TRANSPOSED_PRODUCTS.on(graph));
      assertEquals("MatMul:0 = matmul(Input:0, Input_1:0)", passed.toString());
      double[] expected = graph.run(a, b).getFirst().toDoubleArray();
      double[] found = passed.run(a, b).getFirst().toDoubleArray();
      double largest = 0;
      for (double value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertArrayEquals(expected, found, 8 * Math.ulp((float) largest));
    }
  }

  @Test
  void productsTakeNoOtherTransposes() {
    Function<Tensor, Object> function =
        x ->
            Shaping.transpose(x.reshape(1, 2, 3), 1, 0, 2)
                .matmul(x.reshape(1, 2, 3).get(0).transpose());
    String passed = OperandRewrite.TRANSPOSED_PRODUCTS.on(Rewritten.trace(function)).toString();
    assertTrue(passed.contains("transpose(Reshape:0)"), passed);
    Graph batch =
        new DeadCode()
            .on(
                OperandRewrite.TRANSPOSED_PRODUCTS.on(
                    Rewritten.trace(
                        x -> {
                          Tensor y = x.reshape(1, 2, 3);
                          return Linalg.matmul(y, Linalg.matrixTranspose(y.neg()), false, false);
                        })));
    assertTrue(!batch.toString().contains("transpose"), batch.toString());
  }
}
