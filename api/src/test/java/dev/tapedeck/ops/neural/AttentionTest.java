package dev.tapedeck.ops.neural;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention of more queries than are computed at a time. */
class AttentionTest {
  private static Tensor draw(int key, DType dtype, long... shape) {
    return Randoms.normal(RandomKey.of(key), dtype, 0, 1, shape);
  }

  private interface Function {
    Tensor of(Tensor q, Tensor k, Tensor v);
  }

  private static List<Tensor> results(Function attention, Tensor... x) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = attention.of(x[0], x[1], x[2]);
      List<Tensor> gradients = tape.gradient(y.mul(y).sum(), List.of(x));
      return List.of(y, gradients.get(0), gradients.get(1), gradients.get(2));
    }
  }

  private static Tensor bySmallOps(Tensor q, Tensor k, Tensor v, Tensor mask, boolean causal) {
    Tensor[] first = {Attention.headsFirst(q), Attention.headsFirst(k), Attention.headsFirst(v)};
    Tensor allowed = Attention.allowed(first[0], first[1], mask, causal);
    Tensor scores = Linalg.matmul(first[0], first[1], false, true).mul(0.3);
    return Attention.headsFirst(Linalg.matmul(Attention.maskedSoftmax(scores, allowed), first[2]));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 300, 300, false, true",
    "FLOAT32, 500, 400, true, false",
    "FLOAT32, 40, 5000, true, false",
    "FLOAT32, 400, 500, true, true",
    "FLOAT64, 300, 300, true, false"
  })
  void blocksAreTheWhole(DType dtype, int queries, int keys, boolean causal, boolean masked) {
    Tensor q = draw(1, dtype, 2, queries, 3, 4);
    Tensor k = draw(2, dtype, 2, keys, 3, 4);
    Tensor v = draw(3, dtype, 2, keys, 3, 5);
    Tensor mask = masked ? draw(4, dtype, 2, 1, queries, keys).greater(1.5) : null;
    List<Tensor> expected = results((a, b, c) -> bySmallOps(a, b, c, mask, causal), q, k, v);
    List<Tensor> actual =
        results((a, b, c) -> Attention.dotProductAttention(a, b, c, mask, causal, 0.3), q, k, v);
    for (int i = 0; i < 4; i++) {
      assertEquals(expected.get(i).spec(), actual.get(i).spec());
      double tolerance = dtype == DType.FLOAT32 ? 2e-5 : 1e-12;
      assertArrayEquals(
          expected.get(i).toDoubleArray(), actual.get(i).toDoubleArray(), tolerance, "" + i);
    }
  }

  @Test
  void memoryGrowsWithTheStepsOnly() {
    Tensor x = draw(1, DType.FLOAT32, 1, 4000, 1, 4);
    results((q, k, v) -> Attention.dotProductAttention(q, k, v, null, true, 1), x, x, x);
    Memory.Stats before = Memory.stats();
    Memory.limit(before.live() + 4000 * 4000 * 2);
    try {
      results((q, k, v) -> Attention.dotProductAttention(q, k, v, null, true, 1), x, x, x);
    } finally {
      Memory.limit(before.limit());
    }
  }

  @Test
  void mistakesAreExplained() {
    Tensor x = draw(1, DType.FLOAT32, 2, 3, 4, 2);
    assertRefused(
        "dotProductAttention: needs queries [.., q, heads, d], keys [.., k, heads, d] and values [.., k, heads, v], where the heads of the queries are a multiple of those of keys and values, received (2, 3, 4, 2), (2, 3, 4, 2), (2, 4, 3, 2); transpose them, or add an axis of one head with expandDims(x, -2)",
        () -> Attention.dotProductAttention(x, x, x.reshape(2, 4, 3, 2)));
    assertRefused(
        "dotProductAttention: element types must be equal, received float32 and float64; cast one, as cast(x, DType.FLOAT64)",
        () -> Attention.dotProductAttention(x, x, draw(1, DType.FLOAT64, 2, 3, 4, 2)));
    assertRefused(
        "dotProductAttention: element types must be equal, received int32 and float32; cast one, as cast(x, DType.FLOAT32)",
        () -> Attention.dotProductAttention(x.cast(DType.INT32), x, x));
    assertRefused(
        "dotProductAttention: needs queries [.., q, heads, d], keys [.., k, heads, d] and values [.., k, heads, v], where the heads of the queries are a multiple of those of keys and values, received (2,), (2, 3, 4, 2), (2, 3, 4, 2); transpose them, or add an axis of one head with expandDims(x, -2)",
        () -> Attention.dotProductAttention(new float[2], x, x));
    assertRefused(
        "dotProductAttention: needs a mask of bools that broadcasts to the scores (2, 4, 3, 3), received float32 (3, 3); compare numbers, as mask.notEqual(0), and give it an axis of size 1 for each that the scores have",
        () -> Attention.dotProductAttention(x, x, x, Tensor.ones(DType.FLOAT32, 3, 3), false, 1));
    assertRefused(
        "dotProductAttention: needs a mask of bools that broadcasts to the scores (2, 4, 3, 3), received bool (5, 1, 1, 3, 3); compare numbers, as mask.notEqual(0), and give it an axis of size 1 for each that the scores have",
        () ->
            Attention.dotProductAttention(
                x, x, x, Tensor.ones(DType.FLOAT32, 5, 1, 1, 3, 3).equal(1), false, 1));
    assertRefused(
        "maskedSoftmax: shapes must broadcast, received (5,) and (2, 3, 4, 2), 5 against 2; make those sizes equal, or one of them 1",
        () -> Attention.maskedSoftmax(x, new boolean[5]));
    assertRefused(
        "windowMask: window must be 1 or more, received 0; 1 is the own position alone",
        () -> Attention.windowMask(x, x, 0));
    assertRefused(
        "attention: the rank must be 2 or more, received 1; give sequences [.., n, d]",
        () -> Attention.causalMask(new float[1], x));
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }
}
