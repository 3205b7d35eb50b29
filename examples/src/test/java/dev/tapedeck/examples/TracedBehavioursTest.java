package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.checkpoint.SavedFunction;
import dev.tapedeck.function.JavaFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The behaviours that graphs of TensorFlow are taught with. */
class TracedBehavioursTest {
  @Test
  void f1EagerAndTracedGiveTheSame() {
    float[][] two = {{2}};
    TracedFunction<Tensor> traced = TracedFunction.of("f", EagerAndTraced::twiceTheSquare);
    String expected = "Tensor([[8.]], shape=(1, 1), dtype=float32)";
    assertEquals(expected, EagerAndTraced.twiceTheSquare(Tensor.of(two)).toString());
    assertEquals(expected, traced.call((Object) two).toString());
  }

  @Test
  void f3AFunctionHasOneGraphForEachSignature() {
    TracedFunction<Tensor> relu = TracedFunction.of("relu", (Tensor x) -> Maths.maximum(x, 0));
    assertEquals(5.5f, relu.call(Tensor.of(5.5f)).item());
    relu.call(new int[] {3, -3});
    relu.call(Tensor.of(-1f));
    relu.call(new int[] {-7, 7});
    assertEquals(2, relu.traceCount());
    assertEquals(2, relu.concreteFunctions().size());
    assertEquals(
        """
        relu(arg0)
          Args:
            arg0: float32 Tensor, shape=()
          Returns:
            float32 Tensor, shape=()

        relu(arg0)
          Args:
            arg0: int32 Tensor, shape=(2,)
          Returns:
            int32 Tensor, shape=(2,)""",
        relu.prettyPrintedConcreteSignatures());
  }

