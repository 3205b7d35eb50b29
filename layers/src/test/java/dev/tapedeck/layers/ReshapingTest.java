package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ReshapingTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    Operand images = Operand.real(1, 3, 2, 2);
    return Stream.of(
            LayerCheck.tests(() -> new Reshape(-1, 2), Operand.real(2, 4)),
            LayerCheck.tests(() -> new Permute(2, 1), Operand.real(2, 3, 2)),
            LayerCheck.tests(() -> new RepeatVector(2), Operand.real(2, 3)),
            LayerCheck.tests(() -> new Cropping2D(List.of(List.of(1), List.of(0, 1))), images),
            LayerCheck.tests(ZeroPadding2D::new, images),
            LayerCheck.tests(() -> new UpSampling2D(List.of(1, 2)), images),
            LayerCheck.tests(
                () -> new UpSampling2D(2).interpolation(Interpolation.BICUBIC), images),
            LayerCheck.tests(() -> new Flatten().dataFormat(ImageLayout.CHANNELS_FIRST), images))
        .flatMap(tests -> tests);
  }

  private static Shape inferred(Layer layer, long... input) {
    return layer.computeOutputSpec(new TensorSpec(DType.FLOAT32, Shape.of(input))).shape();
  }

  @Test
  void sizesMayBeUnknown() {
    assertEquals(Shape.of(-1, 3, 2), inferred(new Reshape(3, 2), -1, 6));
    assertEquals(Shape.of(-1, -1, 2, 4), inferred(new Reshape(-1, 2, 4), -1, -1, 8));
    assertEquals(Shape.of(-1, 3, 2), inferred(new Reshape(3, 2), -1, -1));
    assertEquals(Shape.of(-1, -1, 3), inferred(new Cropping1D(2), -1, -1, 3));
    assertEquals(Shape.of(-1, -1, 3), inferred(new ZeroPadding1D(2), -1, -1, 3));
    assertEquals(Shape.of(-1, -1, 6, 2), inferred(new UpSampling2D(List.of(2, 3)), -1, -1, 2, 2));
  }

  @Test
  void examplesAreNotMixed() {
    Tensor x = Input.of(-1);
    Model model = Model.of(x, new Reshape(3).apply(x));
    assertEquals(Shape.of(2, 3), model.apply(ones(2, 3)).shape());
    assertThrows(IllegalArgumentException.class, () -> model.apply(ones(3, 2)));
  }

  @Test
  void stepsOfAnyNumberAreRepeated() {
    Tensor x = Input.of(-1, 2);
    Model model = Model.of(x, new UpSampling1D(2).apply(x));
    TracedFunction<Tensor> traced =
        TracedFunction.<Tensor>ofAll("up", in -> model.apply(in.getFirst()))
            .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, 2)));
    assertArrayEquals(
        new float[] {1, 2, 1, 2, 3, 4, 3, 4},
        traced.call((Object) new float[][][] {{{1, 2}, {3, 4}}}).toFloatArray());
    assertEquals(Shape.of(0, 6, 2), traced.call(ones(0, 3, 2)).shape());
  }

  @Test
  void anEmptyBatchStaysEmpty() {
    assertEquals(Shape.of(0, 2, 3), new Reshape(-1, 3).apply(ones(0, 6)).shape());
    assertEquals(Shape.of(0, 4, 4, 1), new UpSampling2D(2).apply(ones(0, 2, 2, 1)).shape());
    assertEquals(Shape.of(0, 4, 1), new ZeroPadding1D(1).apply(ones(0, 2, 1)).shape());
  }

  @Test
  void wholeNumbersAreMovedToo() {
    Tensor ids = Tensor.of(new int[] {1, 2, 3, 4}, 1, 2, 2);
    assertArrayEquals(
        new int[] {0, 0, 1, 2, 3, 4}, new ZeroPadding1D(List.of(1, 0)).apply(ids).toIntArray());
    assertArrayEquals(new int[] {3, 4}, new Cropping1D(List.of(1, 0)).apply(ids).toIntArray());
    assertArrayEquals(new int[] {1, 3, 2, 4}, new Permute(2, 1).apply(ids).toIntArray());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "Reshape: needs sizes of 0 or more, one of which may be -1, received [-1, -1]; give an"
            + " example's sizes without that of the batch",
        () -> new Reshape(-1, -1));
    assertRefused(
        "Reshape: needs a shape of the 6 elements of an example (2, 3), received (4,); make that the"
            + " product of its sizes",
        () -> new Reshape(4).apply(ones(2, 2, 3)));
    assertRefused(
        "Reshape: needs inputs [n, ..], received a scalar; reshape it to (1, 1)",
        () -> new Reshape(1).apply(ones()));
    assertRefused(
        "Permute: needs each axis from 1 on once, received [0, 1]; name them in their order, as 2, 1",
        () -> new Permute(0, 1));
    assertRefused(
        "Permute: needs inputs of rank 3 for the axes [2, 1], received (2, 3); name all axes but the"
            + " batch's",
        () -> new Permute(2, 1).apply(ones(2, 3)));
    assertRefused("RepeatVector: n must be 1 or more, received 0", () -> new RepeatVector(0));
    assertRefused(
        "RepeatVector: needs vectors [batch, features], received (2, 3, 1); batch(n) the dataset, or"
            + " expandDims a single example",
        () -> new RepeatVector(2).apply(ones(2, 3, 1)));
    assertRefused(
        "Cropping2D: cropping is [before, after], 0 or more, for each of 2 axes, received [[1, 1]];"
            + " use [0, 0] for axes that stay",
        () -> new Cropping2D(List.of(List.of(1, 1))));
    assertRefused(
        "ZeroPadding1D: padding is [before, after], 0 or more, for each of 1 axes, received [[-1]]; use"
            + " [0, 0] for axes that stay",
        () -> new ZeroPadding1D(-1));
    assertRefused(
        "Cropping1D: must leave an element of axis 1 of (1, 3, 2), received [2, 1]; crop less",
        () -> new Cropping1D(List.of(2, 1)).apply(ones(1, 3, 2)));
    assertRefused(
        "ZeroPadding2D: needs inputs [n, c, h, w], received (2, 3); batch(n) the dataset, or"
            + " expandDims a single example",
        () -> new ZeroPadding2D().dataFormat(ImageLayout.CHANNELS_FIRST).apply(ones(2, 3)));
    assertRefused("UpSampling3D: size must be 1 or more, received 0", () -> new UpSampling3D(0));
    assertRefused(
        "UpSampling2D: size must be one number or 2, received [1, 2, 3]; give one for all axes, or one"
            + " for each",
        () -> new UpSampling2D(List.of(1, 2, 3)));
  }
}
