package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraints;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Layer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionLayersTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  private static Stream<DynamicTest> check(Supplier<Layer> layer, int... shape) {
    return LayerCheck.tests(layer, Operand.real(shape));
  }

  @TestFactory
  Stream<DynamicTest> gradients() {
    return Stream.of(
            check(() -> new Conv1D(2, 3).padding(Padding.CAUSAL).dilationRate(2), 2, 5, 2),
            check(
                () ->
                    new Conv2D(4, List.of(2, 3), Activations::tanh)
                        .groups(2)
                        .strides(2, 1)
                        .padding(Padding.SAME)
                        .dataFormat(ImageLayout.CHANNELS_FIRST),
                1,
                2,
                3,
                4),
            check(() -> new Conv3D(2, List.of(1, 2, 2)).dilationRate(1, 2, 1), 1, 2, 3, 3, 2),
            check(() -> new Conv1DTranspose(2, 3).strides(2).outputPadding(1), 1, 3, 2),
            check(
                () ->
                    new Conv2DTranspose(2, List.of(3, 2))
                        .strides(2, 3)
                        .padding(Padding.SAME)
                        .outputPadding(0, 2),
                1,
                2,
                3,
                2),
            check(
                () -> new Conv3DTranspose(1, 2).dataFormat(ImageLayout.CHANNELS_FIRST),
                1,
                2,
                2,
                1,
                2),
            check(() -> new DepthwiseConv1D(2).depthMultiplier(2).strides(2), 2, 5, 2),
            check(
                () ->
                    new DepthwiseConv2D(List.of(2, 1))
                        .strides(1, 2)
                        .dilationRate(2, 1)
                        .padding(Padding.SAME),
                1,
                3,
                4,
                2),
            check(() -> new SeparableConv1D(3, 2).depthMultiplier(2), 1, 4, 2),
            check(() -> new SeparableConv2D(2, List.of(1, 2)).strides(1, 2), 1, 2, 4, 2))
        .flatMap(tests -> tests);
  }

  @Test
  void stridesAndDilationMayBothBeMoreThanOne() {
    Layer layer = new Conv1D(1, 2).strides(2).dilationRate(3);
    layer.apply(ones(1, 8, 1));
    layer.setWeights(List.of(Tensor.of(new float[] {1, 10}, 2, 1, 1), Tensor.of(new float[] {0})));
    Tensor x = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 1, 8, 1);
    assertArrayEquals(new float[] {30, 52, 74}, layer.apply(x).toFloatArray());
  }

  @Test
  void sizesOfImagesMayBeUnknown() {
    TensorSpec images = new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, -1, 3));
    for (Layer layer :
        List.of(
            new Conv2D(2, 3).padding(Padding.SAME),
            new Conv2DTranspose(2, 3).strides(2).outputPadding(1),
            new DepthwiseConv2D(3),
            new SeparableConv2D(2, 3))) {
      assertEquals(4, layer.computeOutputSpec(images).shape().rank());
      layer.apply(ones(2, 5, 4, 3));
    }
  }

  @Test
  void eachKernelHasItsPenaltyAndConstraint() {
    SeparableConv1D layer =
        new SeparableConv1D(2, 1)
            .depthwiseInitializer(Initializers.constant(2))
            .pointwiseInitializer(Initializers.ones())
            .biasInitializer(Initializers.ones())
            .depthwiseRegularizer(Regularizers.l2(1))
            .pointwiseRegularizer(Regularizers.l2(1))
            .biasRegularizer(Regularizers.l2(1))
            .depthwiseConstraint(Constraints.nonNeg())
            .pointwiseConstraint(Constraints.nonNeg());
    layer.apply(ones(1, 2, 3));
    assertEquals(
        List.of(12f, 6f, 2f), layer.losses().stream().map(loss -> loss.toFloatArray()[0]).toList());
  }

  static Stream<Arguments> mistakes() {
    Tensor images = ones(1, 4, 4, 3);
    return Stream.of(
        arguments(
            (Executable) () -> new Conv2D(1, List.of(1, 2, 3)),
            "Conv2D: kernelSize must be one number or 2, received [1, 2, 3]; give one for all"
                + " axes, or one for each"),
        arguments(
            (Executable) () -> new Conv1D(1, 2).strides(1, 2),
            "Conv1D: strides must be one number, received [1, 2]; give one for all axes, or one"
                + " for each"),
        arguments(
            (Executable) () -> new Conv2D(1, 2).dilationRate(0),
            "Conv2D: dilationRate must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new Conv2D(3, 2).groups(2),
            "Conv2D: the filters must split into 2 groups, received 3; use a multiple of the"
                + " groups"),
        arguments(
            (Executable) () -> new Conv2D(2, 2).groups(2).apply(images),
            "Conv2D: the channels must split into 2 groups, received 3 in images (1, 4, 4, 3);"
                + " use a divisor of the channels"),
        arguments(
            (Executable) () -> new Conv2D(1, 2).padding(Padding.CAUSAL),
            "Conv2D: the padding must be VALID or SAME, received CAUSAL; use a Conv1D for"
                + " sequences"),
        arguments(
            (Executable) () -> new Conv2D(1, 2).dataFormat(null),
            "Conv2D: the dataFormat is null; give one, as ImageLayout.CHANNELS_LAST"),
        arguments(
            (Executable)
                () -> new Conv2D(1, 2).dataFormat(ImageLayout.CHANNELS_FIRST).apply(ones(1, 4, 4)),
            "Conv2D: needs images [n, c, h, w], received (1, 4, 4); batch(n) the dataset, or"
                + " expandDims a single image, or one without channels"),
        arguments(
            (Executable) () -> new Conv1DTranspose(1, 2).outputPadding(-1),
            "Conv1DTranspose: outputPadding must be 0 or more, received -1"),
        arguments(
            (Executable) () -> new Conv2DTranspose(1, 3).outputPadding(0, 1).apply(images),
            "Conv2DTranspose: outputPadding must be less than the strides [1, 1], received [0,"
                + " 1]; use larger strides, or pad the output"),
        arguments(
            (Executable)
                () ->
                    new Conv2DTranspose(1, 2).outputPadding(0).padding(Padding.SAME).apply(images),
            "Conv2DTranspose: padding SAME with a kernel of an even size needs outputPadding of 1"
                + " or more, received [0, 0]; leave outputPadding out, or use a kernel of an odd"
                + " size"),
        arguments(
            (Executable) () -> new DepthwiseConv2D(2).depthMultiplier(0),
            "DepthwiseConv2D: depthMultiplier must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new SeparableConv1D(0, 2),
            "SeparableConv1D: filters must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new SeparableConv2D(1, 2).pointwiseInitializer(null),
            "SeparableConv2D: the pointwiseInitializer is null; give one, as"
                + " Initializers.heNormal()"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreExplained(Executable mistake, String message) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }
}
