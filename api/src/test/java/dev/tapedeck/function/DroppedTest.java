package dev.tapedeck.function;

import static dev.tapedeck.ops.pointwise.Maths.square;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Tensor;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A function that nobody has any more is collected, with its traces and their memory. */
class DroppedTest {
  private static final int COUNT = 5;

  /** Lives on, as do the threads that call. */
  private static final Variable WEIGHT = Variable.of(new float[64]);

  private static final Tensor X = Tensor.of(new float[64]);

  static Stream<Arguments> functions() {
    return Stream.of(
        function("a product", x -> x.mul(WEIGHT).add(1f).sum()),
        function("an update", x -> WEIGHT.assign(x).value().sum()),
        function("a random draw", x -> x.add(Randoms.normal(64L)).sum()),
        function("a read value", x -> x.sum().less(1f).toBoolean() ? x.sum() : x.mul(2f).sum()),
        function(
            "a branch",
            x -> ControlFlow.cond(x.sum().greater(0f), () -> x.sum(), () -> x.mul(WEIGHT).sum())));
  }

  private static Arguments function(String name, Function<Tensor, Tensor> method) {
    return Arguments.of(name, method);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void isCollected(String name, Function<Tensor, Tensor> method) {
    List<WeakReference<?>> dropped = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      dropped.addAll(use(method));
    }
    awaitCollected(dropped);
  }

  /** In a method of its own, so that no stack frame keeps the function. */
  private static List<WeakReference<?>> use(Function<Tensor, Tensor> method) {
    TracedFunction<Tensor> function = TracedFunction.of("own", method);
    function.call(X);
    Variable input = Variable.of(new float[64]);
    try (GradientTape tape = new GradientTape()) {
      try (GradientTape inner = new GradientTape()) {
        Tensor y = square(input.mul(2f));
        inner.gradient(function.call(y), input);
      }
      tape.gradient(function.call(square(input)), input);
    }
    return List.of(
        new WeakReference<>(function),
        new WeakReference<>(function.concreteFunctions().getFirst()));
  }

  @Test
  void isCollectedThoughTheThreadsThatCalledItLive() throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      List<WeakReference<?>> dropped =
          thread.submit(() -> use(x -> x.mul(WEIGHT).add(1f).sum())).get();
      awaitCollected(dropped);
    }
  }

  /** Constants of a trace are its own. */
  @Test
  void memoryComesBack() {
    long before = Memory.stats().live();
    List<WeakReference<?>> dropped = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      Tensor large = Tensor.of(new float[100_000]);
      dropped.addAll(use(x -> x.sum().add(large.sum())));
    }
    awaitCollected(dropped);
    await(() -> Memory.stats().live() - before < 400_000);
  }

  private static void awaitCollected(List<WeakReference<?>> dropped) {
    await(() -> dropped.stream().allMatch(each -> each.refersTo(null)));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    do {
      System.gc();
      assertTrue(System.nanoTime() < end, "waited for 30 seconds");
    } while (!condition.getAsBoolean());
  }
}
