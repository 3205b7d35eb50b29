package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What traced functions take and return, and when they are traced again. */
class SignaturesTest {
  private record Inner(Tensor value, String label) {}

  private record Batch(Tensor x, Inner inner, List<Tensor> more, Object nothing) {}

  private static Tensor scalar(double value) {
    return Tensor.of((float) value);
  }

  private static final TracedFunction<Object> SAME = TracedFunction.of("same", (Object x) -> x);

  @Test
  void recordsListsMapsAndArraysGoInAndComeOut() {
    TracedFunction<Map<String, Object>> f =
        TracedFunction.of(
            "f",
            (Batch batch, Map<String, Tensor> map) -> {
              Map<String, Object> result = new LinkedHashMap<>();
              result.put("sum", batch.x.add(batch.inner.value).add(map.get("b")));
              result.put("batch", new Batch(batch.more.get(1), batch.inner, List.of(), null));
              result.put("array", new Tensor[] {map.get("a"), batch.x});
              result.put("nothing", null);
              result.put("text", batch.inner.label + "!");
              return result;
            });
    for (int i = 1; i <= 2; i++) {
      Map<String, Tensor> map = new LinkedHashMap<>();
      map.put("a", scalar(i));
      map.put("b", scalar(10 * i));
      Batch batch =
          new Batch(
              scalar(100 * i),
              new Inner(scalar(1000 * i), "label"),
              List.of(scalar(0), scalar(5 * i)),
              null);
      Map<String, Object> result = f.call(batch, map);
      assertEquals(
          List.of("array", "batch", "nothing", "sum", "text"), List.copyOf(result.keySet()));
      assertEquals(1110 * i, ((Tensor) result.get("sum")).item());
      Batch back = (Batch) result.get("batch");
      assertEquals(5 * i, back.x.item());
      assertEquals(1000 * i, back.inner.value.item());
      assertEquals(List.of(), back.more);
      assertNull(back.nothing);
      assertEquals(i, ((Tensor[]) result.get("array"))[0].item());
      assertNull(result.get("nothing"));
      assertEquals("label!", result.get("text"));
    }
    assertEquals(1, f.traceCount());
  }

  @Test
  void arraysOfNumbersAreTensors() {
    TracedFunction<Tensor> sum = TracedFunction.of("sum", (Tensor a, Tensor b) -> a.add(b).sum());
    assertEquals(20, sum.call(new int[][] {{1, 2}, {3, 4}}, new int[][] {{1, 2}, {3, 4}}).item());
    assertEquals(4, sum.call(Tensor.of(new int[][] {{1, 1}, {1, 1}}), new int[2][2]).item());
    assertEquals(1, sum.traceCount());
  }

