package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What depends on variables alone: it is computed once, and scales are folded into kernels. */
class ParametersTest {
  private final Variable kernel = Variable.of(Randoms.normal(3, 3, 2, 4));
  private final Variable depthwise = Variable.of(Randoms.normal(2, 2, 2, 2));
  private final Variable bias = Variable.of(Randoms.normal(4));
  private final Variable mean = Variable.of(Randoms.normal(4));
  private final Variable variance = Variable.of(Randoms.uniform(4));
  private final Variable gamma = Variable.of(Randoms.normal(4));
  private final Variable beta = Variable.of(Randoms.normal(4));
  private final Tensor images = Randoms.normal(2, 6, 5, 2);

  @BeforeEach
  void seed() {
    RandomKey.seed(1);
  }

  private Tensor conv(Object x) {
    return Convolution.conv2d(x, kernel, 1, Padding.SAME);
  }

  private Tensor normalized(Tensor x) {
    return Normalization.batchNorm(x, mean, variance, gamma, beta, 1e-3);
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    double largest = Maths.abs(expected).max().item();
    double difference = Maths.abs(expected.sub(actual)).max().item();
    assertTrue(difference <= 1e-5 * largest, difference + " of " + largest);
  }

  /** Returns the traced function, after checking that it gives what the Java code does. */
  private TracedFunction<Tensor> traced(UnaryOperator<Tensor> code) {
    TracedFunction<Tensor> function = TracedFunction.of("f", code);
    assertClose(code.apply(images), function.call(images));
    return function;
  }

  /** Returns the last ops that compute something. */
  private static String last(TracedFunction<Tensor> function, int count) {
    List<String> ops =
        function.concreteFunctions().getFirst().graph().nodes().stream()
            .map(node -> node.op().name())
            .filter(name -> !name.equals("read"))
            .toList();
    return String.join(" ", ops.subList(ops.size() - count, ops.size()));
  }

  @Test
  void batchNormalizationIsABias() {
    TracedFunction<Tensor> function = traced(x -> Maths.abs(normalized(conv(x).add(bias))));
    assertEquals("conv2d Add_Abs", last(function, 2));
  }

  @Test
  void scalesOnEitherSideAndQuotients() {
    assertEquals("conv2d", last(traced(x -> gamma.mul(conv(x)).div(variance.add(1))), 1));
    assertEquals("conv2d", last(traced(x -> conv(x).mul(3)), 1));
    assertEquals("conv2d add", last(traced(x -> beta.add(conv(x).sub(mean).mul(gamma))), 2));
    assertEquals(
        "depthwiseConv2d",
        last(
            traced(x -> Convolution.depthwiseConv2d(x, depthwise, 1, Padding.VALID).mul(gamma)),
            1));
  }

  @Test
  void whatIsNoScaleOfChannelsStays() {
    Variable rows = Variable.of(Randoms.normal(6, 1, 1));
    assertEquals("conv2d mul", last(traced(x -> conv(x).mul(rows)), 2));
    assertEquals("conv2d sub", last(traced(x -> beta.sub(conv(x))), 2));
    assertEquals(
        "conv2d Mul_Add",
        last(
            traced(
                x -> {
                  Tensor y = conv(x);
                  return y.mul(gamma).add(y);
                }),
            2));
  }

  @Test
  void variablesMayChange() {
    TracedFunction<Tensor> function = traced(x -> normalized(conv(x)));
    Tensor before = function.call(images);
    for (Variable each : List.of(kernel, mean, variance, gamma, beta)) {
      each.assign(each.mul(1.5).add(0.25));
      assertClose(normalized(conv(images)), function.call(images));
    }
    assertTrue(Maths.abs(function.call(images).sub(before)).max().item() > 0.1);
  }

  @Test
  void whatTheFunctionAssignsToIsComputedEachTime() {
    Variable count = Variable.of(0f);
    TracedFunction<Tensor> function =
        TracedFunction.of(
            "count",
            (Tensor x) -> {
              Tensor scale = Maths.exp(count);
              Tensor y = conv(x).mul(scale);
              count.assignAdd(1);
              return y;
            });
    for (int i = 0; i < 3; i++) {
      assertClose(conv(images).mul(Math.exp(i)), function.call(images));
    }
  }

  @Test
  void resultsBelongToTheCaller() {
    TracedFunction<List<Tensor>> function =
        TracedFunction.of(
            "both", (Tensor x) -> List.of(Maths.exp(bias), x.mul(Maths.exp(bias).sum())));
    Tensor first = function.call(images).getFirst();
    Tensor second = function.call(images).getFirst();
    first.release();
    assertClose(Maths.exp(bias), second);
    assertThrows(IllegalStateException.class, () -> first.add(1));
    assertClose(Maths.exp(bias), function.call(images).getFirst());
  }

  @Test
  void gradientsAreThoseOfTheCode() {
    TracedFunction<Tensor> function = TracedFunction.of("f", (Tensor x) -> normalized(conv(x)));
    Tensor unused = function.call(images);
    assertEquals(DType.FLOAT32, unused.dtype());
    List<List<Tensor>> gradients = new ArrayList<>();
    for (UnaryOperator<Tensor> code :
        List.<UnaryOperator<Tensor>>of(x -> normalized(conv(x)), function::call)) {
      try (GradientTape tape = new GradientTape()) {
        Tensor loss = Maths.square(code.apply(images)).mean();
        gradients.add(tape.gradient(loss, List.of(kernel, gamma, beta)));
      }
    }
    for (int i = 0; i < 3; i++) {
      assertClose(gradients.get(0).get(i), gradients.get(1).get(i));
    }
  }

  @Test
  void threadsShareTheValues() throws Exception {
    TracedFunction<Tensor> function = traced(x -> normalized(conv(x)));
    Tensor expected = normalized(conv(images));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Tensor>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(() -> function.call(images));
      }
      for (Future<Tensor> result : threads.invokeAll(calls)) {
        assertClose(expected, result.get());
      }
    }
  }
}
