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
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageColors;
import dev.tapedeck.ops.neural.ImageTransforms;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Images.Interpolation;
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
        says(
            "window: needs at least one size, received none; give one for all spatial"
                + " axes, or one for each",
            Window::of),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received"
                + " size 2147483647, stride 1, dilation 1; use 1 for none",
            () -> Window.of(Integer.MAX_VALUE, 1)),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received"
                + " size 1, stride 0, dilation 1; use 1 for none",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3, 3, 1), 0, SAME)),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received"
                + " size 0, stride 1, dilation 1; use 1 for none",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(0, 3, 3, 1), 1, SAME)),
        says(
            "window: sizes, strides and dilations must be from 1 to 10000, received"
                + " size 1, stride 1, dilation 0; use 1 for none",
            () -> new ConvOptions().dilations(0)),
        says(
            "window: padding must be from 0 to 10000, received -1 and 2; use 0 for"
                + " none, or slice the images to crop them",
            () -> Window.of(3).padding(new int[] {-1}, new int[] {2})),
        says(
            "window: needs as much padding before axes as behind them, received 2 and 1"
                + " numbers; give both for each axis, 0 for none",
            () -> Window.of(3).padding(new int[] {1, 1}, new int[] {1})),
        says(
            "window: needs 1 or 3 axes, received the window 2x2/1x1 VALID; give a"
                + " number for all spatial axes, or one for each",
            () -> Window.of(2, 2).strides(1, 2, 1)),
        says(
            "maxPool2d: needs 1 or 2 axes, received the window 2x2x2/1x1x1 VALID; give"
                + " a number for all spatial axes, or one for each",
            () -> Pooling.maxPool2d(zeros(1, 4, 4, 1), Window.of(2, 2, 2))),
        says(
            "conv1d: needs 1 axis, received the window 1x1/2x3 SAME; give a number for"
                + " all spatial axes, or one for each",
            () ->
                Convolution.conv1d(
                    zeros(1, 4, 1), zeros(2, 1, 1), BY_ONE.strides(2, 3).padding(SAME))));
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    return Stream.of(
        says(
            "conv2d: the kernel (3, 3, 2, 1) needs images of 2 channels, received 3 in"
                + " images (1, 4, 4, 3); give images as [n, h, w, c], or change the kernel",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3, 2, 1), 1, SAME)),
        says(
            "conv1d: the kernel (3, 2, 4) needs images of 2 groups of 2 channels,"
                + " received 3 in images (1, 4, 3); give images as [n, w, c], or change the"
                + " kernel",
            () -> Convolution.conv1d(zeros(1, 4, 3), zeros(3, 2, 4), BY_ONE.groups(2))),
        says(
            "conv3d: the filters must split into 2 groups, received 3 in the kernel (1,"
                + " 1, 1, 2, 3); use a multiple of the groups",
            () -> Convolution.conv3d(zeros(1, 4, 4, 4, 4), zeros(1, 1, 1, 2, 3), BY_ONE.groups(2))),
        says(
            "convolution: groups must be 1 or more, received 0; use 1 for filters over"
                + " all channels",
            () -> BY_ONE.groups(0)),
        says(
            "conv2d: the window 3x3/1x1 VALID must fit into the images, received (1, 2,"
                + " 5, 3); use padding SAME or larger images",
            () -> Convolution.conv2d(zeros(1, 2, 5, 3), zeros(3, 3, 3, 1), 1, VALID)),
        says(
            "conv2d: the window 3x3/1x1 dilated 2x1 0:1,0:1 must fit into the images,"
                + " received (1, 3, 5, 3); use padding SAME or larger images",
            () ->
                Convolution.conv2d(
                    zeros(1, 3, 5, 3),
                    zeros(3, 3, 3, 1),
                    BY_ONE.dilations(2, 1).padding(new int[] {0}, new int[] {1}))),
        says(
            "conv2d: images [n, h, w, c] must have rank 4, received (4, 4, 3); add axes"
                + " of size 1 with expandDims",
            () -> Convolution.conv2d(zeros(4, 4, 3), zeros(3, 3, 3, 1), 1, VALID)),
        says(
            "conv3d: images [n, c, d, h, w] must have rank 5, received (4, 4, 3); add"
                + " axes of size 1 with expandDims",
            () ->
                Convolution.conv3d(
                    zeros(4, 4, 3), zeros(3, 3, 3, 1, 1), BY_ONE.layout(CHANNELS_FIRST))),
        says(
            "conv2d: the kernel [kh, kw, c, k] must have rank 4, received (3, 3); add"
                + " axes of size 1 with expandDims",
            () -> Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3), 1, VALID)),
        says(
            "conv2d: element types must be equal, received float32 and float64; cast"
                + " one, as cast(x, DType.FLOAT64)",
            () ->
                Convolution.conv2d(
                    zeros(1, 4, 4, 3), Tensor.zeros(DType.FLOAT64, 3, 3, 3, 1), 1, VALID)),
        says(
            "depthwiseConv2d: the kernel [kh, kw, c, m] must have rank 4, received (3,"
                + " 3, 3); add axes of size 1 with expandDims",
            () -> Convolution.depthwiseConv2d(zeros(1, 4, 4, 3), zeros(3, 3, 3), 1, SAME)),
        says(
            "depthwiseConv2d: groups must be 1, since each channel is a group, received"
                + " 3; leave groups out, or use conv2d",
            () ->
                Convolution.depthwiseConv2d(
                    zeros(1, 4, 4, 3), zeros(3, 3, 3, 1), BY_ONE.groups(3))),
        says(
            "depthwiseConv2d: the kernel (3, 3, 1, 4) needs images of 2 groups of 1"
                + " channels, received 3 in images (1, 4, 4, 3); give images as [n, h, w, c],"
                + " or change the kernel",
            () -> Convolution.depthwiseConv2d(zeros(1, 4, 4, 3), zeros(3, 3, 2, 2), 1, SAME)),
        says(
            "separableConv2d: the kernel (1, 1, 5, 4) needs images of 5 channels,"
                + " received 6 in images (1, 4, 4, 6); give images as [n, h, w, c], or change"
                + " the kernel",
            () ->
                Convolution.separableConv2d(
                    zeros(1, 4, 4, 3), zeros(3, 3, 3, 2), zeros(1, 1, 5, 4), 1, SAME)));
  }

  @TestFactory
  Stream<DynamicTest> transposedConvolutions() {
    return Stream.of(
        says(
            "conv1dTranspose: the kernel [kw, k, c] must have rank 3, received (3, 3);"
                + " add axes of size 1 with expandDims",
            () -> Convolution.conv1dTranspose(zeros(1, 4, 3), zeros(3, 3), 1, SAME)),
        says(
            "conv2dTranspose: images must have the shape (1, 4, 4, 5) that a"
                + " convolution of (1, 8, 8, 2) with the kernel (3, 3, 2, 5) gives, received"
                + " (1, 4, 4, 3); leave the sizes out, or change them or the strides",
            () -> Convolution.conv2dTranspose(zeros(1, 4, 4, 3), zeros(3, 3, 2, 5), 2, SAME)),
        says(
            "conv2dTranspose: images must have the shape (1, 5, 4, 3) that a"
                + " convolution of (1, 9, 7, 2) with the kernel (3, 3, 2, 3) gives, received"
                + " (1, 4, 4, 3); leave the sizes out, or change them or the strides",
            () ->
                Convolution.conv2dTranspose(
                    zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE.strides(2).padding(SAME), 9, 7)),
        says(
            "conv2dTranspose: needs 2 sizes or none, received [9]; give one for each"
                + " spatial axis",
            () -> Convolution.conv2dTranspose(zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE, 9)),
        says(
            "conv2dTranspose: needs output sizes of 0 or more, received -9; give larger ones, or"
                + " less padding",
            () -> Convolution.conv2dTranspose(zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE, -9, 4)),
        says(
            "conv2dTranspose: needs sizes or output padding, not both, received [4, 4] and [0];"
                + " leave one out",
            () ->
                Convolution.conv2dTranspose(
                    zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE.outputPadding(0), 4, 4)),
        says(
            "conv2dTranspose: needs output padding of 1 or 2 axes, received [0, 0, 0]; give a"
                + " number for all spatial axes, or one for each",
            () ->
                Convolution.conv2dTranspose(
                    zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE.outputPadding(0, 0, 0))),
        says(
            "conv2d: output padding must be left out, since the convolution is not transposed,"
                + " received [1]; use padding",
            () ->
                Convolution.conv2d(zeros(1, 4, 4, 3), zeros(3, 3, 3, 2), BY_ONE.outputPadding(1))),
        says(
            "window: the padding must be VALID or SAME, received CAUSAL; give it to ConvOptions,"
                + " or give numbers",
            () -> Pooling.maxPool2d(zeros(1, 4, 4, 3), Window.of(2).padding(Padding.CAUSAL))),
        says(
            "conv2dTranspose: the filters must split into 2 groups, received 3 in the"
                + " kernel (3, 3, 2, 3); use a multiple of the groups",
            () ->
                Convolution.conv2dTranspose(
                    zeros(1, 4, 4, 3), zeros(3, 3, 2, 3), BY_ONE.groups(2))));
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    return Stream.of(
        says(
            "maxPool2d: the window 2x2/2x2 VALID must fit into the images, received (1,"
                + " 1, 1, 1); use padding SAME or larger images",
            () -> Pooling.maxPool2d(zeros(1, 1, 1, 1), Window.of(2).strides(2))),
        says(
            "maxPool2d: images [n, h, w, c] must have rank 4, received (2, 1); add axes"
                + " of size 1 with expandDims",
            () -> Pooling.maxPool2d(zeros(2, 1), WINDOW)),
        says(
            "maxPool1d: images [n, c, w] must have rank 3, received (2, 1); add axes of"
                + " size 1 with expandDims",
            () -> Pooling.maxPool1d(zeros(2, 1), WINDOW, CHANNELS_FIRST)),
        says(
            "avgPool2d: the window 3x3/1x1 VALID must fit into the images, received (1,"
                + " 4, 2, 1); use padding SAME or larger images",
            () -> Pooling.avgPool2d(zeros(1, 4, 2, 1), WINDOW)),
        says(
            "globalAvgPool: needs images with spatial axes, received (2, 3); add axes"
                + " for examples and channels with expandDims",
            () -> Pooling.globalAvgPool(zeros(2, 3))),
        says(
            "max: needs an element to choose, received shape (2, 0, 3); leave empty"
                + " tensors out",
            () -> Pooling.globalMaxPool(zeros(2, 0, 3))));
  }

  @TestFactory
  Stream<DynamicTest> normalization() {
    return Stream.of(
        says(
            "batchNorm: the mean for (2, 5, 3) must be (3,), received (5,); give one"
                + " number for each position along those axes",
            () ->
                Normalization.batchNorm(
                    zeros(2, 5, 3), zeros(5), zeros(3), zeros(3), zeros(3), 0.1)),
        says(
            "batchNorm: the scale for (2, 5, 3) must be (5,), received (3,); give one"
                + " number for each position along those axes",
            () ->
                Normalization.batchNorm(
                    zeros(2, 5, 3), zeros(5), zeros(5), zeros(3), zeros(5), 0.1, 1)),
        says(
            "batchNormTraining: axis must be in [-3, 3) for shape (2, 5, 3), received"
                + " 3; choose one of its axes; negative ones count from the end",
            () -> Normalization.batchNormTraining(zeros(2, 5, 3), null, null, 0.1, 3)),
        says(
            "batchNormTraining: a scalar has no axes, received axis -1; give a tensor"
                + " that has axes, as of expandDims(x, 0)",
            () -> Normalization.batchNormTraining(zeros(), null, null, 0.1)),
        says(
            "layerNorm: element types must be equal, received float32 and int32; cast"
                + " one, as cast(x, DType.FLOAT32)",
            () -> Normalization.layerNorm(zeros(2, 3), ints(3), null, 0.1)),
        says(
            "groupNorm: channels must split into 2 groups, received (2, 4, 3); use a"
                + " number of groups that divides the last axis",
            () -> Normalization.groupNorm(zeros(2, 4, 3), 2, null, null, 0.1)),
        says(
            "groupNorm: channels must split into 1 groups, received (3,); use a number"
                + " of groups that divides the last axis",
            () -> Normalization.groupNorm(zeros(3), 1, null, null, 0.1)),
        says(
            "rmsNorm: needs a floating point type, received int32; cast it first",
            () -> Normalization.rmsNorm(ints(3), null, 0.1)),
        says(
            "l2Normalize: axis must be in [-1, 1) for shape (3,), received 1; choose"
                + " one of its axes; negative ones count from the end",
            () -> Normalization.l2Normalize(zeros(3), 1, 0.1)),
        says(
            "moments: needs each axis once at most, received [0, 0]; name axis 0 once",
            () -> Normalization.moments(zeros(3, 2), 0, 0)),
        says(
            "dropout: the rate, the part that is set to 0, must be in [0, 1), received"
                + " 1.0; use 0.1 to keep 90%, 0 to keep all",
            () -> Regularization.dropout(zeros(3), 1, RandomKey.of(1))));
  }

  @TestFactory
  Stream<DynamicTest> sizesThatNoArrayHolds() {
    return Stream.of(
        says(
            "resizeNearest: heights and widths are at most 16777216, received 4 and"
                + " 2147483647; resize in parts",
            () -> Images.resizeNearest(zeros(1, 2, 2, 1), 4, Integer.MAX_VALUE)),
        says(
            "depthwiseConv2d: needs at most 2147483647 channels, received the kernel"
                + " (3, 0, 2147483649, 5); split them",
            () ->
                Convolution.depthwiseConv2d(
                    zeros(0, 4, 4, 3), zeros(3, 0, 2147483649L, 5), 3, SAME)));
  }

  @TestFactory
  Stream<DynamicTest> softmax() {
    return Stream.of(
        says(
            "softmax: a scalar has no axes, received axis -1; give a tensor that has"
                + " axes, as of expandDims(x, 0)",
            () -> Softmax.softmax(1f)),
        says(
            "sparseSoftmaxCrossEntropy: needs a last axis of 1 or more classes,"
                + " received (2, 0); give a score for each class",
            () -> Softmax.sparseSoftmaxCrossEntropy(ints(2), zeros(2, 0))),
        says(
            "sparseSoftmaxCrossEntropy: logits (2, 3) need labels (2,), received (2, 1); squeeze the"
                + " labels, or use softmaxCrossEntropy for one-hot ones",
            () -> Softmax.sparseSoftmaxCrossEntropy(ints(2, 1), zeros(2, 3))),
        says(
            "sparseSoftmaxCrossEntropy: labels must be classes in [0, 3), received 3 at"
                + " position 1; count classes from 0, and give the model an output for each",
            () -> Softmax.sparseSoftmaxCrossEntropy(new int[] {0, 3}, zeros(2, 3))),
        says(
            "sparseSoftmaxCrossEntropy: labels must be classes in [0, 3), received -1"
                + " at position 0; count classes from 0, and give the model an output for each",
            () -> Softmax.sparseSoftmaxCrossEntropy(new int[] {-1, 0}, zeros(2, 3))),
        says(
            "sparseSoftmaxCrossEntropy: needs whole-number indices, received float32; cast them to"
                + " int32",
            () -> Softmax.sparseSoftmaxCrossEntropy(zeros(2), zeros(2, 3))),
        says(
            "softmaxCrossEntropy: labels must have the shape of the logits (2, 3),"
                + " since they are not broadcast, received (3,); reshape or squeeze one",
            () -> Softmax.softmaxCrossEntropy(zeros(3), zeros(2, 3))),
        says(
            "softmaxCrossEntropy: element types must be equal, received int32 and"
                + " float32; cast one, as cast(x, DType.FLOAT32)",
            () -> Softmax.softmaxCrossEntropy(ints(3), zeros(3))),
        says(
            "sigmoidCrossEntropy: labels must have the shape of the logits (3, 1),"
                + " since they are not broadcast, received (3,); expandDims(labels, -1), or"
                + " squeeze the predictions",
            () -> Softmax.sigmoidCrossEntropy(zeros(3), zeros(3, 1))),
        says(
            "softmax: axis must be in [-2, 2) for shape (2, 3), received 2; choose one"
                + " of its axes; negative ones count from the end",
            () -> Softmax.softmax(zeros(2, 3), 2)));
  }

  @TestFactory
  Stream<DynamicTest> rowsAndImages() {
    int[] ids = {0, 2};
    return Stream.of(
        says(
            "embeddingLookup: ids must be in [0, 5), the number of rows, received 7 at"
                + " position 1; correct the id, or give more rows",
            () -> Indexing.embeddingLookup(zeros(5, 2), new int[] {0, 7})),
        says(
            "embeddingLookup: ids must be in [0, 5), the number of rows, received -1 at"
                + " position 0; correct the id, or give more rows",
            () -> Indexing.embeddingLookup(zeros(5, 2), new long[] {-1})),
        says(
            "embeddingLookup: needs whole-number indices, received float32; cast them to int32",
            () -> Indexing.embeddingLookup(zeros(5, 2), zeros(1))),
        says(
            "embeddingLookup: needs a table [rows, ..], received a scalar; give a row"
                + " for each id",
            () -> Indexing.embeddingLookup(zeros(), 0)),
        says(
            "segmentSum: ids must rise from 0 on, received 1 at position 2; use unsortedSegmentSum",
            () -> Segments.segmentSum(zeros(3), new int[] {0, 2, 1})),
        says(
            "segmentMax: ids must rise from 0 on, received -1 at position 0; use"
                + " unsortedSegmentMax",
            () -> Segments.segmentMax(zeros(3), new int[] {-1, 2, 1})),
        says(
            "segmentMin: the ids must have rank 1, received (2, 2); reshape it, or"
                + " squeeze axes of size 1",
            () -> Segments.segmentMin(zeros(2, 2), ints(2, 2))),
        says(
            "segmentMean: needs an id for each row, received ids (2,) for data (3,);"
                + " give the ids the first axes of the data",
            () -> Segments.segmentMean(zeros(3), ids)),
        says(
            "unsortedSegmentSum: needs an id for each row, received ids (2,) for data"
                + " (); give the ids the first axes of the data",
            () -> Segments.unsortedSegmentSum(zeros(), ids, 3)),
        says(
            "unsortedSegmentMean: ids must be below 2, the number of segments, received"
                + " 2 at position 1; correct the id, or give more segments",
            () -> Segments.unsortedSegmentMean(zeros(2), ids, 2)),
        says(
            "unsortedSegmentMin: the number of segments must be 0 or more, received -1;"
                + " give the largest id plus 1",
            () -> Segments.unsortedSegmentMin(zeros(2), ids, -1)),
        says(
            "resizeNearest: images [n, h, w, c] must have rank 4, received (4, 4, 3);"
                + " add axes of size 1 with expandDims",
            () -> Images.resizeNearest(zeros(4, 4, 3), 2, 2)),
        says(
            "resizeBilinear: heights and widths must be 1 or more, received 2 and 0 for"
                + " images (1, 4, 4, 3); resize images that are not empty, to at least 1x1",
            () -> Images.resizeBilinear(zeros(1, 4, 4, 3), 2, 0)),
        says(
            "resizeNearest: heights and widths must be 1 or more, received 2 and 2 for"
                + " images (1, 0, 4, 3); resize images that are not empty, to at least 1x1",
            () -> Images.resizeNearest(zeros(1, 0, 4, 3), 2, 2)));
  }

  @TestFactory
  Stream<DynamicTest> transformsOfImages() {
    Tensor images = zeros(2, 4, 5, 3);
    return Stream.of(
        says(
            "affineTransform: needs transforms [n, 8] or [8], received (2, 6); give 8 numbers for each"
                + " image",
            () -> affine(images, zeros(2, 6), Interpolation.NEAREST)),
        says(
            "affineTransform: interpolation is NEAREST or BILINEAR, received BICUBIC; choose one of"
                + " them",
            () -> affine(images, zeros(2, 8), Interpolation.BICUBIC)),
        says(
            "affineTransform: images [n, h, w, c] must have rank 4, received (4, 5, 3); add axes of"
                + " size 1 with expandDims",
            () -> affine(zeros(4, 5, 3), zeros(8), Interpolation.NEAREST)),
        says(
            "affineTransform: heights and widths must be 1 or more, received (1, 0, 5, 3); leave out"
                + " empty images",
            () -> affine(zeros(1, 0, 5, 3), zeros(8), Interpolation.NEAREST)),
        says(
            "perspectiveTransform: needs points [n, 4, 2] or [4, 2], received (3, 2); give x and y of"
                + " four points",
            () ->
                ImageTransforms.perspectiveTransform(
                    images, zeros(3, 2), zeros(4, 2), Interpolation.BILINEAR, 0)),
        says(
            "mapCoordinates: places x [n, h, w] must have rank 3, received (4, 5); add axes of size 1"
                + " with expandDims",
            () ->
                ImageTransforms.mapCoordinates(
                    images, zeros(2, 4, 5), zeros(4, 5), Interpolation.BILINEAR, FillMode.WRAP, 0)),
        says(
            "gaussianBlur: sizes of a kernel are odd, received 3 and 2; add 1",
            () -> Images.gaussianBlur(images, 3, 2, 1, 1)),
        says(
            "hsvToRgb: needs 3 channels, in the last axis, received (2, 4); transpose images that have"
                + " them elsewhere",
            () -> ImageColors.hsvToRgb(zeros(2, 4))));
  }

  private static Tensor affine(Object images, Object transforms, Interpolation interpolation) {
    return ImageTransforms.affineTransform(images, transforms, interpolation, FillMode.WRAP, 0);
  }
}
