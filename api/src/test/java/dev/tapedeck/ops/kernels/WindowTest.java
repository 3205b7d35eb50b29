package dev.tapedeck.ops.kernels;

import static dev.tapedeck.ops.kernels.Window.Padding.SAME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowTest {
  @ParameterizedTest
  @CsvSource({
    // image, size, stride, dilation, windows and padding before: VALID, SAME
    "5, 3, 1, 1, 3, 5, 1",
    "5, 2, 1, 1, 4, 5, 0",
    "6, 3, 2, 1, 2, 3, 0",
    "7, 3, 2, 1, 3, 4, 1",
    "5, 1, 3, 1, 2, 2, 0",
    "5, 2, 1, 3, 2, 5, 1",
    "2, 3, 1, 1, 0, 2, 1",
    "0, 3, 1, 1, 0, 0, 1",
    "-1, 3, 2, 1, -1, -1, 0",
  })
  void countsWindows(
      long image, int size, int stride, int dilation, long valid, long same, long before) {
    Window window = Window.of(size).strides(stride).dilations(dilation);
    Window.Axis padded = window.padding(SAME).axes().getFirst();
    assertEquals(valid, window.axes().getFirst().count(image));
    assertEquals(same, padded.count(image));
    if (same > 0) {
      assertEquals(before, padded.padBefore(image));
    }
  }

  @Test
  void oneNumberHoldsForAllAxes() {
    assertEquals(Window.of(3, 3), Window.of(3).ofRank(2, "test"));
    assertEquals(Window.of(3, 3).strides(1, 2), Window.of(3).strides(1, 2));
    assertEquals(Window.of(2, 3).padding(1), Window.of(2, 3).padding(1, 1));
    assertEquals(Shape.of(7, 4, 3, 9), Window.of(3).strides(1, 2).output(Shape.of(7, 6, 8, 5), 9));
  }

  @Test
  void printsWhatItIs() {
    assertEquals("3/1 VALID", Window.of(3).toString());
    assertEquals("2x3/2x2 SAME", Window.of(2, 3).strides(2).padding(SAME).toString());
    assertEquals(
        "2x3/1x1 dilated 1x4 VALID,1:2",
        Window.of(2, 3).dilations(1, 4).padding(new int[] {0, 1}, new int[] {0, 2}).toString());
  }

  /** The first and the last window lie wholly in padding. */
  private static void pooled(
      BiFunction<Object, Window, Tensor> op, double[] expected, double... gradient) {
    Tensor x = Tensor.of(new double[] {1, 3}).reshape(1, 2, 1);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = op.apply(x, Window.of(2).strides(2).padding(2));
      assertArrayEquals(expected, y.toDoubleArray());
      Tensor middle = Indexing.narrow(y, 1, 1, 1);
      assertArrayEquals(gradient, tape.gradient(middle, x).toDoubleArray());
    }
  }

  @Test
  void ofNothingThereIsNoLargestAndNoMean() {
    double none = Double.NEGATIVE_INFINITY;
    pooled(Pooling::maxPool1d, new double[] {none, 3, none}, 0, 1);
    pooled(Pooling::avgPool1d, new double[] {Double.NaN, 2, Double.NaN}, 0.5, 0.5);
  }

  @Test
  void aWindowOfManyChannelsAndNoImagesGivesNothing() {
    Tensor none = Tensor.zeros(DType.FLOAT32, 0, 9, 9, 4);
    Tensor kernel = Tensor.zeros(DType.FLOAT32, 3, 3, 2, 6);
    ConvOptions options = new ConvOptions().groups(2).strides(2);
    assertEquals(Shape.of(0, 4, 4, 6), Convolution.conv2d(none, kernel, options).shape());
  }
}
