package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.util.List;

/**
 * Base of the transposed convolutions, with a kernel {@code [size.., filters, c]}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class ConvTranspose<
        A extends Record & ConvTranspose.Arguments, L extends ConvTranspose<A, L>>
    extends KernelConvolution<A, L> {
  /** The arguments that all these layers have. */
  interface Arguments extends KernelConvolution.Arguments {
    List<Integer> outputPadding();
  }

  ConvTranspose(A arguments) {
    super(arguments);
  }

  /** Returns output padding for each axis; null for that of the default sizes. */
  static List<Integer> outputPadding(String who, int axes, List<Integer> given) {
    return given == null ? null : LayerOptions.perAxis(0, who, "outputPadding", axes, given);
  }

  /**
   * Sets elements of the output beyond its smallest size, for all axes or for each; less than the
   * strides. By default the output has the sizes that the class names.
   */
  public final L outputPadding(int... outputPadding) {
    return with("outputPadding", LayerOptions.listed(outputPadding));
  }

  @Override
  final Shape kernelShape(Shape images) {
    long channels = channels(images);
    requireOutputPadding();
    return kernelShape(args().filters(), channels);
  }

  private void requireOutputPadding() {
    A args = args();
    if (args.outputPadding() == null) {
      return;
    }
    for (int i = 0; i < rank(); i++) {
      int more = args.outputPadding().get(i);
      int stride = args.strides().get(i);
      if (more >= stride) {
        throw Refusal.of(
            who(),
            "outputPadding must be less than the strides " + args.strides(),
            args.outputPadding(),
            "use larger strides, or pad the output");
      }
      long extent = (args.kernelSize().get(i) - 1L) * args.dilationRate().get(i) + 1;
      if (args.padding() == Padding.SAME && extent % 2 == 0 && more == 0) {
        throw Refusal.of(
            who(),
            "padding SAME with a kernel of an even size needs outputPadding of 1 or more",
            args.outputPadding(),
            "leave outputPadding out, or use a kernel of an odd size");
      }
    }
  }

  @Override
  final ConvOptions options() {
    List<Integer> outputPadding = args().outputPadding();
    return outputPadding == null
        ? super.options()
        : super.options().outputPadding(LayerOptions.ints(outputPadding));
  }
}
