package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.kernels.Window;
import java.util.Objects;

/**
 * Options of a convolution; the defaults are strides of 1, no padding and one group of channels:
 * {@code new ConvOptions().strides(2).padding(SAME)}.
 *
 * <p>A number given once applies to all spatial axes.
 *
 * @param window strides, dilations and padding; its size is the kernel's
 * @param groups the number of groups of channels, each with its own filters
 * @param layout the position of the images' channels
 */
public record ConvOptions(Window window, int groups, ImageLayout layout) {
  /** Checks that there is at least one group. */
  public ConvOptions {
    Objects.requireNonNull(window, "convolution: window");
    Objects.requireNonNull(layout, "convolution: layout");
    Checks.atLeast("convolution", "groups", 1, groups, "use 1 for filters over all channels");
  }

  /** Makes the default options. */
  public ConvOptions() {
    this(Window.of(1), 1, ImageLayout.CHANNELS_LAST);
  }

  /** Returns these options with other strides. */
  public ConvOptions strides(int... strides) {
    return with(window.strides(strides));
  }

  /** Returns these options with other dilations. */
  public ConvOptions dilations(int... dilations) {
    return with(window.dilations(dilations));
  }

  /** Returns these options with a rule for the padding. */
  public ConvOptions padding(Window.Padding padding) {
    return with(window.padding(padding));
  }

  /** Returns these options with the same number of zeros before and after each axis. */
  public ConvOptions padding(int... both) {
    return with(window.padding(both));
  }

  /** Returns these options with zeros before and after each axis. */
  public ConvOptions padding(int[] before, int[] after) {
    return with(window.padding(before, after));
  }

  /** Returns these options with the channels in groups. */
  public ConvOptions groups(int groups) {
    return new ConvOptions(window, groups, layout);
  }

  /** Returns these options for images of another layout. */
  public ConvOptions layout(ImageLayout layout) {
    return new ConvOptions(window, groups, layout);
  }

  private ConvOptions with(Window window) {
    return new ConvOptions(window, groups, layout);
  }
}
