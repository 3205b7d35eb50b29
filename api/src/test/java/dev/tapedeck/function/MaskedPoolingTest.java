package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class MaskedPoolingTest {
  private static final Pass PASS = new MaskedPooling();

  private static List<Tensor> gradient(
      Tensor x, Window window, UnaryOperator<Tensor> activation, boolean both) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor images = activation.apply(x.reshape(1, 6, 1));
      Tensor y = Pooling.maxPool1d(images, window);
      Tensor loss = both ? y.mul(y).sum().add(images.sum()) : y.mul(y).sum();
      return tape.gradient(loss, List.of(x));
    }
  }

  private static List<String> ops(Window window, UnaryOperator<Tensor> activation, boolean both) {
    return Rewritten.by(PASS, x -> gradient(x, window, activation, both))
        .lines()
        .map(line -> line.replaceAll(".* = (.*)\\(.*\\)", "$1").replaceAll("\\(.*", ""))
        .filter(op -> op.matches("(maxPool|relu).*gradient.*"))
        .toList();
  }

  @Test
  void masksMoveBeforeTheGradientOfPooling() {
    for (Window window : List.of(Window.of(2).strides(2), Window.of(3).padding(1))) {
      assertEquals(
          List.of("relu/gradient0", "maxPool1d/gradient"), ops(window, Activations::relu, false));
      assertEquals(
          List.of("relu6/gradient0", "maxPool1d/gradient"), ops(window, Activations::relu6, false));
    }
  }

  @Test
  void otherGradientsStay() {
    Window window = Window.of(2).strides(2);
    assertEquals(List.of("maxPool1d/gradient"), ops(window, Activations::elu, false));
    assertEquals("maxPool1d/gradient", ops(window, Activations::relu, true).getFirst());
  }
}
