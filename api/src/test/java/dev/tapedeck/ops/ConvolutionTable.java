package dev.tapedeck.ops;

import static dev.tapedeck.ops.NeuralReferences.channelsFirst;
import static dev.tapedeck.ops.kernels.Window.Padding.SAME;
import static dev.tapedeck.ops.kernels.Window.Padding.VALID;
import static dev.tapedeck.ops.neural.ImageLayout.CHANNELS_FIRST;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.testing.OpCheck;
import java.util.List;

/** Convolutions. */
final class ConvolutionTable {
  private ConvolutionTable() {}

  private static final ConvOptions DILATED =
      new ConvOptions().strides(2, 1).dilations(2, 3).padding(SAME);
  private static final ConvOptions PADDED =
      new ConvOptions().strides(1, 3).padding(new int[] {1, 2}, new int[] {3, 0});
  private static final ConvOptions GROUPED = new ConvOptions().strides(2).padding(SAME).groups(2);
  private static final ConvOptions CAUSAL =
      new ConvOptions().padding(Window.Padding.CAUSAL).dilations(2);
  private static final ConvOptions FIRST =
      new ConvOptions().strides(1, 2).dilations(2).padding(1).groups(2).layout(CHANNELS_FIRST);

  static final List<OpCheck> ROWS =
      List.of(
          conv2d(1, VALID),
          conv2d(2, VALID),
          conv2d(1, SAME),
          conv2d(2, SAME),
          conv2d(4, SAME),
          op("conv2d dilated", (x, k) -> Convolution.conv2d(x, k, DILATED))
              .on(real(2, 5, 6, 2), real(2, 3, 2, 3))
              .on(real(1, 1, 2, 1), real(3, 2, 1, 1))
              .on(real(3, 9, 10, 4), real(3, 2, 4, 5))
              .matches(NeuralReferences.conv(DILATED)),
          op("conv2d padded", (x, k) -> Convolution.conv2d(x, k, PADDED))
              .on(real(2, 4, 5, 2), real(3, 2, 2, 3))
              .on(real(1, 1, 1, 1), real(2, 3, 1, 2))
              .on(real(0, 4, 5, 2), real(3, 2, 2, 3))
              .matches(NeuralReferences.conv(PADDED)),
          op("conv2d grouped", (x, k) -> Convolution.conv2d(x, k, GROUPED))
              .on(real(2, 4, 5, 4), real(3, 2, 2, 6))
              .on(real(1, 3, 3, 2), real(2, 2, 1, 2))
              .on(real(1, 3, 3, 2), real(2, 2, 1, 4))
              .on(real(1, 2, 2, 4), real(2, 2, 2, 4))
              .on(real(1, 1, 1, 4), real(1, 1, 2, 2))
              .on(real(2, 3, 3, 0), real(2, 2, 0, 4))
              .on(real(3, 10, 9, 6), real(3, 3, 3, 4))
              .matches(NeuralReferences.conv(GROUPED)),
          op("conv2d channels first", (x, k) -> Convolution.conv2d(x, k, FIRST))
              .on(real(2, 4, 4, 5), real(2, 3, 2, 2))
              .matches(channelsFirst(NeuralReferences.conv(FIRST))),
          op("conv1d", (x, k) -> Convolution.conv1d(x, k, 1, VALID))
              .on(real(2, 6, 3), real(3, 3, 4))
              .on(real(1, 50, 2), real(5, 2, 3))
              .matches(NeuralReferences.conv(new ConvOptions())),
          op("conv1d SAME by 3", (x, k) -> Convolution.conv1d(x, k, 3, SAME))
              .on(real(2, 7, 3), real(2, 3, 4))
              .on(real(2, 8, 3), real(4, 3, 4))
              .matches(NeuralReferences.conv(new ConvOptions().strides(3).padding(SAME))),
          op("conv1d causal", (x, k) -> Convolution.conv1d(x, k, causal()))
              .on(real(2, 7, 2), real(3, 2, 4))
              .matches(NeuralReferences.conv(causal())),
          op("conv1d of CAUSAL padding", (x, k) -> Convolution.conv1d(x, k, CAUSAL))
              .on(real(2, 7, 2), real(3, 2, 4))
              .matches(NeuralReferences.conv(causal())),
          op("conv3d", (x, k) -> Convolution.conv3d(x, k, 1, VALID))
              .on(real(2, 3, 4, 3, 2), real(2, 3, 1, 2, 3))
              .on(real(1, 6, 5, 7, 3), real(3, 3, 3, 3, 4))
              .matches(NeuralReferences.conv(new ConvOptions())),
          op("conv3d SAME by 2", (x, k) -> Convolution.conv3d(x, k, 2, SAME))
              .on(real(2, 3, 4, 3, 2), real(2, 3, 1, 2, 3))
              .on(real(1, 5, 4, 3, 1), real(3, 3, 2, 1, 2))
              .matches(NeuralReferences.conv(new ConvOptions().strides(2).padding(SAME))),
          op("conv3d dilated and grouped", (x, k) -> Convolution.conv3d(x, k, volume()))
              .on(real(1, 4, 3, 3, 4), real(2, 2, 2, 2, 2))
              .matches(NeuralReferences.conv(volume())),
          transposed(1, VALID, 6, 6),
          transposed(2, VALID, 9, 10),
          transposed(3, VALID, 12, 15),
          transposed(2, SAME, 8, 10),
          op("conv2dTranspose to sizes", (x, k) -> Convolution.conv2dTranspose(x, k, sized(), 7, 9))
              .on(real(2, 4, 5, 3), real(3, 2, 2, 3))
              .matches(NeuralReferences.transposed(sized(), 7, 9)),
          op("conv2dTranspose padded", (x, k) -> Convolution.conv2dTranspose(x, k, cropped()))
              .on(real(2, 4, 5, 3), real(3, 2, 2, 3))
              .matches(NeuralReferences.transposed(cropped(), 6, 12)),
          op("conv2dTranspose channels first", (x, k) -> Convolution.conv2dTranspose(x, k, FIRST))
              .on(real(2, 4, 3, 4), real(2, 3, 2, 4))
              .matches(channelsFirst(NeuralReferences.transposed(FIRST, 3, 9))),
          op("conv1dTranspose", (x, k) -> Convolution.conv1dTranspose(x, k, 2, SAME))
              .on(real(2, 5, 3), real(3, 2, 3))
              .matches(NeuralReferences.transposed(new ConvOptions().strides(2).padding(SAME), 10)),
          outputPadded(VALID, 1, 10, 16),
          outputPadded(SAME, 1, 8, 14),
          op("conv1dTranspose dilated", (x, k) -> Convolution.conv1dTranspose(x, k, causal(), 7))
              .on(real(2, 7, 3), real(3, 2, 3))
              .matches(NeuralReferences.transposed(causal(), 7)),
          op("conv3dTranspose", (x, k) -> Convolution.conv3dTranspose(x, k, 2, VALID))
              .on(real(1, 2, 3, 2, 3), real(2, 3, 1, 2, 3))
              .matches(NeuralReferences.transposed(new ConvOptions().strides(2), 4, 7, 4)),
          op("conv3dTranspose grouped", (x, k) -> Convolution.conv3dTranspose(x, k, GROUPED))
              .on(real(1, 2, 2, 2, 4), real(2, 3, 1, 1, 4))
              .matches(NeuralReferences.transposed(GROUPED, 4, 4, 4)),
          op("depthwiseConv1d", (x, k) -> Convolution.depthwiseConv1d(x, k, 2, SAME))
              .on(real(2, 7, 3), real(3, 3, 2))
              .matches(NeuralReferences.depthwise(new ConvOptions().strides(2).padding(SAME))),
          depthwise("depthwiseConv2d", new ConvOptions()),
          depthwise("depthwiseConv2d SAME by 2", new ConvOptions().strides(2).padding(SAME)),
          op(
                  "depthwiseConv2d of stride and padding",
                  (x, k) -> Convolution.depthwiseConv2d(x, k, 1, SAME))
              .on(real(1, 3, 4, 2), real(2, 2, 2, 2))
              .matches(NeuralReferences.depthwise(new ConvOptions().padding(SAME))),
          depthwise("depthwiseConv2d dilated", new ConvOptions().dilations(2, 1).padding(SAME)),
          op(
                  "depthwiseConv2d channels first",
                  (x, k) ->
                      Convolution.depthwiseConv2d(
                          x, k, new ConvOptions().strides(2).layout(CHANNELS_FIRST)))
              .on(real(2, 3, 4, 5), real(2, 2, 3, 2))
              .matches(channelsFirst(NeuralReferences.depthwise(new ConvOptions().strides(2)))),
          op("separableConv1d", (x, k, p) -> Convolution.separableConv1d(x, k, p, 2, SAME))
              .on(real(2, 7, 3), real(2, 3, 2), real(1, 6, 4))
              .matches(NeuralReferences.separable(new ConvOptions().strides(2).padding(SAME))),
          op("separableConv2d", (x, k, p) -> Convolution.separableConv2d(x, k, p, 1, SAME))
              .on(real(2, 4, 5, 3), real(3, 2, 3, 2), real(1, 1, 6, 4))
              .matches(NeuralReferences.separable(new ConvOptions().padding(SAME))),
          op("separableConv2d by 2", (x, k, p) -> Convolution.separableConv2d(x, k, p, 2, VALID))
              .on(real(2, 4, 5, 3), real(3, 2, 3, 1), real(1, 1, 3, 4))
              .matches(NeuralReferences.separable(new ConvOptions().strides(2))),
          op(
                  "separableConv2d channels first",
                  (x, k, p) ->
                      Convolution.separableConv2d(
                          x, k, p, new ConvOptions().layout(CHANNELS_FIRST)))
              .on(real(1, 2, 4, 5), real(3, 2, 2, 2), real(1, 1, 4, 3))
              .matches(channelsFirst(NeuralReferences.separable(new ConvOptions()))));

