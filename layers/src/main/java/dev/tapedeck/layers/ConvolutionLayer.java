package dev.tapedeck.layers;

import dev.tapedeck.nn.Initializer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;

/**
 * Base of the convolutions: kernels that slide over images of one to three spatial axes.
 *
 * <p>An input that is not a batch of such images, or of another element type or number of channels
 * than the layer was built for, throws {@link IllegalArgumentException}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class ConvolutionLayer<
        A extends Record & ConvolutionLayer.Arguments, L extends ConvolutionLayer<A, L>>
    extends BiasedLayer<A, L> {
  private static final Logger LOG = Loggers.of(ConvolutionLayer.class);

  /** The arguments that all these layers have; lists have a number for each spatial axis. */
  interface Arguments extends BiasedLayer.Arguments {
    List<Integer> kernelSize();

    List<Integer> strides();

    Padding padding();

    ImageLayout dataFormat();

    List<Integer> dilationRate();
  }

  ConvolutionLayer(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that must be given. */
  static void check(
      String who,
      ImageLayout dataFormat,
      UnaryOperator<Tensor> activation,
      Initializer biasInitializer) {
    LayerOptions.requireGiven(who, "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    BiasedLayer.check(who, activation, biasInitializer);
  }

  /** Sets the strides of the kernel, one for all axes or one for each; by default 1. */
  public final L strides(int... strides) {
    return with("strides", LayerOptions.listed(strides));
  }

  /** Sets the padding at the edges; by default {@link Padding#VALID}. */
  public final L padding(Padding padding) {
    return with("padding", padding);
  }

  /** Sets where the channels are; by default {@link ImageLayout#CHANNELS_LAST}. */
  public final L dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  /**
   * Sets the distances between neighbouring elements of the kernel, one for all axes or one for
   * each; by default 1.
   */
  public final L dilationRate(int... dilationRate) {
    return with("dilationRate", LayerOptions.listed(dilationRate));
  }

  final int rank() {
    return args().kernelSize().size();
  }

  /** Returns the number of channels of images; throws if their rank is wrong. */
  final long channels(Shape images) {
    LayerOptions.requireImages(who(), args().dataFormat(), rank(), images);
    return images.size(args().dataFormat() == ImageLayout.CHANNELS_LAST ? -1 : 1);
  }

  /** Returns the shape of a kernel of the size, with two more axes. */
  final Shape kernelShape(long from, long to) {
    long[] sizes = args().kernelSize().stream().mapToLong(Integer::longValue).toArray();
    return Shape.of(sizes).concat(from, to);
  }

  /** Returns the options of the op. */
  ConvOptions options() {
    A args = args();
    return new ConvOptions()
        .strides(LayerOptions.ints(args.strides()))
        .dilations(LayerOptions.ints(args.dilationRate()))
        .padding(args.padding())
        .layout(args.dataFormat());
  }

  @Override
  final Tensor addBias(Tensor y, Variable bias) {
    if (args().dataFormat() == ImageLayout.CHANNELS_LAST) {
      return y.add(bias);
    }
    long[] shape = new long[rank() + 1];
    Arrays.fill(shape, 1);
    shape[0] = -1;
    return y.add(bias.reshape(shape));
  }

  /** Warns of images that seem to have their channels first, but are taken for the other order. */
  final void warnOfChannelsFirst(Shape images) {
    if (args().dataFormat() == ImageLayout.CHANNELS_LAST && ImageLayout.seemsFirst(images)) {
      LOG.warn(
          "{}: images {} are taken for [n, h, w, c], {} high and {} wide with {} channels; if their"
              + " channels come first, set dataFormat(ImageLayout.CHANNELS_FIRST)",
          who(),
          images,
          images.size(1),
          images.size(2),
          images.size(3));
    }
  }
}
