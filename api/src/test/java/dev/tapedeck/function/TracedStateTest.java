package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables, threads, memory and other functions in traced functions. */
class TracedStateTest {
  private static final Tensor PAIR = Tensor.of(new float[] {1, 2});

  @Test
  void variablesAreCapturedByReference() {
    Variable v = Variable.of(2f, "v");
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> x.mul(v).sum());
    assertEquals(6, f.call(PAIR).item());
    v.assign(3f);
    assertEquals(9, f.call(PAIR).item());
    v.assignAdd(1f);
    assertEquals(12, f.call(PAIR).item());
    assertEquals(1, f.traceCount());
  }

  @Test
  void aVariableIsMadeOnce() {
    Variable[] kept = new Variable[1];
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              if (kept[0] == null) {
                kept[0] = Variable.of(0f, "count");
              }
              kept[0].assignAdd(1f);
              return x.mul(kept[0]).sum();
            });
    assertEquals(3, f.call(PAIR).item());
    Variable made = kept[0];
    assertEquals(6, f.call(PAIR).item());
    assertEquals(3, f.call(new float[] {1}).item());
    assertSame(made, kept[0]);
    assertEquals(3, made.value().item());
    TracedFunction<Tensor> each =
        TracedFunction.of("each", (Tensor x) -> x.mul(Variable.of(1f, "mine")));
    each.call(PAIR);
    each.call(PAIR);
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> each.call(new float[] {1}));
    assertTrue(refused.getMessage().contains("mine"), refused.getMessage());
  }

  private static final class Scaled extends Layer {
    private Variable scale;

    @Override
    protected void build(Shape input) {
      scale = addVariable("scale", Initializers.ones(), input.size(-1));
    }

    @Override
    protected Tensor call(Tensor x) {
      return x.mul(scale);
    }
  }

  @Test
  void layersAreBuiltInATraceOnce() {
    Scaled layer = new Scaled();
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> layer.apply(x).sum());
    assertEquals(3, f.call(PAIR).item());
    layer.variables().getFirst().assign(new float[] {10, 100});
    assertEquals(210, f.call(PAIR).item());
    assertEquals(420, f.call((Object) new float[][] {{1, 2}, {1, 2}}).item());
    assertEquals(1, layer.variables().size());
  }

  @Test
  void readingsOfVariablesAreNotAliased() {
    Variable v = Variable.of(new float[] {1, 2, 3, 4}, "v");
    TracedFunction<List<Tensor>> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor copy = v.value();
              v.assignAdd(x);
              return List.of(copy, v.value(), copy.reshape(2, 2));
            });
    List<Tensor> first = f.call(Tensor.of(1f));
    List<String> before = first.stream().map(Tensor::toString).toList();
    List<Tensor> second = f.call(Tensor.of(1f));
    assertEquals(before, first.stream().map(Tensor::toString).toList());
    assertEquals(first.get(1).toString(), second.get(0).toString());
    TracedFunction<Tensor> reading = TracedFunction.of("g", () -> v.reshape(2, 2).transpose());
    Tensor read = reading.call();
    assertEquals("Tensor([[3. 5.]\n [4. 6.]], shape=(2, 2), dtype=float32)", read.toString());
    v.assign(new float[4]);
    assertThrows(IllegalStateException.class, read::toArray);
    assertEquals(
        "Tensor([[0. 0.]\n [0. 0.]], shape=(2, 2), dtype=float32)", reading.call().toString());
  }

  @Test
  void resultsStayWhenTheFunctionIsCalledAgain() {
    TracedFunction<List<Tensor>> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor y = x.add(1);
              Tensor z = Maths.exp(y);
              return List.of(
                  y.reshape(2, 1).transpose(), z, z.mul(2).add(y).reshape(1, 2), x.mul(3));
            });
    List<List<Tensor>> results = new ArrayList<>();
    List<String> printed = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      results.add(f.call(new float[] {i, -i}));
      printed.add(results.getLast().toString());
    }
    assertEquals(printed, results.stream().map(Object::toString).toList());
  }

  @Test
  void functionsCallFunctions() {
    TracedFunction<Tensor> square = TracedFunction.of("square", (Tensor x) -> x.mul(x));
    TracedFunction<Tensor> fourth =
        TracedFunction.of("fourth", (Tensor x) -> square.call(square.call(x)));
    assertEquals(16, fourth.call(Tensor.of(2f)).item());
    assertEquals(81, fourth.call(Tensor.of(3f)).item());
    assertEquals(0, square.traceCount());
    assertTrue(fourth.concreteFunctions().getFirst().graph().toString().contains("square_1/Mul"));
    List<TracedFunction<Tensor>> self = new ArrayList<>();
    TracedFunction<Tensor> factorial =
        TracedFunction.of(
            "factorial",
            (Tensor n) ->
                n.less(2).item() != 0 ? Tensor.of(1) : n.mul(self.getFirst().call(n.sub(1))));
    self.add(factorial);
    assertEquals(120, factorial.call(Tensor.of(5)).item());
    assertEquals(24, factorial.call(Tensor.of(4)).item());
    assertEquals(120, factorial.call(Tensor.of(5)).item());
  }

  @Test
  void strayTensorsAreErrors() {
    List<Tensor> kept = new ArrayList<>();
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              kept.add(x);
              kept.add(x.greater(0));
              return x.mul(2);
            });
    f.call(Tensor.of(1f));
    for (Tensor stray : kept) {
      assertThrows(IllegalStateException.class, () -> stray.equal(stray));
      assertThrows(IllegalStateException.class, stray::toArray);
      assertThrows(
          IllegalStateException.class,
          () -> TracedFunction.of("g", (Tensor x) -> stray.equal(stray)).call(Tensor.of(1f)));
    }
    assertTrue(Dispatch.executingEagerly());
    assertEquals(4, f.call(Tensor.of(2f)).item());
  }

  @Test
  void runsEagerlyIfTold() {
    AtomicInteger runs = new AtomicInteger();
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              runs.incrementAndGet();
              return x.mul(x.sum().item());
            });
    TracedFunction.runFunctionsEagerly(true);
    try {
      assertTrue(TracedFunction.functionsRunEagerly());
      f.call(PAIR);
      assertEquals(
          "Tensor([3. 6.], shape=(2,), dtype=float32)", f.call(new float[] {1, 2}).toString());
      assertEquals(2, runs.get());
      assertEquals(0, f.traceCount());
    } finally {
      TracedFunction.runFunctionsEagerly(false);
    }
    assertThrows(IllegalStateException.class, () -> f.call(PAIR));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void threadsShareAFunction(int threads) throws Exception {
    AtomicInteger traced = new AtomicInteger();
    Variable v = Variable.of(2f, "v");
    TracedFunction<List<Tensor>> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              traced.incrementAndGet();
              Tensor y = Maths.exp(x.mul(v)).add(1);
              Tensor sum = y.matmul(y.transpose()).sum(0);
              return List.of(
                  x.sum().greater(50).toBooleanArray()[0] ? sum.mul(2) : sum.neg(), y.reshape(-1));
            });
    CountDownLatch start = new CountDownLatch(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<List<String>>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int first = t;
        tasks.add(
            () -> {
              start.countDown();
              start.await();
              List<String> results = new ArrayList<>();
              for (int i = 0; i < 200; i++) {
                results.add(values(f, first + i));
              }
              return results;
            });
      }
      List<List<String>> all = new ArrayList<>();
      for (Future<List<String>> future : pool.invokeAll(tasks)) {
        all.add(future.get());
      }
      assertEquals(2, traced.get());
      assertEquals(1, f.traceCount());
      for (int t = 0; t < threads; t++) {
        for (int i = 0; i < 200; i++) {
          assertEquals(values(f, t + i), all.get(t).get(i));
        }
      }
    }
  }

  private static String values(TracedFunction<List<Tensor>> f, int i) {
    return f.call(Tensor.full(DType.FLOAT32, i * 0.05, 8, 4)).stream()
        .map(t -> java.util.Arrays.toString(t.toFloatArray()))
        .toList()
        .toString();
  }
}
