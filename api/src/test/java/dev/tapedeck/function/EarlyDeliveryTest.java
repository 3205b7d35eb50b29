package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyDeliveryTest {
  private static Variable weights(int seed) {
    return Variable.of(Randoms.normal(RandomKey.of(seed), DType.FLOAT32, 0, 1, 4, 4));
  }

  /** Delivers the gradients of three layers, the last one's first, all at the end of the code. */
  private static List<Tensor> deliver(
      Tensor x, List<Variable> layers, List<List<Double>> received, Variable order) {
    Tensor y = x;
    List<Tensor> gradients;
    try (GradientTape tape = new GradientTape()) {
      for (Variable layer : layers) {
        y = Maths.tanh(y.matmul(layer.reading()));
      }
      gradients = tape.gradient(y.sum(), layers);
    }
    for (Tensor gradient : gradients.reversed()) {
      new Delivery(
              value -> received.add(Arrays.stream(value.toDoubleArray()).boxed().toList()), order)
          .apply(Joining.concat(0, gradient.mul(2).reshape(-1)));
    }
    return List.of();
  }

  @Test
  void gradientsOfTheLastLayersAreDeliveredBeforeThoseOfTheFirstAreComputed() {
    List<Variable> layers = List.of(weights(1), weights(2), weights(3));
    Variable order = Variable.untrainable(0L, "order");
    List<List<Double>> received = new ArrayList<>();
    TracedFunction<List<Tensor>> function =
        TracedFunction.of("deliver", (Tensor x) -> deliver(x, layers, received, order));
    Tensor x = Randoms.normal(RandomKey.of(4), DType.FLOAT32, 0, 1, 4, 4);

    List<Tensor> _ = function.call(x);
    List<List<Double>> traced = List.copyOf(received);
    received.clear();
    List<Tensor> _ = deliver(x, layers, received, order);
    assertEquals(received, traced);

    List<String> ops =
        function.concreteFunctions().getFirst().graph().nodes().stream()
            .map(node -> node.op().name())
            .toList();
    int first = ops.indexOf("deliver");
    List<String> after = ops.subList(first + 1, ops.size());
    assertEquals(2, after.stream().filter("deliver"::equals).count());
    // Behind the last layer's gradient: two gradients of inputs, two of weights.
    assertTrue(after.stream().filter("matmul"::equals).count() >= 3, ops::toString);
  }
}