  @Test
  void f4AndF5JavaRunsOnceWhenTracedAndEachTimeEagerly() {
    List<String> printed = new ArrayList<>();
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              printed.add(x.toString());
              return x.add(1);
            });
    f.call(Tensor.of(1));
    f.call(Tensor.of(2));
    assertEquals(List.of("Tensor(\"Input:0\", shape=(), dtype=int32)"), printed);
    TracedFunction.runFunctionsEagerly(true);
    try {
      assertTrue(TracedFunction.functionsRunEagerly());
      assertEquals(4, f.call(Tensor.of(3)).item());
      assertEquals(5, f.call(Tensor.of(4)).item());
    } finally {
      TracedFunction.runFunctionsEagerly(false);
    }
    assertFalse(TracedFunction.functionsRunEagerly());
    f.call(Tensor.of(5));
    assertEquals(
        List.of("Tensor(3, shape=(), dtype=int32)", "Tensor(4, shape=(), dtype=int32)"),
        printed.subList(1, printed.size()));
  }

  @Test
  void f6BranchesAndLoopsOnTensors() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) -> {
              Tensor y = x;
              while (y.sum().less(100).toBooleanArray()[0]) {
                y = y.min().less(0).toBooleanArray()[0] ? y.mul(-3) : y.mul(2);
              }
              return y;
            });
    for (int i = 0; i < 2; i++) {
      assertEquals(
          "Tensor([ 64. 128.], shape=(2,), dtype=float32)", f.call(new float[] {1, 2}).toString());
      assertEquals(
          "Tensor([192.], shape=(1,), dtype=float32)", f.call(new float[] {-1}).toString());
      assertEquals(
          "Tensor([96. 96.], shape=(2,), dtype=float32)", f.call(new float[] {3, 3}).toString());
      assertEquals(
          "Tensor([200.], shape=(1,), dtype=float32)", f.call(new float[] {200}).toString());
    }
  }

  @Test
  void f10GradientsAndTrainStepsAreTraced() {
    Function<Tensor, Tensor> log1pExp =
        x ->
            Gradients.customGradient(
                in -> {
                  Tensor e = Maths.exp(in[0]);
                  return new Gradients.Custom(
                      Maths.log(e.add(1)),
                      g -> List.of(g.mul(Maths.reciprocal(e.add(1)).neg().add(1))));
                },
                x);
    TracedFunction<Tensor> gradient =
        TracedFunction.of(
            "gradient",
            (Tensor x) -> {
              try (GradientTape tape = new GradientTape()) {
                tape.watch(x);
                return tape.gradient(log1pExp.apply(x), x);
              }
            });
    assertEquals(0.5, gradient.call(Tensor.of(0f)).item());
    assertEquals(1, gradient.call(Tensor.of(100f)).item());

    float[][] x = {{1, 2}, {3, -1}};
    List<List<String>> both = new ArrayList<>();
    for (boolean traced : new boolean[] {false, true}) {
      Sequential model = new Sequential(new Dense(1));
      SGD optimizer = new SGD(0.05, 0.9);
      model.apply(x);
      model.trainableVariables().getFirst().assign(new float[][] {{1}, {-1}});
      Function<Tensor, Tensor> step =
          in -> {
            try (GradientTape tape = new GradientTape()) {
              Tensor loss = Maths.square(model.apply(in).sub(1)).mean();
              List<Variable> variables = model.trainableVariables();
              optimizer.applyGradients(tape.gradient(loss, variables), variables);
              return loss;
            }
          };
      TracedFunction<Tensor> graph = TracedFunction.of("step", step);
      List<String> losses = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        losses.add((traced ? graph.call((Object) x) : step.apply(Tensor.of(x))).toString());
      }
      losses.add(model.trainableVariables().toString());
      both.add(losses);
    }
    assertEquals(both.get(0), both.get(1));
  }

  private static List<String> warnings(Consumer<Integer> action, int times) {
    Logger logger = (Logger) LoggerFactory.getLogger(TracedFunction.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
    try {
      for (int i = 0; i < times; i++) {
        action.accept(i);
      }
    } finally {
      logger.detachAppender(log);
      logger.setAdditive(true);
    }
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void warnsOnceOfRetraces() {
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x, Integer n) -> x.mul(n));
    Tensor x = Tensor.of(1);
    assertEquals(List.of(), warnings(i -> f.call(x, i), 5));
    List<String> warned = warnings(i -> f.call(x, i), 20);
    assertEquals(1, warned.size());
    assertTrue(
        warned
            .getFirst()
            .startsWith("f: traced again for the 5th time: argument 1 is 5, where it was"),
        warned.getFirst());
  }

  @Test
  void warnsOnceOfGuardsThatKeepChanging() {
    TracedFunction<Tensor> f = TracedFunction.of("f", (Tensor x) -> x.add((int) x.item()));
    List<String> warned = warnings(i -> assertEquals(2.0 * i, f.call(Tensor.of(i)).item()), 2500);
    assertEquals(1, warned.size());
    assertTrue(warned.getFirst().contains("from now on it runs eagerly"), warned.getFirst());
  }

  @Test
  void f2ACommonSubexpressionIsComputedOnce() {
    TracedFunction<List<Tensor>> f =
        TracedFunction.ofAll(
            "f",
            in -> {
              Tensor a = (Tensor) in.get(0);
              Tensor b = (Tensor) in.get(1);
              Tensor c = (Tensor) in.get(2);
              return List.of(a.mul(b).add(c), a.mul(b).mul(c));
            });
    List<Tensor> results = f.call(Tensor.of(2f), Tensor.of(3f), Tensor.of(4f));
    assertEquals("[10.0, 24.0]", results.stream().map(Tensor::item).toList().toString());
    String graph = f.concreteFunctions().getFirst().graph().toString();
    assertEquals(
        """
        Mul:0 = mul(Input:0, Input_1:0)
        Add:0 = add(Mul:0, Input_2:0)
        Mul_2:0 = mul(Mul:0, Input_2:0)""",
        graph);
  }

  @Test
  void f7EagerJavaCodeInsideAGraph() {
    TracedFunction<Tensor> f =
        TracedFunction.of(
            "f",
            (Tensor x) ->
                JavaFunction.javaFunction(
                    in -> Tensor.of(new float[][] {{(float) Math.pow(in.item(), 2)}}),
                    x.spec(),
                    x));
    for (int i = 0; i < 2; i++) {
      assertEquals(
          "Tensor([[4.]], shape=(1, 1), dtype=float32)",
          f.call(Tensor.of(new float[][] {{2}})).toString());
    }
    assertEquals(1, f.traceCount());
  }

  @Test
  void f8AGraphRunsWithoutItsCode(@TempDir Path temp) {
    TracedFunction<Tensor> f = TracedFunction.of("f", EagerAndTraced::twiceTheSquare);
    Tensor two = Tensor.of(new float[][] {{2}});
    SavedFunction.save(f.concreteFunction(two), temp.resolve("f.tapedeck"));
    SavedFunction loaded = SavedFunction.load(temp.resolve("f.tapedeck"));
    assertEquals("Tensor([[8.]], shape=(1, 1), dtype=float32)", loaded.call(two).toString());
  }

  /** The examples' own methods, unchanged. */
  @Test
  void fizzBuzzAndALineSearchBecomeGraphs() {
    TracedFunction<Tensor> count = TracedFunction.of("fizzbuzz", (Tensor max) -> counted(max));
    assertEquals("[2, 1, 4]", text(count.call(Tensor.of(7))));
    assertEquals("[5, 2, 8]", text(count.call(Tensor.of(15))));

    TracedFunction<Tensor> step =
        TracedFunction.of("step", (Tensor x) -> LineSearch.step(y -> Maths.square(y.sub(2)), x, 3));
    for (float from : new float[] {10, 0, -3, 10}) {
      Tensor expected = LineSearch.step(y -> Maths.square(y.sub(2)), Tensor.of(from), 3);
      assertEquals(expected.toString(), step.call(Tensor.of(from)).toString());
    }
  }

  /** Returns how many numbers up to one are divided by 3, by 5 only, by neither. */
  private static Tensor counted(Tensor max) {
    Tensor fizz = Tensor.of(0);
    Tensor buzz = Tensor.of(0);
    Tensor other = Tensor.of(0);
    for (int i = 1; i <= max.item(); i++) {
      Tensor number = Tensor.of(i);
      if (number.mod(3).equal(0).toBoolean()) {
        fizz = fizz.add(1);
      } else if (number.mod(5).equal(0).toBoolean()) {
        buzz = buzz.add(1);
      } else {
        other = other.add(1);
      }
    }
    return Joining.stack(0, fizz, buzz, other);
  }

  private static String text(Tensor tensor) {
    return Arrays.toString(tensor.toIntArray());
  }
}
