package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.kernels.Window;
import java.util.Objects;

/**
 * How a kernel slides over images; without anything set it moves by 1, without padding, over all
 * channels at once: {@code new ConvOptions().strides(2).padding(SAME)}.
 *
 * <p>A number that is given once holds for all spatial axes.
 *
 * @param window strides, dilations and padding; its size is the kernel's
 * @param groups into how many parts the channels are split, each with filters of its own
 * @param layout where the images have their channels
 */
public record ConvOptions(Window window, int groups, ImageLayout layout) {
  /** Checks that there is a group. */
  public ConvOptions {
    Objects.requireNonNull(window, "convolution: window");
    Objects.requireNonNull(layout, "convolution: layout");
    if (groups < 1) {
      throw new IllegalArgumentException(
          "convolution: groups must be 1 or more, received " + groups);
    }
  }

  /** Makes the options that are the default. */
  public ConvOptions() {
    this(Window.of(1), 1, ImageLayout.CHANNELS_LAST);
  }

  /** Returns these options with other strides. */
  public ConvOptions strides(int... strides) {
    return with(window.strides(strides));
  }

  /** Returns these options with the kernel's elements farther apart. */
  public ConvOptions dilations(int... dilations) {
    return with(window.dilations(dilations));
  }

  /** Returns these options with a rule for the padding. */
  public ConvOptions padding(Window.Padding padding) {
    return with(window.padding(padding));
  }

  /** Returns these options with as many zeros before each axis as behind it. */
  public ConvOptions padding(int... both) {
    return with(window.padding(both));
  }

  /** Returns these options with zeros before and behind each axis. */
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
