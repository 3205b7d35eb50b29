package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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

class PoolingLayersTest {
  private static final Tensor X =
      Tensor.of(new float[] {5, 1, 3, 2, 8, 4, 0, 9, 7, 6, 12, 11}, 2, 3, 2);

  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  private static Stream<DynamicTest> check(Supplier<Layer> layer, int... shape) {
    return LayerCheck.tests(layer, Operand.real(shape));
  }

  @TestFactory
  Stream<DynamicTest> gradients() {
    return Stream.of(
            check(() -> new MaxPooling1D().strides(1), 2, 4, 2),
            check(() -> new MaxPooling2D(List.of(2, 1)).padding(Padding.SAME), 1, 3, 3, 2),
            check(() -> new MaxPooling3D().dataFormat(ImageLayout.CHANNELS_FIRST), 1, 2, 2, 2, 3),
            check(() -> new AveragePooling1D(3).strides(2).padding(Padding.SAME), 2, 4, 2),
            check(() -> new AveragePooling2D(2).strides(2, 1), 1, 3, 3, 2),
            check(() -> new AveragePooling3D(List.of(1, 2, 2)), 1, 2, 2, 3, 2),
            check(() -> new GlobalMaxPooling2D().keepdims(true), 2, 2, 3, 2),
            check(() -> new GlobalAveragePooling3D(), 2, 2, 1, 3, 2),
            check(() -> new AdaptiveMaxPooling2D(List.of(2, 3)), 1, 5, 4, 2),
            check(
                () -> new AdaptiveAveragePooling2D(3).dataFormat(ImageLayout.CHANNELS_FIRST),
                1,
                2,
                4,
                2))
        .flatMap(tests -> tests);
  }

  @Test
  void oneAdaptiveWindowIsGlobal() {
    assertArrayEquals(
        new GlobalMaxPooling1D().apply(X).toFloatArray(),
        new AdaptiveMaxPooling1D(1).apply(X).toFloatArray());
    assertArrayEquals(
        new GlobalAveragePooling1D().apply(X).toFloatArray(),
        new AdaptiveAveragePooling1D(1).apply(X).toFloatArray(),
        1e-6f);
  }

  @Test
  void stridesFollowThePoolSizeUnlessGiven() {
    assertEquals(
        Shape.of(1, 2, 1, 1), new MaxPooling2D(List.of(2, 3)).apply(ones(1, 4, 4, 1)).shape());
    assertEquals(
        Shape.of(1, 3, 2, 1),
        new MaxPooling2D(List.of(2, 3)).strides(1).apply(ones(1, 4, 4, 1)).shape());
  }

  @Test
  void stepsWithoutAnyValidOneHaveNoMean() {
    Tensor masked =
        X.withMask(Tensor.of(new boolean[][] {{true, false, true}, {false, false, false}}));
    Tensor y = new GlobalAveragePooling1D().apply(masked);
    assertArrayEquals(new float[] {6.5f, 2.5f, Float.NaN, Float.NaN}, y.toFloatArray());
    assertNull(y.mask());
  }

  @Test
  void sizesOfImagesMayBeUnknown() {
    TensorSpec images = new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, -1, 3));
    assertEquals(images.shape(), new AveragePooling2D(2).computeOutputSpec(images).shape());
    assertEquals(Shape.of(-1, 3), new GlobalMaxPooling2D().computeOutputSpec(images).shape());
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            (Executable) () -> new MaxPooling3D(List.of(1, 2)),
            "MaxPooling3D: poolSize must be one number or 3, received [1, 2]; give one for all"
                + " axes, or one for each"),
        arguments(
            (Executable) () -> new AveragePooling1D(2).strides(0),
            "AveragePooling1D: strides must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new MaxPooling1D().padding(Padding.CAUSAL),
            "MaxPooling1D: the padding must be VALID or SAME, received CAUSAL; use a Conv1D for"
                + " sequences"),
        arguments(
            (Executable) () -> new MaxPooling2D(3).apply(ones(1, 2, 5, 1)),
            "maxPool2d: the window 3x3/3x3 VALID must fit into the images, received (1, 2, 5, 1);"
                + " use padding SAME or larger images"),
        arguments(
            (Executable) () -> new GlobalMaxPooling2D().apply(ones(1, 2, 3)),
            "GlobalMaxPooling2D: needs images [n, h, w, c], received (1, 2, 3); batch(n) the"
                + " dataset, or expandDims a single image, or one without channels"),
        arguments(
            (Executable) () -> new GlobalAveragePooling1D().dataFormat(null),
            "GlobalAveragePooling1D: the dataFormat is null; give one, as"
                + " ImageLayout.CHANNELS_LAST"),
        arguments(
            (Executable)
                () ->
                    new GlobalAveragePooling1D()
                        .dataFormat(ImageLayout.CHANNELS_FIRST)
                        .apply(ones(1, 2, 2).withMask(Tensor.of(new boolean[][] {{true, false}}))),
            "GlobalAveragePooling1D: needs channels last for a mask, which is of the first axes,"
                + " received a mask (1, 2) of (1, 2, 2); transpose(x, 0, 2, 1) first, and set the"
                + " mask then"),
        arguments(
            (Executable) () -> new AdaptiveMaxPooling1D(0),
            "AdaptiveMaxPooling1D: outputSize must be 1 or more, received 0"),
        arguments(
            (Executable) () -> new AdaptiveMaxPooling1D(2).apply(new int[1][2][3]),
            "AdaptiveMaxPooling1D: needs a floating point type, received int32; cast it first"),
        arguments(
            (Executable)
                () ->
                    new AdaptiveMaxPooling1D(2)
                        .build(new TensorSpec(DType.FLOAT32, Shape.of(1, -1, 3))),
            "AdaptiveMaxPooling1D: needs images of known sizes of 1 or more, received (1, ?, 3);"
                + " give them in full"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreExplained(Executable mistake, String message) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }
}