  /** Sees nothing of what comes later. */
  private static ConvOptions causal() {
    return new ConvOptions().dilations(2).padding(new int[] {4}, new int[] {0});
  }

  private static ConvOptions volume() {
    return new ConvOptions().strides(1, 2, 1).dilations(2, 1, 1).padding(1, 0, 1).groups(2);
  }

  private static ConvOptions sized() {
    return new ConvOptions().strides(2).padding(SAME);
  }

  private static ConvOptions cropped() {
    return new ConvOptions().strides(2, 3).padding(new int[] {1, 2}, new int[] {2, 1});
  }

  private static OpCheck conv2d(int stride, Window.Padding padding) {
    return op(
            "conv2d " + padding + " by " + stride,
            (x, k) -> Convolution.conv2d(x, k, stride, padding))
        .on(real(2, 4, 5, 2), real(3, 2, 2, 3))
        .on(real(1, 3, 3, 1), real(1, 1, 1, 1))
        .on(real(3, 10, 9, 4), real(3, 3, 4, 5))
        .on(real(0, 4, 5, 2), real(3, 2, 2, 3))
        .on(real(2, 4, 5, 0), real(3, 2, 0, 3))
        .matches(NeuralReferences.conv(new ConvOptions().strides(stride).padding(padding)));
  }

