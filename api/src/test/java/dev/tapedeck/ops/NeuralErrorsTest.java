package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.ints;
import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;
import static dev.tapedeck.ops.kernels.Window.Padding.SAME;
import static dev.tapedeck.ops.kernels.Window.Padding.VALID;
import static dev.tapedeck.ops.neural.ImageLayout.CHANNELS_FIRST;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the ops of neural networks refuse, and the exact words. */
final class NeuralErrorsTest {
  private static final Window WINDOW = Window.of(3);
  private static final ConvOptions BY_ONE = new ConvOptions();

  @TestFactory
  Stream<DynamicTest> windows() {
    return Stream.of(
        says("window: needs at least one size, received none", Window::of),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received size 2147483647,"
                + " stride 1, dilation 1",
            () -> Window.of(Integer.MAX_VALUE, 1)),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received size 1, stride"
                + " 0, dilation 1",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3, 3, 1), 0, SAME)),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received size 0, stride"
                + " 1, dilation 1",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(0, 3, 3, 1), 1, SAME)),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received size 1, stride"
                + " 1, dilation 0",
            () -> new ConvOptions().dilations(0)),
        says(
            "window: padding must be from 0 to 10000, received -1 and 2",
            () -> Window.of(3).padding(new int[] {-1}, new int[] {2})),
        says(
            "window: needs as much padding before axes as behind them, received 2 and 1 numbers",
            () -> Window.of(3).padding(new int[] {1, 1}, new int[] {1})),
        says(
            "window: needs 1 or 3 axes, received the window 2x2/1x1 VALID",
            () -> Window.of(2, 2).strides(1, 2, 1)),
        says(
            "maxPool2d: needs 1 or 2 axes, received the window 2x2x2/1x1x1 VALID",
            () -> Pooling.maxPool2d(zeros(1, 4, 4, 1), Window.of(2, 2, 2))),
        says(
            "conv1d: needs 1 axis, received the window 1x1/2x3 SAME",
            () ->
                Convolution.conv1d(
                    zeros(1, 4, 1), zeros(2, 1, 1), BY_ONE.strides(2, 3).padding(SAME))));
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    return Stream.of(
        says(
            "conv2d: images (1, 4, 4, 3) have 3 channels, the kernel (3, 3, 2, 1) expects 2; images"
                + " are [n, h, w, c]",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3, 2, 1), 1, SAME)),
        says(
            "conv1d: images (1, 4, 3) have 3 channels, the kernel (3, 2, 4) expects 2 groups of 2;"
                + " images are [n, w, c]",
            () -> Convolution.conv1d(zeros(1, 4, 3), zeros(3, 2, 4), BY_ONE.groups(2))),
        says(
            "conv3d: the 3 filters of the kernel (1, 1, 1, 2, 3) do not split into 2 groups",
            () -> Convolution.conv3d(zeros(1, 4, 4, 4, 4), zeros(1, 1, 1, 2, 3), BY_ONE.groups(2))),
        says("convolution: groups must be 1 or more, received 0", () -> BY_ONE.groups(0)),
        says(
            "conv2d: the window 3x3/1x1 VALID does not fit into images (1, 2, 5, 3); use padding"
                + " SAME or larger images",
            () -> Convolution.conv2d(zeros(1, 2, 5, 3), zeros(3, 3, 3, 1), 1, VALID)),
        says(
            "conv2d: the window 3x3/1x1 dilated 2x1 0:1,0:1 does not fit into images (1, 3, 5, 3);"
                + " use padding SAME or larger images",
            () ->
                Convolution.conv2d(
                    zeros(1, 3, 5, 3),
                    zeros(3, 3, 3, 1),
                    BY_ONE.dilations(2, 1).padding(new int[] {0}, new int[] {1}))),
        says(
            "conv2d: images [n, h, w, c] must have rank 4, received (4, 4, 3)",
            () -> Convolution.conv2d(zeros(4, 4, 3), zeros(3, 3, 3, 1), 1, VALID)),
        says(
            "conv3d: images [n, c, d, h, w] must have rank 5, received (4, 4, 3)",
            () ->
                Convolution.conv3d(
                    zeros(4, 4, 3), zeros(3, 3, 3, 1, 1), BY_ONE.layout(CHANNELS_FIRST))),
        says(
            "conv2d: the kernel [kh, kw, c, k] must have rank 4, received (3, 3)",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3), 1, VALID)),
        says(
            "conv2d: element types differ: float32 and float64; cast one, as cast(x, DType.FLOAT64)",
            () ->
                Convolution.conv2d(
                    zeros(1, 4, 4, 3), Tensor.zeros(DType.FLOAT64, 3, 3, 3, 1), 1, VALID)),
        says(
            "depthwiseConv2d: the kernel [kh, kw, c, m] must have rank 4, received (3, 3, 3)",
            () -> Convolution.depthwiseConv2d(zeros(1, 4, 4, 3), zeros(3, 3, 3), 1, SAME)),
        says(
            "depthwiseConv2d: each channel is a group, received groups 3",
            () ->
                Convolution.depthwiseConv2d(
                    zeros(1, 4, 4, 3), zeros(3, 3, 3, 1), BY_ONE.groups(3))),
        says(
            "depthwiseConv2d: images (1, 4, 4, 3) have 3 channels, the kernel (3, 3, 1, 4) expects 2"
                + " groups of 1; images are [n, h, w, c]",
            () -> Convolution.depthwiseConv2d(zeros(1, 4, 4, 3), zeros(3, 3, 2, 2), 1, SAME)),
        says(
            "separableConv2d: images (1, 4, 4, 6) have 6 channels, the kernel (1, 1, 5, 4) expects"
                + " 5; images are [n, h, w, c]",
            () ->
                Convolution.separableConv2d(
                    zeros(1, 4, 4, 3), zeros(3, 3, 3, 2), zeros(1, 1, 5, 4), 1, SAME)));
  }

  @TestFactory
  Stream<DynamicTest> transposedConvolutions() {
    return Stream.of(
        says(
            "conv1dTranspose: the kernel [kw, k, c] must have rank 3, received (3, 3)",
            () -> Convolution.conv1dTranspose(zeros(1, 4, 3), zeros(3, 3), 1, SAME)),
        says(
            "conv2dTranspose: images (1, 8, 8, 2) and the kernel (3, 3, 2, 5) give (1, 4, 4, 5), so"
                + " the transposed convolution does not make them of (1, 4, 4, 3)",
            () -> Convolution.conv2dTranspose(zeros(1, 4, 4, 3), zeros(3, 3, 2, 5), 2, SAME)),
        says(
            "conv2dTranspose: images (1, 9, 7, 2) and the kernel (3, 3, 2, 3) give (1, 5, 4, 3), so"
                + " the transposed convolution does not make them of (1, 4, 4, 3)",
            () ->
                Convolution.conv2dTranspose(
                    zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE.strides(2).padding(SAME), 9, 7)),
        says(
            "conv2dTranspose: needs 2 sizes or none, received [9]",
            () -> Convolution.conv2dTranspose(zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE, 9)),
        says(
            "shape: sizes must be 0 or more, received [1, -9, 4, 2]",
            () -> Convolution.conv2dTranspose(zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE, -9, 4)),
        says(
            "conv2dTranspose: the 3 filters of the kernel (3, 3, 2, 3) do not split into 2 groups",
            () ->
                Convolution.conv2dTranspose(
                    zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE.groups(2))));
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    return Stream.of(
        says(
            "maxPool2d: the window 2x2/2x2 VALID does not fit into images (1, 1, 1, 1); use padding"
                + " SAME or larger images",
            () -> Pooling.maxPool2d(zeros(1, 1, 1, 1), Window.of(2).strides(2))),
        says(
            "maxPool2d: images [n, h, w, c] must have rank 4, received (2, 1)",
            () -> Pooling.maxPool2d(zeros(2, 1), WINDOW)),
        says(
            "maxPool1d: images [n, c, w] must have rank 3, received (2, 1)",
            () -> Pooling.maxPool1d(zeros(2, 1), WINDOW, CHANNELS_FIRST)),
        says(
            "avgPool2d: the window 3x3/1x1 VALID does not fit into images (1, 4, 2, 1); use padding"
                + " SAME or larger images",
            () -> Pooling.avgPool2d(zeros(1, 4, 2, 1), WINDOW)),
        says(
            "globalAvgPool: needs images with spatial axes, received (2, 3)",
            () -> Pooling.globalAvgPool(zeros(2, 3))),
        says(
            "max: nothing to choose from in shape (2, 0, 3); check that the tensor is not empty",
            () -> Pooling.globalMaxPool(zeros(2, 0, 3))));
  }

  @TestFactory
  Stream<DynamicTest> normalization() {
    return Stream.of(
        says(
            "batchNorm: the mean for (2, 5, 3) must be (3,), received (5,)",
            () ->
                Normalization.batchNorm(
                    zeros(2, 5, 3), zeros(5), zeros(3), zeros(3), zeros(3), 0.1)),
        says(
            "batchNorm: the scale for (2, 5, 3) must be (5,), received (3,)",
            () ->
                Normalization.batchNorm(
                    zeros(2, 5, 3), zeros(5), zeros(5), zeros(3), zeros(5), 0.1, 1)),
        says(
            "batchNormTraining: axis must be in [-3, 3) for shape (2, 5, 3), received 3",
            () -> Normalization.batchNormTraining(zeros(2, 5, 3), null, null, 0.1, 3)),
        says(
            "batchNormTraining: a scalar has no axes, received axis -1",
            () -> Normalization.batchNormTraining(zeros(), null, null, 0.1)),
        says(
            "layerNorm: element types differ: float32 and int32; cast one, as cast(x,"
                + " DType.FLOAT32)",
            () -> Normalization.layerNorm(zeros(2, 3), ints(3), null, 0.1)),
        says(
            "groupNorm: channels of (2, 4, 3) do not split into 2 groups",
            () -> Normalization.groupNorm(zeros(2, 4, 3), 2, null, null, 0.1)),
        says(
            "groupNorm: channels of (3,) do not split into 1 groups",
            () -> Normalization.groupNorm(zeros(3), 1, null, null, 0.1)),
        says(
            "rmsNorm: needs a floating point type, received int32; cast it first",
            () -> Normalization.rmsNorm(ints(3), null, 0.1)),
        says(
            "l2Normalize: axis must be in [-1, 1) for shape (3,), received 1",
            () -> Normalization.l2Normalize(zeros(3), 1, 0.1)),
        says(
            "moments: axis 0 is named twice in [0, 0]",
            () -> Normalization.moments(zeros(3, 2), 0, 0)),
        says(
            "dropout: the rate, the part that is set to 0, must be in [0, 1), received 1.0",
            () -> Regularization.dropout(zeros(3), 1, RandomKey.of(1))));
  }

  @TestFactory
  Stream<DynamicTest> sizesThatNoArrayHolds() {
    return Stream.of(
        says(
            "resizeNearest: heights and widths are at most 16777216, received 4 and 2147483647",
            () -> Images.resizeNearest(zeros(1, 2, 2, 1), 4, Integer.MAX_VALUE)),
        says(
            "depthwiseConv2d: at most 2147483647 channels, received the kernel (3, 0, 2147483649, 5)",
            () ->
                Convolution.depthwiseConv2d(
                    zeros(0, 4, 4, 3), zeros(3, 0, 2147483649L, 5), 3, SAME)));
  }

  @TestFactory
  Stream<DynamicTest> softmax() {
    return Stream.of(
        says("softmax: a scalar has no axes, received axis -1", () -> Softmax.softmax(1f)),
        says(
            "sparseSoftmaxCrossEntropy: needs a last axis of 1 or more classes, received (2, 0)",
            () -> Softmax.sparseSoftmaxCrossEntropy(ints(2), zeros(2, 0))),
        says(
            "sparseSoftmaxCrossEntropy: logits (2, 3) need labels (2,), received (2, 1); squeeze the"
                + " labels, or use softmaxCrossEntropy for one-hot ones",
            () -> Softmax.sparseSoftmaxCrossEntropy(ints(2, 1), zeros(2, 3))),
        says(
            "sparseSoftmaxCrossEntropy: label 3 at position 1 is none of the 3 classes, which count from 0",
            () -> Softmax.sparseSoftmaxCrossEntropy(new int[] {0, 3}, zeros(2, 3))),
        says(
            "sparseSoftmaxCrossEntropy: label -1 at position 0 is none of the 3 classes, which count from 0",
            () -> Softmax.sparseSoftmaxCrossEntropy(new int[] {-1, 0}, zeros(2, 3))),
        says(
            "sparseSoftmaxCrossEntropy: needs whole-number indices, received float32; cast them to"
                + " int32",
            () -> Softmax.sparseSoftmaxCrossEntropy(zeros(2), zeros(2, 3))),
        says(
            "softmaxCrossEntropy: labels (3,) and logits (2, 3) must have equal shapes; they are not"
                + " broadcast: reshape or squeeze one",
            () -> Softmax.softmaxCrossEntropy(zeros(3), zeros(2, 3))),
        says(
            "softmaxCrossEntropy: element types differ: int32 and float32; cast one, as cast(x,"
                + " DType.FLOAT32)",
            () -> Softmax.softmaxCrossEntropy(ints(3), zeros(3))),
        says(
            "sigmoidCrossEntropy: labels (3,) and logits (3, 1) must have equal shapes; they are not"
                + " broadcast: expandDims(labels, -1), or squeeze the predictions",
            () -> Softmax.sigmoidCrossEntropy(zeros(3), zeros(3, 1))),
        says(
            "softmax: axis must be in [-2, 2) for shape (2, 3), received 2",
            () -> Softmax.softmax(zeros(2, 3), 2)));
  }

  @TestFactory
  Stream<DynamicTest> rowsAndImages() {
    int[] ids = {0, 2};
    return Stream.of(
        says(
            "embeddingLookup: id 7 at position 1 is none of the 5 rows",
            () -> Indexing.embeddingLookup(zeros(5, 2), new int[] {0, 7})),
        says(
            "embeddingLookup: id -1 at position 0 is none of the 5 rows",
            () -> Indexing.embeddingLookup(zeros(5, 2), new long[] {-1})),
        says(
            "embeddingLookup: needs whole-number indices, received float32; cast them to int32",
            () -> Indexing.embeddingLookup(zeros(5, 2), zeros(1))),
        says(
            "embeddingLookup: needs a table [rows, ..], received a scalar",
            () -> Indexing.embeddingLookup(zeros(), 0)),
        says(
            "segmentSum: ids must rise from 0 on, received 1 at position 2; use unsortedSegmentSum",
            () -> Segments.segmentSum(zeros(3), new int[] {0, 2, 1})),
        says(
            "segmentMax: ids must rise from 0 on, received -1 at position 0; use"
                + " unsortedSegmentMax",
            () -> Segments.segmentMax(zeros(3), new int[] {-1, 2, 1})),
        says(
            "segmentMin: the ids must have rank 1, received (2, 2)",
            () -> Segments.segmentMin(zeros(2, 2), ints(2, 2))),
        says(
            "segmentMean: needs an id for each row, received ids (2,) for data (3,)",
            () -> Segments.segmentMean(zeros(3), ids)),
        says(
            "unsortedSegmentSum: needs an id for each row, received ids (2,) for data ()",
            () -> Segments.unsortedSegmentSum(zeros(), ids, 3)),
        says(
            "unsortedSegmentMean: id 2 at position 1 is none of the 2 segments",
            () -> Segments.unsortedSegmentMean(zeros(2), ids, 2)),
        says(
            "unsortedSegmentMin: the number of segments must be 0 or more, received -1",
            () -> Segments.unsortedSegmentMin(zeros(2), ids, -1)),
        says(
            "resizeNearest: images [n, h, w, c] must have rank 4, received (4, 4, 3)",
            () -> Images.resizeNearest(zeros(4, 4, 3), 2, 2)),
        says(
            "resizeBilinear: heights and widths must be 1 or more, received 2 and 0 for images (1,"
                + " 4, 4, 3)",
            () -> Images.resizeBilinear(zeros(1, 4, 4, 3), 2, 0)),
        says(
            "resizeNearest: heights and widths must be 1 or more, received 2 and 2 for images (1, 0,"
                + " 4, 3)",
            () -> Images.resizeNearest(zeros(1, 0, 4, 3), 2, 2)));
  }
}
