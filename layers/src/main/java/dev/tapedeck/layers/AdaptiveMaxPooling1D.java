package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Adaptive max pooling of sequences: the largest element of each of as many windows as the output
 * has elements, channel by channel.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', c]} of the given sizes; with {@link
 * ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. Along an axis of size {@code s} with
 * {@code m} outputs, window {@code i} has the elements from {@code floor(i * s / m)} to before
 * {@code ceil((i + 1) * s / m)}.
 *
 * <p>An input that is not such a batch of a floating-point type, or whose spatial sizes are unknown
 * or 0, throws {@link IllegalArgumentException}.
 */
public final class AdaptiveMaxPooling1D
    extends AdaptivePooling<AdaptiveMaxPooling1D.Arguments, AdaptiveMaxPooling1D> {
  /**
   * The arguments of an {@link AdaptiveMaxPooling1D}.
   *
   * @param outputSize number of steps of the output
   * @param dataFormat position of the channels
   */
  public record Arguments(List<Integer> outputSize, ImageLayout dataFormat)
      implements AdaptivePooling.Arguments {
    /** Checks the arguments. */
    public Arguments {
      outputSize = LayerOptions.sizes("AdaptiveMaxPooling1D", "outputSize", 1, outputSize);
      LayerOptions.requireGiven(
          "AdaptiveMaxPooling1D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private AdaptiveMaxPooling1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public AdaptiveMaxPooling1D(int outputSize) {
    this(List.of(outputSize));
  }

  /**
   * Makes a layer.
   *
   * @param outputSize number of steps of the output
   * @throws IllegalArgumentException if a size is not 1 or more
   */
  public AdaptiveMaxPooling1D(List<Integer> outputSize) {
    this(new Arguments(outputSize, ImageLayout.CHANNELS_LAST));
  }

  @Override
  Tensor reduce(AdaptiveWindows windows) {
    return windows.max();
  }
}
