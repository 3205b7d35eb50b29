package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.Window.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Options of a convolution; the defaults are strides of 1, no padding and one group of channels:
 * {@code new ConvOptions().strides(2).padding(SAME)}.
 *
 * <p>A number given once applies to all spatial axes.
 *
 * @param window strides, dilations and padding; its size is the kernel's
 * @param causal whether the padding is {@link Padding#CAUSAL}; it then replaces the window's
 * @param groups the number of groups of channels, each with its own filters
 * @param layout the position of the images' channels
 * @param outputPadding elements of a transposed convolution's output, for each axis, beyond the
 *     smallest; empty for as many as there are by default
 */
public record ConvOptions(
    Window window, boolean causal, int groups, ImageLayout layout, List<Integer> outputPadding) {
  /** Checks that there is at least one group, and that no output padding is negative. */
  public ConvOptions {
    Objects.requireNonNull(window, "convolution: window");
    Objects.requireNonNull(layout, "convolution: layout");
    Checks.atLeast("convolution", "groups", 1, groups, "use 1 for filters over all channels");
    outputPadding = List.copyOf(outputPadding);
    for (int more : outputPadding) {
      Checks.atLeast("convolution", "outputPadding", 0, more, "use 0 for the smallest output");
    }
  }

  /** Makes the default options. */
  public ConvOptions() {
    this(Window.of(1), false, 1, ImageLayout.CHANNELS_LAST, List.of());
  }

  /** Returns these options with other strides. */
  public ConvOptions strides(int... strides) {
    return with(window.strides(strides), causal);
  }

  /** Returns these options with other dilations. */
  public ConvOptions dilations(int... dilations) {
    return with(window.dilations(dilations), causal);
  }

  /** Returns these options with a rule for the padding. */
  public ConvOptions padding(Padding padding) {
    boolean isCausal = padding == Padding.CAUSAL;
    return with(window.padding(isCausal ? Padding.VALID : padding), isCausal);
  }

  /** Returns these options with the same number of zeros before and after each axis. */
  public ConvOptions padding(int... both) {
    return with(window.padding(both), false);
  }

  /** Returns these options with zeros before and after each axis. */
  public ConvOptions padding(int[] before, int[] after) {
    return with(window.padding(before, after), false);
  }

  /** Returns these options with the channels in groups. */
  public ConvOptions groups(int groups) {
    return new ConvOptions(window, causal, groups, layout, outputPadding);
  }

  /** Returns these options for images of another layout. */
  public ConvOptions layout(ImageLayout layout) {
    return new ConvOptions(window, causal, groups, layout, outputPadding);
  }

  /**
   * Returns these options with output padding of a transposed convolution; see {@link
   * Convolution#conv2dTranspose(Object, Object, ConvOptions, long...)}.
   */
  public ConvOptions outputPadding(int... elements) {
    List<Integer> padding = Arrays.stream(elements).boxed().toList();
    return new ConvOptions(window, causal, groups, layout, padding);
  }

  private ConvOptions with(Window window, boolean causal) {
    return new ConvOptions(window, causal, groups, layout, outputPadding);
  }

  /** Returns the window of a kernel's sizes. */
  Window window(String who, int... sizes) {
    Window sized = window.ofRank(sizes.length, who).sizes(sizes);
    if (!causal) {
      return sized;
    }
    int[] before = sized.axes().stream().mapToInt(axis -> (int) axis.extent() - 1).toArray();
    return sized.padding(before, new int[before.length]);
  }
}