  @Test
  void outputsMayBeInputsConstantsOrTheSame() {
    Tensor constant = Tensor.of(7f);
    TracedFunction<List<Tensor>> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor y = x.mul(2);
              return List.of(x, constant, y, y, x.reshape(1, 2), y.reshape(2, 1));
            });
    List<Tensor> first = f.call(new float[] {1, 2});
    List<Tensor> second = f.call(new float[] {3, 4});
    assertEquals(
        "[[1.0, 2.0], [7.0], [2.0, 4.0], [2.0, 4.0], [1.0, 2.0], [2.0, 4.0]]", values(first));
    assertEquals(
        "[[3.0, 4.0], [7.0], [6.0, 8.0], [6.0, 8.0], [3.0, 4.0], [6.0, 8.0]]", values(second));
  }

  private static String values(List<Tensor> tensors) {
    return tensors.stream()
        .map(t -> java.util.Arrays.toString(t.toDoubleArray()))
        .toList()
        .toString();
  }

  static List<Arguments> changes() {
    Object pair = new float[] {1, 2};
    Variable v = Variable.of(1f, "v");
    return List.of(
        Arguments.of(
            pair,
            new int[] {1, 2},
            "is int32 Tensor, shape=(2,), where it was float32 Tensor, shape=(2,)"),
        Arguments.of(
            pair,
            new float[3],
            "is float32 Tensor, shape=(3,), where it was float32 Tensor, shape=(2,)"),
        Arguments.of(
            pair,
            new float[1][2],
            "is float32 Tensor, shape=(1, 2), where it was float32 Tensor, shape=(2,)"),
        Arguments.of(1, 2, "is 2, where it was 1"),
        Arguments.of("a", "b", "is \"b\", where it was \"a\""),
        Arguments.of("a", v, "is Variable v, where it was \"a\""),
        Arguments.of(1, pair, "is float32 Tensor, shape=(2,), where it was 1"),
        Arguments.of(List.of(1), List.of(1, 2), "is [1, 2], where it was [1]"),
        Arguments.of(Map.of("a", 1), Map.of("b", 1), "is {b=1}, where it was {a=1}"),
        Arguments.of(
            new Inner(scalar(1), "x"),
            new Inner(scalar(1), "y"),
            "is Inner[value=float32 Tensor, shape=(), label=\"y\"], where it was"
                + " Inner[value=float32 Tensor, shape=(), label=\"x\"]"));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void tellsWhatChanged(Object before, Object now, String change) {
    TracedFunction<Integer> f = TracedFunction.of("f", (Object a, Object b) -> 1);
    assertEquals("f: it has not been traced again", f.explainRetrace());
    f.call("same", before);
    f.call("same", now);
    assertEquals("f: argument 1 " + change, f.explainRetrace());
    f.call("same", before);
    assertEquals(2, f.traceCount());
  }

  @Test
  void aSignatureServesAllThatFit() {
    TracedFunction<Tensor> f =
        TracedFunction.of("f", (Tensor x, Tensor w) -> x.matmul(w).sum(0))
            .withSignature(
                new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN, 2)),
                new TensorSpec(DType.FLOAT32, Shape.of(2, 2)));
    float[][] w = {{1, 2}, {3, 4}};
    for (int rows = 0; rows < 50; rows++) {
      float[][] x = new float[rows][2];
      for (float[] row : x) {
        row[0] = rows;
        row[1] = 1;
      }
      Tensor given = rows == 0 ? Tensor.zeros(DType.FLOAT32, 0, 2) : Tensor.of(x);
      assertArrayEquals(
          new float[] {rows * (rows + 3), rows * (2 * rows + 4)}, f.call(given, w).toFloatArray());
    }
    assertEquals(1, f.traceCount());
    for (Object wrong : List.of(new float[2][3], new double[2][2], new float[2])) {
      assertThrows(IllegalArgumentException.class, () -> f.call(wrong, w));
    }
    assertThrows(IllegalArgumentException.class, () -> f.call((Object) w));
    assertEquals(1, f.traceCount());
  }

  @Test
  void tenThousandCallsOfAHundredShapesAreBounded() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f", (Tensor x) -> x.mul(2).add(x.reshape(1, -1)).matmul(x.reshape(-1, 1)));
    long live = 0;
    for (int i = 0; i < 10_000; i++) {
      int size = 1 + i % 100;
      try (var scope = new dev.tapedeck.tensor.Scope()) {
        assertEquals(3.0 * size, f.call(Tensor.ones(DType.FLOAT32, size)).item());
      }
      if (i == 1000) {
        live = Memory.stats().live();
      }
    }
    assertEquals(TracedFunction.MOST_SIGNATURES, f.concreteFunctions().size());
    long grown = Memory.stats().live() - live;
    assertTrue(grown < 32 << 20, grown + " bytes more");
  }

  @Test
  void theSignatureThatWasUsedLastStays() {
    for (int i = 0; i <= TracedFunction.MOST_SIGNATURES + 5; i++) {
      SAME.call("kept");
      SAME.call(i);
    }
    int traced = SAME.traceCount();
    SAME.call("kept");
    assertEquals(traced, SAME.traceCount());
    SAME.call(0);
    assertEquals(traced + 1, SAME.traceCount());
  }

  @Test
  void concreteFunctionsAreMadeOfSpecs() {
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> x.mul(2));
    ConcreteFunction concrete = f.concreteFunction(Tensor.of(1f));
    assertEquals(
        "Mul:0 = mul(Input:0, Tensor(2.0, shape=(), dtype=float32))", concrete.graph().toString());
    assertEquals(6, ((Tensor) concrete.call(Tensor.of(3f))).item());
    assertEquals(
        "f: needs (float32 Tensor, shape=()), received (int32 Tensor, shape=()); call the"
            + " TracedFunction, which traces other signatures",
        assertThrows(IllegalArgumentException.class, () -> concrete.call(Tensor.of(3)))
            .getMessage());
  }
}
