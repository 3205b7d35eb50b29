package dev.tapedeck.ops;

import static dev.tapedeck.ops.Operand.index;
import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.ops.Window.Padding.SAME;
import static dev.tapedeck.ops.Window.Padding.VALID;

import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;

/** Convolution, pooling, softmax and its losses. */
final class NeuralTable {
  private NeuralTable() {}

  private static final Window HALVING = new Window(2, 2, 2, 2, VALID);
  private static final Window PADDED = new Window(3, 2, 1, 2, SAME);
  private static final Window SPARSE = new Window(1, 2, 3, 4, SAME);
  private static final Window OVERLAPPING = new Window(3, 3, 2, 1, VALID);

  static final List<Row> ROWS =
      List.of(
          convolution(1, VALID),
          convolution(2, VALID),
          convolution(1, SAME),
          convolution(2, SAME),
          convolution(4, SAME),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, HALVING),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, PADDED),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, OVERLAPPING),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, SPARSE),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, HALVING),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, PADDED),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, OVERLAPPING),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, SPARSE),
          classes(row("softmax", Softmax::softmax)).matches(References.softmax(p -> p)),
          classes(row("logSoftmax", Softmax::logSoftmax)).matches(References.softmax(Math::log)),
          row("sparseSoftmaxCrossEntropy", Softmax::sparseSoftmaxCrossEntropy)
              .on(index(4, 3), real(3, 4))
              .on(index(30, 20), real(20, 30))
              .on(index(3, 2, 2), real(2, 2, 3))
              .on(index(4), real(4))
              .on(index(4, 0), real(0, 4))
              .matches(References::sparse),
          row("softmaxCrossEntropy", Softmax::softmaxCrossEntropy)
              .on(real(3, 4).within(0, 1), real(3, 4))
              .on(real(20, 30).within(0, 1), real(20, 30))
              .on(real(4).within(0, 1), real(4))
              .matches(References::crossEntropy),
          row("sigmoidCrossEntropy", Softmax::sigmoidCrossEntropy)
              .on(real(3, 4).within(0, 1), real(3, 4))
              .on(real(20, 30).within(0, 1), real(20, 30))
              .on(real().within(0, 1), real())
              .on(real(0, 3).within(0, 1), real(0, 3))
              .is(
                  (z, x) ->
                      -z * Math.log(References.sigmoid(x))
                          - (1 - z) * Math.log(1 - References.sigmoid(x))));

  private static Row convolution(int step, Window.Padding padding) {
    return row(
            "conv2d " + padding + " by " + step, (x, k) -> Convolution.conv2d(x, k, step, padding))
        .on(real(2, 4, 5, 2), real(3, 2, 2, 3))
        .on(real(1, 3, 3, 1), real(1, 1, 1, 1))
        .on(real(3, 10, 9, 4), real(3, 3, 4, 5))
        .on(real(0, 4, 5, 2), real(3, 2, 2, 3))
        .on(real(2, 4, 5, 0), real(3, 2, 0, 3))
        .matches(References.conv2d(step, padding == SAME));
  }

  private static Row pooling(
      String name,
      BiFunction<Object, Window, Tensor> op,
      ToDoubleFunction<double[]> function,
      Window window) {
    return row(name + " " + window, x -> op.apply(x, window))
        .on(real(2, 4, 5, 2))
        .on(real(2, 4, 5, 2).within(-2, -1))
        .on(real(3, 10, 9, 4))
        .on(real(0, 4, 5, 2))
        .matches(References.pool(window, function));
  }

  private static Row classes(Row row) {
    return row.on(real(3, 4)).on(real(20, 30)).on(real(5)).on(real(2, 2, 3)).on(real(0, 4));
  }
}
