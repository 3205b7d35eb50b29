package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayersTest {
  private static final class Twice extends Model {
    private final Dense hidden = new Dense(3, Activations::relu);
    private final Dense logits = new Dense(2).useBias(false);

    @Override
    protected Tensor call(Tensor x) {
      return logits.apply(hidden.apply(hidden.apply(x)));
    }
  }

  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  @Test
  void variablesAreMadeByTheFirstCall() {
    Dense dense = new Dense(3);
    assertEquals(List.of(), dense.variables());
    dense.apply(Tensor.ones(DType.FLOAT64, 2, 4));
    assertEquals(List.of("kernel", "bias"), List.copyOf(dense.namedVariables().keySet()));
    assertEquals(
        List.of("float64 (4, 3)", "float64 (3,)"),
        dense.trainableVariables().stream().map(v -> v.spec().toString()).toList());
  }

  @Test
  void variablesAreNamedByPathAndASharedLayerCountsOnce() {
    Twice model = new Twice();
    model.apply(ones(1, 3));
    assertEquals(
        List.of("hidden/kernel", "hidden/bias", "logits/kernel"),
        List.copyOf(model.namedVariables().keySet()));
  }

  @Test
  void initializersAreUsed() {
    Conv2D layer =
        new Conv2D(2, 2)
            .kernelInitializer(Initializers.constant(0.5))
            .biasInitializer(Initializers.ones());
    assertArrayEquals(new float[] {7, 7}, layer.apply(ones(1, 2, 2, 3)).toFloatArray());
  }

  @Test
  void anEmptyBatchGivesAnEmptyBatch() {
    assertEquals(Shape.of(0, 5), new Dense(5).apply(ones(0, 3)).shape());
    assertEquals(Shape.of(0, 2, 5), new Dense(5).apply(ones(0, 2, 3)).shape());
    assertEquals(Shape.of(0, 6), new Flatten().apply(ones(0, 2, 3)).shape());
  }

  @Test
  void activationAppliesItsFunction() {
    assertArrayEquals(
        new float[] {0, 2},
        new Activation(Activations::relu).apply(new float[] {-1, 2}).toFloatArray());
  }

  private static <L extends Layer> L built(L layer, Object input) {
    layer.apply(input);
    return layer;
  }

  static Stream<Arguments> mistakes() {
    Tensor image = ones(1, 3, 3, 2);
    return Stream.of(
        arguments((Executable) () -> new Dense(0), "Dense: units must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new Dense(3).apply(ones(4)),
            "Dense: needs inputs [n, .., features] of rank 2 or more, received (4,); batch(n) the"
                + " dataset, or expandDims a single example"),
        arguments(
            (Executable) () -> built(new Dense(3), ones(2, 4)).apply(ones(2, 5)),
            "Dense: the kernel is float32 (4, 3), the input float32 (2, 5) needs float32 (5, 3);"
                + " cast or reshape the input, or give it a layer of its own"),
        arguments(
            (Executable) () -> new Dense(3).apply(new int[][] {{1, 2}}),
            "Dense: the kernel is float32 (2, 3), the input int32 (1, 2) needs int32 (2, 3); cast"
                + " or reshape the input, or give it a layer of its own"),
        arguments(
            (Executable) () -> built(new Dense(3), ones(2, 4)).useBias(false),
            "Dense: useBias has no effect after the first call; set it before"),
        arguments(
            (Executable) () -> new Conv2D(0, 3), "Conv2D: filters must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new Conv2D(1, 0),
            "Conv2D: kernelSize must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new Conv2D(1, 3).strides(-1),
            "Conv2D: strides must be 1 or more, received -1"),
        arguments(
            (Executable) () -> new Conv2D(1, 3).apply(ones(3, 3, 2)),
            "Conv2D: needs images [n, h, w, c], received (3, 3, 2); batch(n) the dataset, or"
                + " expandDims a single image, or one without channels"),
        arguments(
            (Executable) () -> built(new Conv2D(4, 3), image).apply(ones(1, 3, 3, 1)),
            "Conv2D: the kernel is float32 (3, 3, 2, 4), the input float32 (1, 3, 3, 1) needs"
                + " float32 (3, 3, 1, 4); cast or reshape the input, or give it a layer of its own"),
        arguments(
            (Executable) () -> new Conv2D(1, 4).apply(image),
            "conv2d: the window 4x4/1x1 VALID must fit into the images, received (1, 3, 3, 2);"
                + " use padding"
                + " SAME or larger images"),
        arguments(
            (Executable) () -> new MaxPooling2D(0),
            "MaxPooling2D: poolSize must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new AveragePooling2D(2).padding(Padding.SAME).apply(ones(3, 3)),
            "avgPool2d: images [n, h, w, c] must have rank 4, received (3, 3); add axes of size 1"
                + " with expandDims"),
        arguments(
            (Executable) () -> new Flatten().apply(1f),
            "Flatten: needs inputs [n, ..], received a scalar; reshape it to (1, 1)"),
        arguments(
            (Executable) () -> new Dropout(1),
            "Dropout: the rate, the part that is set to 0, must be in [0, 1), received 1.0"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreExplained(Executable mistake, String message) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }
}
