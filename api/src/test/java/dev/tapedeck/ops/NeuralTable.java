package dev.tapedeck.ops;

import static dev.tapedeck.ops.NeuralReferences.or;
import static dev.tapedeck.ops.NeuralReferences.segments;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.index;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Convolution, pooling, normalization, attention, softmax and its losses, segments and images. */
final class NeuralTable {
  private NeuralTable() {}

  private static final int[] RISING = {0, 0, 2, 2, 2};
  private static final int[] MIXED = {2, -1, 0, 2, 1, 0};

  static final List<OpCheck> ROWS =
      Stream.of(
              ConvolutionTable.ROWS,
              PoolingTable.ROWS,
              NormalizationTable.ROWS,
              RecurrentTable.ROWS,
              AttentionTable.ROWS,
              ImageTable.ROWS,
              CtcTable.ROWS,
              classes(),
              rows())
          .flatMap(List::stream)
          .toList();

  /** Ops of logits. */
  private static List<OpCheck> classes() {
    return List.of(
        classes(op("softmax", x -> Softmax.softmax(x))).matches(References.softmax(p -> p)),
        classes(op("logSoftmax", x -> Softmax.logSoftmax(x)))
            .matches(References.softmax(Math::log)),
        op("softmax along 1", x -> Softmax.softmax(x, 1))
            .on(real(2, 3, 4))
            .on(real(2, 3))
            .matches(NeuralReferences.along(1, References.softmax(p -> p)))
            .within(16),
        op("logSoftmax along 0", x -> Softmax.logSoftmax(x, -3))
            .on(real(2, 3, 4))
            .matches(NeuralReferences.along(0, References.softmax(Math::log))),
        op("sparsemax", x -> Activations.sparsemax(x))
            .on(real(3, 4))
            .on(real(20, 30).within(-5, 5))
            .on(real(0, 3))
            .matches(References.along(-1, NeuralReferences::sparsemax)),
        op("sparsemax along 0", x -> Activations.sparsemax(x, -3))
            .on(real(4, 2, 3))
            .matches(References.along(0, NeuralReferences::sparsemax)),
        op("glu", x -> Activations.glu(x))
            .on(real(3, 4))
            .on(real(6))
            .on(real(0, 2))
            .matches(References.along(-1, NeuralReferences::gatedHalf)),
        op("glu along 1", x -> Activations.glu(x, 1))
            .on(real(2, 4, 3))
            .matches(References.along(1, NeuralReferences::gatedHalf)),
        op("sparseSoftmaxCrossEntropy", Softmax::sparseSoftmaxCrossEntropy)
            .on(index(4, 3), real(3, 4))
            .on(index(30, 20), real(20, 30))
            .on(index(3, 2, 2), real(2, 2, 3))
            .on(index(4), real(4))
            .on(index(4, 0), real(0, 4))
            .matches(References::sparse),
        op("softmaxCrossEntropy", Softmax::softmaxCrossEntropy)
            .on(real(3, 4).within(0, 1), real(3, 4))
            .on(real(20, 30).within(0, 1), real(20, 30))
            .on(real(4).within(0, 1), real(4))
            .matches(References::crossEntropy),
        op("sigmoidCrossEntropy", Softmax::sigmoidCrossEntropy)
            .on(real(3, 4).within(0, 1), real(3, 4))
            .on(real(20, 30).within(0, 1), real(20, 30))
            .on(real().within(0, 1), real())
            .on(real(0, 3).within(0, 1), real(0, 3))
            .matches(
                x ->
                    Grid.pointwise(
                        v ->
                            -v[0] * Math.log(References.sigmoid(v[1]))
                                - (1 - v[0]) * Math.log(1 - References.sigmoid(v[1])),
                        x)));
  }