  /** Of images 4 x 5 and a kernel 3 x 2. */
  private static OpCheck transposed(int stride, Window.Padding padding, int... sizes) {
    return op(
            "conv2dTranspose " + padding + " by " + stride,
            (x, k) -> Convolution.conv2dTranspose(x, k, stride, padding))
        .on(real(2, 4, 5, 3), real(3, 2, 2, 3))
        .on(real(0, 4, 5, 3), real(3, 2, 2, 3))
        .matches(
            NeuralReferences.transposed(new ConvOptions().strides(stride).padding(padding), sizes));
  }

  /** Of images 4 x 5 and a kernel 3 x 3, by 2 and 3. */
  private static OpCheck outputPadded(Window.Padding padding, int more, int... sizes) {
    ConvOptions options = new ConvOptions().strides(2, 3).padding(padding);
    return op(
            "conv2dTranspose " + padding + " with output padding",
            (x, k) -> Convolution.conv2dTranspose(x, k, options.outputPadding(more)))
        .on(real(2, 4, 5, 3), real(3, 3, 2, 3))
        .matches(NeuralReferences.transposed(options, sizes));
  }

  private static OpCheck depthwise(String name, ConvOptions options) {
    return op(name, (x, k) -> Convolution.depthwiseConv2d(x, k, options))
        .on(real(2, 4, 5, 3), real(3, 2, 3, 2))
        .on(real(2, 4, 5, 3), real(3, 2, 3, 1))
        .on(real(1, 5, 3, 1), real(2, 2, 1, 3))
        .on(real(2, 4, 5, 0), real(3, 2, 0, 2))
        .matches(NeuralReferences.depthwise(options));
  }
}
