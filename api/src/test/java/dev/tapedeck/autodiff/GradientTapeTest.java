package dev.tapedeck.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class GradientTapeTest {
  private final Variable w = Variable.of(3f, "w");

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalStateException.class, call).getMessage());
  }

  private static void assertUnfit(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void aTapeGivesOneGradient() {
    Variable matrix = Variable.of(new float[][] {{1}});
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = matrix.matmul(matrix);
      assertEquals(
          "Tensor([[2.]], shape=(1, 1), dtype=float32)", tape.gradient(loss, matrix).toString());
      assertRefused(
          "GradientTape.gradient: this tape has given its gradient already; use"
              + " GradientTape.persistent() to ask for more",
          () -> tape.gradient(loss, matrix));
    }
  }

  @Test
  void aPersistentTapeGivesManyAndGoesOnRecording() {
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor square = Maths.square(w);
      assertEquals(6, tape.gradient(square, w).item());
      Tensor fourth = Maths.square(square);
      assertEquals(108, tape.gradient(fourth, w).item());
      assertEquals(18, tape.gradient(fourth, square).item());
      assertEquals(6, tape.gradient(square, w).item());
    }
  }

  @Test
  void aClosedTapeRefuses() {
    GradientTape tape = new GradientTape();
    Tensor loss = Maths.square(w);
    tape.close();
    assertRefused(
        "GradientTape.gradient: the tape is closed; call it inside the try block",
        () -> tape.gradient(loss, w));
  }

  @Test
  void tensorsAreWatchedOnRequest() {
    Tensor x = Tensor.of(new double[] {1, 2});
    try (GradientTape tape = GradientTape.persistent()) {
      assertNull(tape.gradient(Maths.square(x), x));
      tape.watch(x);
      assertArrayEquals(new double[] {2, 4}, tape.gradient(Maths.square(x), x).toDoubleArray());
      assertUnfit(
          "GradientTape.watch: needs a floating point tensor or variable, received int32 (2,); cast it first",
          () -> tape.watch(Tensor.of(new int[] {1, 2})));
    }
  }

  @Test
  void onlyTrainableFloatingVariablesAreWatched() {
    Variable frozen = Variable.untrainable(2f, "frozen");
    Variable step = Variable.of(1, "step");
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = w.mul(frozen).mul(Casting.cast(step, DType.FLOAT32));
      List<Tensor> gradients = tape.gradient(loss, List.of(w, frozen, step));
      assertEquals(2, gradients.get(0).item());
      assertNull(gradients.get(1));
      assertNull(gradients.get(2));
    }
  }

  @Test
  void whatTheTargetDoesNotDependOnHasNoGradient() {
    Variable other = Variable.of(1f, "other");
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor loss = Maths.square(w);
      Tensor aside = other.mul(5);
      assertNull(tape.gradient(loss, other));
      assertNull(tape.gradient(Tensor.of(1f), w));
      assertNull(tape.gradient(Maths.floor(w), w));
      assertEquals(5, tape.gradient(aside, other).item());
    }
  }

  @Test
  void gradientsSumOverUses() {
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = w.mul(w).add(w.mul(4)).add(w).sub(Maths.exp(w.sub(w)));
      assertEquals(2 * 3 + 4 + 1, tape.gradient(loss, w).item());
    }
  }

  @Test
  void severalSourcesAtOnceIncludingIntermediatesAndTheTarget() {
    Variable b = Variable.of(5f, "b");
    try (GradientTape tape = new GradientTape()) {
      Tensor y = w.mul(b);
      Tensor z = Maths.square(y);
      Tensor loss = z.add(y);
      List<Tensor> gradients = tape.gradient(loss, List.of(w, y, b, z, loss, w));
      double[] values = gradients.stream().mapToDouble(Tensor::item).toArray();
      assertArrayEquals(new double[] {31 * 5, 31, 31 * 3, 1, 1, 31 * 5}, values);
    }
  }

  @Test
  void aTargetOfManyElementsIsSummed() {
    try (GradientTape tape = new GradientTape()) {
      assertEquals(6, tape.gradient(w.mul(new float[] {1, 2, 3}), w).item());
    }
  }

  @Test
  void tapesNest() {
    Tensor x = Tensor.of(2.0);
    try (GradientTape third = new GradientTape();
        GradientTape second = new GradientTape();
        GradientTape first = new GradientTape()) {
      third.watch(x);
      second.watch(x);
      first.watch(x);
      Tensor y = x.pow(4);
      Tensor slope = first.gradient(y, x);
      Tensor bend = second.gradient(slope, x);
      assertEquals(32, slope.item());
      assertEquals(48, bend.item());
      assertEquals(48, third.gradient(bend, x).item());
    }
  }

  @Test
  void aVariableAssignedToInBetweenIsNoticed() {
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = Maths.square(w);
      w.assign(4f);
      assertRefused(
          "variable \"w\" was assigned to after this tensor was read from it; compute the gradient"
              + " before the assignment, or keep variable.value()",
          () -> tape.gradient(loss, w));
    }
  }

  /** Where the gradient does not need the value, an assignment does no harm. */
  @Test
  void readingsOfAVariableAddUp() {
    try (GradientTape tape = new GradientTape()) {
      Tensor before = w.mul(2);
      w.assign(4f);
      assertEquals(5, tape.gradient(before.add(w.mul(3)), w).item());
    }
  }

  @Test
  void targetsAndSourcesAreChecked() {
    try (GradientTape tape = GradientTape.persistent()) {
      assertUnfit(
          "GradientTape.gradient: needs a floating point target, received bool (); compute the target from floating point tensors",
          () -> tape.gradient(w.less(4), w));
      assertUnfit(
          "GradientTape.gradient: needs a variable or a tensor as source, received String; pass the variable or tensor that was watched",
          () -> tape.gradient(w.mul(2), "w"));
    }
  }

  @Test
  void castsBetweenFloatingTypesPassGradients() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = Tensor.full(dtype, 3);
      DType other = dtype == DType.FLOAT32 ? DType.FLOAT64 : DType.FLOAT32;
      try (GradientTape tape = new GradientTape()) {
        tape.watch(x);
        Tensor gradient = tape.gradient(Maths.square(Casting.cast(x, other)), x);
        assertEquals(Tensor.full(dtype, 6).toString(), gradient.toString());
      }
    }
  }

  /** The gradient is the same for every element, but has the source's shape. */
  @Test
  void aGradientHasItsSourcesShape() {
    Variable rows = Variable.of(new float[][] {{1}, {2}});
    try (GradientTape tape = new GradientTape()) {
      Tensor stretched = Shaping.broadcastTo(rows, 2, 2, 4);
      Tensor gradient = tape.gradient(stretched.mean(), rows);
      assertEquals("Tensor([[0.5]\n [0.5]], shape=(2, 1), dtype=float32)", gradient.toString());
    }
  }

  @Test
  void gradientsOutliveTheTapeAndBelongToTheScopeAround() {
    Tensor kept;
    Tensor dropped;
    try (Scope scope = new Scope();
        GradientTape tape = GradientTape.persistent()) {
      Tensor loss = Maths.square(w);
      kept = scope.keep(tape.gradient(loss, w));
      dropped = tape.gradient(loss, w);
      assertEquals(6, dropped.item());
    }
    assertEquals(6, kept.item());
    assertThrows(IllegalStateException.class, dropped::item);
  }

  @Test
  void aManualTapeWatchesWhatItIsTold() {
    Variable frozen = Variable.untrainable(2f, "frozen");
    try (GradientTape tape = GradientTape.persistent().manual()) {
      tape.watch(frozen);
      Tensor loss = w.mul(frozen);
      assertNull(tape.gradient(loss, w));
      assertEquals(3, tape.gradient(loss, frozen).item());
    }
  }

  @Test
  void nothingIsRecordedWhileATapeIsStopped() {
    try (GradientTape tape = new GradientTape()) {
      Tensor y = Maths.square(w);
      Tensor z;
      try (GradientTape.Pause pause = tape.stopRecording()) {
        z = Maths.square(w);
      }
      assertEquals(6, tape.gradient(y.mul(1).add(z), w).item());
    }
  }

  @Test
  void aTapeStartsAnew() {
    try (GradientTape tape = new GradientTape()) {
      Tensor before = Maths.square(w);
      assertEquals(6, tape.gradient(before, w).item());
      tape.reset();
      Tensor after = w.mul(5);
      assertEquals(5, tape.gradient(after.add(before), w).item());
    }
  }

  @Test
  void targetsAreSummedTimesTheirOutputGradients() {
    Variable b = Variable.of(5f, "b");
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor y = w.mul(new float[] {1, 2, 3});
      Tensor z = Maths.square(w);
      List<Tensor> ones = tape.gradient(List.of(y, z, y), List.of(w, b), null, Unconnected.ZERO);
      assertEquals(6 + 6 + 6, ones.get(0).item());
      assertEquals(0, ones.get(1).item());
      Tensor u = Tensor.of(new float[] {1, 10, 100});
      List<Tensor> weighted =
          tape.gradient(List.of(y, z), List.of(w, b), List.of(u, Tensor.of(-1f)), Unconnected.NONE);
      assertEquals(321 - 6, weighted.get(0).item());
      assertNull(weighted.get(1));
      assertUnfit(
          "GradientTape.gradient: needs float32 (3,) as the output gradient of target 0, received float32 (); reshape or cast it; it is not broadcast",
          () -> tape.gradient(List.of(y), List.of(w), List.of(Tensor.of(1f)), Unconnected.NONE));
      assertUnfit(
          "GradientTape.gradient: needs an output gradient for each target, 2, received 1; pass one for each, or null for ones",
          () -> tape.gradient(List.of(y, z), List.of(w), List.of(u), Unconnected.NONE));
    }
  }

  @Test
  void aBrokenChainSaysWhere() {
    Variable never = Variable.of(1f, "never");
    Variable floored = Variable.of(1f, "floored");
    Variable chosen = Variable.of(new float[] {1, 2}, "chosen");
    Variable aside = Variable.of(1f, "aside");
    try (GradientTape tape = new GradientTape()) {
      Tensor kept = aside.mul(3);
      Tensor choice = Casting.cast(Reductions.argmax(chosen.mul(2), 0), DType.FLOAT32);
      Tensor loss = w.mul(Maths.floor(floored.mul(3))).add(choice);
      GradientList gradients = tape.gradient(loss, List.of(w, never, floored, chosen, aside));
      assertEquals(3, gradients.get(0).item());
      assertNull(gradients.reason(0));
      assertEquals(
          "it was not used while the tape was recording; what was read from it before is a constant",
          gradients.reason(1));
      assertEquals("the chain breaks at floor, which has no gradient", gradients.reason(2));
      assertEquals(
          "the chain breaks at argmax, which has no gradient: its result is int32",
          gradients.reason(3));
      assertEquals("nothing that was computed from it reaches the loss", gradients.reason(4));
      assertEquals(3, kept.item());
    }
  }

  @Test
  void jacobiansHaveARowForEachElement() {
    Variable x = Variable.of(new double[] {1, 2, 3});
    try (GradientTape tape = new GradientTape()) {
      Tensor y = Joining.stack(0, x.get(0).mul(x.get(1)), Maths.square(x.get(2)));
      assertEquals(
          "Tensor([[2. 1. 0.]\n [0. 0. 6.]], shape=(2, 3), dtype=float64)",
          tape.jacobian(y, x).toString());
    }
    Tensor point = Tensor.of(new double[] {1, 2});
    try (GradientTape outer = new GradientTape();
        GradientTape inner = new GradientTape()) {
      outer.watch(point);
      inner.watch(point);
      Tensor slope = inner.gradient(point.pow(3).sum().mul(point.get(0)), point);
      assertEquals(
          "Tensor([[12. 12.]\n [12. 12.]], shape=(2, 2), dtype=float64)",
          outer.jacobian(slope, point).toString());
    }
  }

  @Test
  void jacobiansOfScalarsAndOfNothing() {
    try (GradientTape tape = GradientTape.persistent()) {
      assertEquals("Tensor(6.0, shape=(), dtype=float32)", tape.jacobian(w.mul(w), w).toString());
      Tensor none = Tensor.zeros(DType.FLOAT32, 0, 2).mul(w);
      assertEquals("(0, 2)", tape.jacobian(none, w).shape().toString());
      Variable other = Variable.of(new float[] {1, 2});
      assertArrayEquals(new float[] {0, 0}, tape.jacobian(w.mul(2), other).toFloatArray());
    }
  }

  @Test
  void batchJacobiansKeepTheExamplesApart() {
    Tensor x = Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    Tensor mixing = Tensor.of(new double[][] {{1, 0, 2}, {0, 1, 3}});
    try (GradientTape tape = GradientTape.persistent()) {
      tape.watch(x);
      Tensor y = Maths.square(x).matmul(mixing);
      Tensor each = tape.batchJacobian(y, x);
      assertEquals("(3, 3, 2)", each.shape().toString());
      Tensor all = tape.jacobian(y, x);
      for (int n = 0; n < 3; n++) {
        assertArrayEquals(all.get(n, Index.ALL, n).toDoubleArray(), each.get(n).toDoubleArray());
      }
      assertUnfit(
          "GradientTape.batchJacobian: needs a target and a source with the same first axis, the"
              + " batch, received () and (3, 2); use jacobian for tensors without a batch",
          () -> tape.batchJacobian(y.sum(), x));
    }
  }

  /** Three and more uses are summed in place; the tensors that were summed are not seen again. */
  @Test
  void manyUsesSumUpWithoutTouchingWhatOthersSee() {
    Variable x = Variable.of(new float[] {1, 2, 3}, "x");
    Tensor outside = Tensor.of(new float[] {1, 1, 1});
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor y = x.add(x).add(x).add(x.mul(2)).add(x.mul(3)).add(Maths.square(x));
      for (int i = 0; i < 3; i++) {
        List<Tensor> both =
            tape.gradient(List.of(y), List.of(x, y), List.of(outside), Unconnected.NONE);
        assertArrayEquals(new float[] {10, 12, 14}, both.get(0).toFloatArray());
        assertArrayEquals(new float[] {1, 1, 1}, both.get(1).toFloatArray());
        assertArrayEquals(new float[] {1, 1, 1}, outside.toFloatArray());
      }
    }
  }

  /** What a step back has used up goes at once: a long chain needs the memory of a few steps. */
  @Test
  void gradientsThatAreUsedUpAreFreed() {
    Variable x = Variable.of(Tensor.ones(DType.FLOAT32, 1 << 18), "x");
    try (Scope scope = new Scope();
        GradientTape tape = new GradientTape()) {
      Tensor y = x.mul(1);
      for (int i = 0; i < 60; i++) {
        y = Maths.neg(y);
      }
      long before = Memory.stats().live();
      List<Long> during = new ArrayList<>();
      Tensor watcher =
          Gradients.customGradient(
              a ->
                  new Gradients.Custom(
                      a[0].mul(1),
                      g -> {
                        during.add(Memory.stats().live());
                        return List.of(g.mul(1));
                      }),
              x.mul(1));
      tape.gradient(y.mul(watcher), x);
      assertTrue(during.getFirst() - before < 20 << 20, during + " after " + before);
    }
  }

  @Test
  void tapesBelongToTheirThreads() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        GradientTape here = GradientTape.persistent()) {
      Tensor elsewhere = threads.submit(() -> w.mul(7)).get();
      assertNull(here.gradient(elsewhere, List.of(w)).getFirst());
      assertTrue(
          assertThrows(IllegalStateException.class, () -> here.gradient(elsewhere, w))
              .getMessage()
              .startsWith("GradientTape.gradient: the tape has recorded nothing; "));
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int n = 1; n <= 40; n++) {
        float factor = n;
        tasks.add(
            () -> {
              Variable own = Variable.of(factor);
              for (int i = 0; i < 20; i++) {
                try (GradientTape tape = new GradientTape()) {
                  Tensor loss = Maths.square(own).add(w.mul(factor));
                  List<Tensor> gradients = tape.gradient(loss, List.of(own, w));
                  assertEquals(2 * factor, gradients.get(0).item());
                  assertEquals(factor, gradients.get(1).item());
                }
              }
              return true;
            });
      }
      for (Future<Boolean> task : threads.invokeAll(tasks)) {
        task.get();
      }
      assertEquals(6, here.gradient(Maths.square(w), w).item());
    }
  }

  private static String refusedElsewhere(Runnable call) {
    CompletionException error =
        assertThrows(CompletionException.class, () -> CompletableFuture.runAsync(call).join());
    assertInstanceOf(IllegalStateException.class, error.getCause());
    return error.getCause().getMessage();
  }

  @Test
  void aTapeIsItsThreads() {
    String remedy =
        ": the tape belongs to thread \""
            + Thread.currentThread().getName()
            + "\"; call it there, or open another tape on this thread";
    try (GradientTape tape = new GradientTape()) {
      Tensor square = Maths.square(w);
      assertEquals(
          "GradientTape.gradient" + remedy, refusedElsewhere(() -> tape.gradient(square, w)));
      assertEquals("GradientTape.close" + remedy, refusedElsewhere(tape::close));
      assertEquals(6, tape.gradient(square, w).item());
    }
  }
}