  /** Ops of rows, images and their like. */
  private static List<OpCheck> rows() {
    return List.of(
        op("embeddingLookup", (t, i) -> Indexing.embeddingLookup(t, i))
            .on(real(4, 3), index(4, 2, 5))
            .on(real(4), index(4, 2))
            .on(real(4, 3), index(4, 0))
            .takes(ANY)
            .matches(References.gather(0)),
        sorted("segmentSum", Segments::segmentSum, References::sum).takes(NUMERIC),
        sorted("segmentMean", Segments::segmentMean, References::mean),
        sorted("segmentMax", Segments::segmentMax, References::largest).takes(NUMERIC),
        sorted("segmentMin", Segments::segmentMin, References::smallest).takes(NUMERIC),
        unsorted("unsortedSegmentSum", Segments::unsortedSegmentSum, References::sum)
            .takes(NUMERIC),
        unsorted("unsortedSegmentMean", Segments::unsortedSegmentMean, or(0, References::mean)),
        op("unsortedSegmentMax", x -> Segments.unsortedSegmentMax(x, MIXED, 3))
            .on(real(6, 2))
            .on(real(6))
            .takes(NUMERIC)
            .matches(
                x ->
                    segments(3, References::largest)
                        .of(x[0], new Grid(new int[] {6}, 2, -1, 0, 2, 1, 0))),
        op("unsortedSegmentMin", x -> Segments.unsortedSegmentMin(x, MIXED, 3))
            .on(real(6, 2))
            .on(real(6))
            .takes(NUMERIC)
            .matches(
                x ->
                    segments(3, References::smallest)
                        .of(x[0], new Grid(new int[] {6}, 2, -1, 0, 2, 1, 0))),
        op("resizeNearest up", x -> Images.resizeNearest(x, 7, 5))
            .on(real(2, 3, 4, 2))
            .takes(ANY)
            .matches(NeuralReferences.nearest(7, 5)),
        op("resizeNearest down", x -> Images.resizeNearest(x, 2, 3))
            .on(real(1, 5, 7, 1))
            .takes(ANY)
            .matches(NeuralReferences.nearest(2, 3)),
        op("resizeBilinear up", x -> Images.resizeBilinear(x, 7, 5))
            .on(real(2, 3, 4, 2))
            .on(real(1, 1, 1, 1))
            .matches(NeuralReferences.bilinear(7, 5))
            .within(32),
        op("resizeBilinear down", x -> Images.resizeBilinear(x, 2, 3))
            .on(real(1, 5, 7, 1))
            .on(real(0, 5, 7, 1))
            .matches(NeuralReferences.bilinear(2, 3))
            .within(32),
        resize("resize bicubic up", 7, 6, Interpolation.BICUBIC, false),
        resize("resize bicubic down", 2, 3, Interpolation.BICUBIC, false),
        resize("resize bicubic antialias", 2, 3, Interpolation.BICUBIC, true),
        resize("resize bilinear antialias", 2, 3, Interpolation.BILINEAR, true),
        resize("resize lanczos3 up", 7, 6, Interpolation.LANCZOS3, false),
        resize("resize lanczos3 down", 2, 3, Interpolation.LANCZOS3, false),
        resize("resize lanczos5 up", 7, 6, Interpolation.LANCZOS5, false),
        resize("resize lanczos5 antialias", 2, 3, Interpolation.LANCZOS5, true));
  }

  private static OpCheck resize(
      String name, int height, int width, Interpolation interpolation, boolean antialias) {
    return op(name, x -> Images.resize(x, height, width, interpolation, antialias))
        .on(real(1, 5, 4, 2))
        .matches(NeuralReferences.resized(height, width, interpolation, antialias))
        .within(64);
  }

  private static OpCheck sorted(
      String name, OpCheck.Binary op, ToDoubleFunction<double[]> function) {
    return op(name, x -> op.of(x, RISING))
        .on(real(5, 3))
        .on(real(5))
        .on(real(5, 0))
        .matches(
            x -> segments(3, or(0, function)).of(x[0], new Grid(new int[] {5}, 0, 0, 2, 2, 2)));
  }

  /** An unsorted segment op. */
  @FunctionalInterface
  private interface Unsorted {
    Tensor of(Object data, Object ids, long segments);
  }

  private static OpCheck unsorted(String name, Unsorted op, ToDoubleFunction<double[]> function) {
    return op(name, (x, i) -> op.of(x, i, 4))
        .on(real(5, 3), index(4, 5).within(-1, 3))
        .on(real(2, 3, 2), index(4, 2, 3))
        .on(real(3), index(4, 3))
        .on(real(), index(4))
        .on(real(0, 3), index(4, 0))
        .matches(segments(4, function));
  }

  private static OpCheck classes(OpCheck row) {
    return row.on(real(3, 4))
        .on(real(20, 30))
        .on(real(5))
        .on(real(2, 2, 3))
        .on(real(0, 4))
        .on(real(3, 0));
  }
}
