package dev.tapedeck.layers;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Base of the pooling layers with a window that slides over each channel and yields one number.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class WindowPooling<
        A extends Record & WindowPooling.Arguments, L extends WindowPooling<A, L>>
    extends BuiltIn<A, L> {
  /** The arguments that all these layers have; lists have a number for each spatial axis. */
  interface Arguments {
    List<Integer> poolSize();

    List<Integer> strides();

    Padding padding();

    ImageLayout dataFormat();
  }

  WindowPooling(A arguments) {
    super(arguments);
  }

  /** Returns strides for each axis; null for the pool size. */
  static List<Integer> strides(String who, int axes, List<Integer> given) {
    return given == null ? null : LayerOptions.sizes(who, "strides", axes, given);
  }

  /** Checks the arguments that must be given. */
  static void check(String who, Padding padding, ImageLayout dataFormat) {
    LayerOptions.requireValidOrSame(who, padding);
    LayerOptions.requireGiven(who, "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
  }

  /**
   * Sets the distances between windows, one for all axes or one for each; by default the pool size.
   */
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

  /** Applies the op. */
  abstract Tensor pool(Tensor images, Window window);

  @Override
  protected final Tensor call(Tensor images) {
    A args = args();
    List<Integer> strides = args.strides() == null ? args.poolSize() : args.strides();
    return pool(
        images,
        Window.of(LayerOptions.ints(args.poolSize()))
            .strides(LayerOptions.ints(strides))
            .padding(args.padding()));
  }
}
