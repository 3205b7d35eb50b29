package dev.tapedeck.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizersTest {
  static Stream<Optimizer> optimizers() {
    return Stream.of(new SGD(0.1), new SGD(0.1, 0.5), new SGD(0.1, 0.5, true), new Adam(0.3));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void findsTheMinimum(Optimizer optimizer) {
    Variable x = Variable.of(5f);
    Variable y = Variable.of(new float[] {-1, 2});
    for (int step = 0; step < 150; step++) {
      optimizer.minimize(() -> x.sub(3).pow(2).add(y.pow(2).sum()), List.of(x, y));
    }
    assertEquals(150, optimizer.iterations().value().item());
    assertEquals(3, x.value().item(), 0.01);
    assertEquals(0, y.abs().max().item(), 0.01);
  }

  @Test
  void aNewLearningRateHoldsFromTheNextStep() {
    for (Optimizer optimizer : List.of(new SGD(1), new Adam(1))) {
      Variable x = Variable.of(5f);
      optimizer.learningRate().assign(0.25f);
      optimizer.applyGradients(List.of(Tensor.of(1f)), List.of(x));
      assertEquals(4.75, x.value().item(), 1e-6);
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            (Executable) () -> new SGD(-1),
            "optimizer: the learning rate must be 0 or more, received -1.0"),
        arguments(
            (Executable) () -> new SGD(0.1, 1.5), "SGD: momentum must be in [0, 1], received 1.5"),
        arguments(
            (Executable) () -> new Adam(0.1, 1, 0.999, 1e-7),
            "Adam: beta1 must be in [0, 1), received 1.0"),
        arguments(
            (Executable) () -> new Adam(0.1, 0.9, Double.NaN, 1e-7),
            "Adam: beta2 must be in [0, 1), received NaN"),
        arguments(
            (Executable) () -> new Adam(0.1, 0.9, 0.999, -1),
            "Adam: epsilon must be 0 or more, received -1.0"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreExplained(Executable mistake, String message) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake).getMessage());
  }
}
