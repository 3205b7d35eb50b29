package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EarlyPoolingTest {
  private static final Pass PASS = new EarlyPooling();
  private static final Window PAIRS = Window.of(2).strides(2);

  private static List<String> ops(Window window, UnaryOperator<Tensor> function) {
    return Rewritten.by(PASS, x -> Pooling.maxPool1d(function.apply(x.reshape(1, 3, 2)), window))
        .lines()
        .map(line -> line.replaceAll(".* = (.*)\\(.*\\)", "$1").replaceAll("\\(.*", ""))
        .filter(op -> !op.equals("reshape"))
        .toList();
  }

  @Test
  void biasAndActivationComeAfterPooling() {
    assertEquals(List.of("maxPool1d", "relu"), ops(PAIRS, Activations::relu));
    assertEquals(List.of("maxPool1d", "relu6"), ops(PAIRS, Activations::relu6));
    Tensor bias = Tensor.of(new float[] {1, -2});
    assertEquals(List.of("maxPool1d", "add"), ops(PAIRS, x -> x.add(bias)));
    assertEquals(
        List.of("add", "maxPool1d", "relu"), ops(PAIRS, x -> Activations.relu(x.add(bias))));
  }

  @Test
  void othersStay() {
    assertEquals(List.of("neg", "maxPool1d"), ops(PAIRS, Tensor::neg));
    assertEquals(List.of("mul", "maxPool1d"), ops(PAIRS, x -> x.mul(2)));
    Tensor places = Tensor.of(new float[] {1, 2, 3}, 3, 1);
    assertEquals(List.of("add", "maxPool1d"), ops(PAIRS, x -> x.add(places)));
    Window padded = Window.of(2).padding(2);
    assertEquals(List.of("relu", "maxPool1d"), ops(padded, Activations::relu));
  }

  @Test
  void imagesThatOthersUseStay() {
    Rewritten.assertKept(
        PASS,
        x -> {
          Tensor images = Activations.relu(x.reshape(1, 3, 2));
          return List.of(Pooling.maxPool1d(images, PAIRS), images);
        });
  }
}
