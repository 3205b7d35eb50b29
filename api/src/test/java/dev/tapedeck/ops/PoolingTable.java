package dev.tapedeck.ops;

import static dev.tapedeck.ops.NeuralReferences.channelsFirst;
import static dev.tapedeck.ops.kernels.Window.Padding.SAME;
import static dev.tapedeck.ops.neural.ImageLayout.CHANNELS_FIRST;
import static dev.tapedeck.ops.neural.ImageLayout.CHANNELS_LAST;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.OpCheck;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Pooling. */
final class PoolingTable {
  private PoolingTable() {}

  private static final List<Window> WINDOWS =
      List.of(
          Window.of(2, 2).strides(2),
          Window.of(3, 2).strides(1, 2).padding(SAME),
          Window.of(1, 2).strides(3, 4).padding(SAME),
          Window.of(3, 3).strides(2, 1),
          Window.of(2, 2).dilations(3, 1).padding(SAME),
          Window.of(2, 3).strides(2).padding(new int[] {1, 0}, new int[] {0, 2}));

  private static final Window LINE = Window.of(3).strides(2).padding(SAME);
  private static final Window CUBE = Window.of(2, 3, 2).strides(1, 2, 2).padding(SAME);
  private static final Window FIRST = Window.of(2).strides(1, 2);

  static final List<OpCheck> ROWS =
      Stream.of(
              WINDOWS.stream()
                  .map(w -> pool("maxPool2d", Pooling::maxPool2d, References::largest, w)),
              WINDOWS.stream().map(w -> pool("avgPool2d", Pooling::avgPool2d, References::mean, w)),
              others())
          .flatMap(rows -> rows)
          .toList();

  private static OpCheck pool(
      String name,
      BiFunction<Object, Window, Tensor> op,
      ToDoubleFunction<double[]> function,
      Window window) {
    return op(name + " " + window, x -> op.apply(x, window))
        .on(real(2, 4, 5, 2))
        .on(real(2, 4, 5, 2).within(-2, -1))
        .on(real(3, 10, 9, 4))
        .on(real(0, 4, 5, 2))
        .matches(NeuralReferences.pool(window, function));
  }

  private static Stream<OpCheck> others() {
    return Stream.of(
        op("maxPool1d", x -> Pooling.maxPool1d(x, LINE))
            .on(real(2, 6, 3))
            .on(real(1, 5, 1))
            .matches(NeuralReferences.pool(LINE, References::largest)),
        op("avgPool1d", x -> Pooling.avgPool1d(x, LINE))
            .on(real(2, 6, 3))
            .on(real(1, 5, 1))
            .matches(NeuralReferences.pool(LINE, References::mean)),
        op("maxPool3d", x -> Pooling.maxPool3d(x, CUBE))
            .on(real(2, 3, 4, 3, 2))
            .matches(NeuralReferences.pool(CUBE, References::largest)),
        op("avgPool3d", x -> Pooling.avgPool3d(x, CUBE))
            .on(real(2, 3, 4, 3, 2))
            .matches(NeuralReferences.pool(CUBE, References::mean)),
        op("maxPool1d of a size", x -> Pooling.maxPool1d(x, 2))
            .on(real(2, 7, 3))
            .matches(NeuralReferences.pool(Window.of(2).strides(2), References::largest)),
        op("avgPool1d of a size", x -> Pooling.avgPool1d(x, 3))
            .on(real(2, 7, 3))
            .matches(NeuralReferences.pool(Window.of(3).strides(3), References::mean)),
        op("maxPool2d of a size", x -> Pooling.maxPool2d(x, 2))
            .on(real(2, 5, 4, 2))
            .matches(NeuralReferences.pool(Window.of(2, 2).strides(2), References::largest)),
        op("avgPool2d of sizes", x -> Pooling.avgPool2d(x, 2, 3))
            .on(real(2, 4, 6, 2))
            .matches(NeuralReferences.pool(Window.of(2, 3).strides(2, 3), References::mean)),
        op("maxPool3d of sizes", x -> Pooling.maxPool3d(x, 1, 2, 3))
            .on(real(2, 2, 4, 3, 2))
            .matches(
                NeuralReferences.pool(Window.of(1, 2, 3).strides(1, 2, 3), References::largest)),
        op("avgPool3d of a size", x -> Pooling.avgPool3d(x, 2))
            .on(real(2, 2, 4, 3, 2))
            .matches(NeuralReferences.pool(Window.of(2, 2, 2).strides(2), References::mean)),
        op("maxPool1d channels first", x -> Pooling.maxPool1d(x, LINE, CHANNELS_FIRST))
            .on(real(2, 3, 6))
            .matches(channelsFirst(NeuralReferences.pool(LINE, References::largest))),
        op("avgPool1d channels first", x -> Pooling.avgPool1d(x, LINE, CHANNELS_FIRST))
            .on(real(2, 3, 6))
            .matches(channelsFirst(NeuralReferences.pool(LINE, References::mean))),
        op("maxPool2d channels first", x -> Pooling.maxPool2d(x, FIRST, CHANNELS_FIRST))
            .on(real(2, 3, 4, 5))
            .matches(channelsFirst(NeuralReferences.pool(FIRST, References::largest))),
        op("avgPool2d channels first", x -> Pooling.avgPool2d(x, FIRST, CHANNELS_FIRST))
            .on(real(2, 3, 4, 5))
            .matches(channelsFirst(NeuralReferences.pool(FIRST, References::mean))),
        op("maxPool3d channels first", x -> Pooling.maxPool3d(x, CUBE, CHANNELS_FIRST))
            .on(real(2, 2, 3, 4, 3))
            .matches(channelsFirst(NeuralReferences.pool(CUBE, References::largest))),
        op("avgPool3d channels first", x -> Pooling.avgPool3d(x, CUBE, CHANNELS_FIRST))
            .on(real(2, 2, 3, 4, 3))
            .matches(channelsFirst(NeuralReferences.pool(CUBE, References::mean))),
        op("globalMaxPool", x -> Pooling.globalMaxPool(x))
            .on(real(2, 4, 5, 3))
            .matches(References.reduce(References::largest, false, 1, 2)),
        op("globalMaxPool channels first", x -> Pooling.globalMaxPool(x, false, CHANNELS_FIRST))
            .on(real(2, 3, 5))
            .matches(References.reduce(References::largest, false, 2)),
        op("globalAvgPool", x -> Pooling.globalAvgPool(x))
            .on(real(2, 4, 5, 3))
            .on(real(2, 0, 5, 3))
            .matches(References.reduce(References::mean, false, 1, 2)),
        op("globalAvgPool kept", x -> Pooling.globalAvgPool(x, true, CHANNELS_LAST))
            .on(real(2, 2, 4, 5, 3))
            .matches(References.reduce(References::mean, true, 1, 2, 3)));
  }
}
