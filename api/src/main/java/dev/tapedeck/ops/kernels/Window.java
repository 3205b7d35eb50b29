package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A window that slides over images {@code [n, spatial.., c]}, with a size, stride, dilation and
 * padding for each spatial axis.
 *
 * <p>{@code Window.of(3, 3).strides(2).padding(SAME)} has one axis for each size; a number given
 * once applies to all axes, and a window of one size to all spatial axes of the images.
 *
 * @param axes one for each spatial axis, or a single one for all of them
 */
public record Window(List<Axis> axes) {
  /** The rule for the edges of an image. */
  public enum Padding {
    /**
     * No padding, whole windows only: {@code (size - window) / stride + 1} of them, rounded down.
     */
    VALID,
    /**
     * Padding for {@code size / stride} windows, rounded up; an odd element goes after the image.
     */
    SAME,
    /**
     * Padding before the image alone, so that no window has elements after its place; of
     * convolutions.
     */
    CAUSAL
  }

  private static final int LARGEST = 10_000;

  /**
   * A window along one axis.
   *
   * @param size the number of elements
   * @param stride the distance between neighbouring windows
   * @param dilation the distance between neighbouring elements of a window
   * @param same whether the padding is {@link Padding#SAME}; it then replaces the numbers
   * @param before the padding before the image
   * @param after the padding after it
   */
  public record Axis(int size, int stride, int dilation, boolean same, int before, int after) {
    /** Checks that sizes, strides and dilations are from 1 to 10,000, padding from 0. */
    public Axis {
      if (outside(1, size) || outside(1, stride) || outside(1, dilation)) {
        throw Refusal.of(
            "window",
            "sizes, strides and dilations must be from 1 to 10000",
            "size " + size + ", stride " + stride + ", dilation " + dilation,
            "use 1 for none");
      }
      if (outside(0, before) || outside(0, after)) {
        throw Refusal.of(
            "window",
            "padding must be from 0 to 10000",
            before + " and " + after,
            "use 0 for none, or slice the images to crop them");
      }
    }

    private static boolean outside(int least, int number) {
      return number < least || number > LARGEST;
    }

    /** Returns the number of image elements from the first to the last one of a window. */
    public long extent() {
      return (size - 1L) * dilation + 1;
    }

    /** Returns the number of windows along an axis of an image, given its size. */
    public long count(long image) {
      if (image == Shape.UNKNOWN) {
        return Shape.UNKNOWN;
      }
      long padded = Sizes.sum("window", image, before, after);
      return same
          ? Math.ceilDiv(image, stride)
          : padded < extent() ? 0 : (padded - extent()) / stride + 1;
    }

    /** Returns the padding before an axis of an image, given its size. */
    public long padBefore(long image) {
      long total = (count(image) - 1) * stride + extent() - image;
      return same ? Math.max(total, 0) / 2 : before;
    }

    private String padding() {
      return same ? "SAME" : before == 0 && after == 0 ? "VALID" : before + ":" + after;
    }
  }

  /** Checks that there is an axis. */
  public Window {
    axes = List.copyOf(axes);
    if (axes.isEmpty()) {
      throw Refusal.of(
          "window",
          "needs at least one size",
          "none",
          "give one for all spatial axes, or one for each");
    }
  }

  /** Makes a window that moves by 1, without padding. */
  public static Window of(int... sizes) {
    return new Window(
        Arrays.stream(sizes).mapToObj(size -> new Axis(size, 1, 1, false, 0, 0)).toList());
  }

  /** Returns this window with other sizes. */
  public Window sizes(int... sizes) {
    return with(
        sizes.length,
        (a, i) -> new Axis(one(sizes, i), a.stride, a.dilation, a.same, a.before, a.after));
  }

  /** Returns this window with other strides. */
  public Window strides(int... strides) {
    return with(
        strides.length,
        (a, i) -> new Axis(a.size, one(strides, i), a.dilation, a.same, a.before, a.after));
  }

  /** Returns this window with other dilations. */
  public Window dilations(int... dilations) {
    return with(
        dilations.length,
        (a, i) -> new Axis(a.size, a.stride, one(dilations, i), a.same, a.before, a.after));
  }

  /**
   * Returns this window with a rule for the padding.
   *
   * @throws IllegalArgumentException if it is {@link Padding#CAUSAL}, which depends on the final
   *     size
   */
  public Window padding(Padding padding) {
    if (Objects.requireNonNull(padding, "padding") == Padding.CAUSAL) {
      throw Refusal.of(
          "window",
          "the padding must be VALID or SAME",
          padding,
          "give it to ConvOptions, or give numbers");
    }
    boolean same = padding == Padding.SAME;
    return with(1, (a, i) -> new Axis(a.size, a.stride, a.dilation, same, 0, 0));
  }

  /** Returns this window with the same padding before and after each axis. */
  public Window padding(int... both) {
    return padding(both, both);
  }

  /**
   * Returns this window with padding.
   *
   * @throws IllegalArgumentException if there are more numbers of one kind than of the other
   */
  public Window padding(int[] before, int[] after) {
    if (before.length != after.length) {
      throw Refusal.of(
          "window",
          "needs as much padding before axes as behind them",
          before.length + " and " + after.length + " numbers",
          "give both for each axis, 0 for none");
    }
    return with(
        before.length,
        (a, i) -> new Axis(a.size, a.stride, a.dilation, false, one(before, i), one(after, i)));
  }

  /** A change of an axis, given its index. */
  @FunctionalInterface
  private interface Change {
    Axis of(Axis axis, int number);
  }

  private static int one(int[] values, int axis) {
    return values[values.length == 1 ? 0 : axis];
  }

  private Window with(int count, Change change) {
    int rank = count == 1 ? axes.size() : count;
    List<Axis> stretched = spread(rank, "window");
    return new Window(
        IntStream.range(0, rank).mapToObj(i -> change.of(stretched.get(i), i)).toList());
  }

  private List<Axis> spread(int rank, String who) {
    if (axes.size() != 1 && axes.size() != rank) {
      throw Refusal.of(
          who,
          "needs 1" + (rank == 1 ? " axis" : " or " + rank + " axes"),
          "the window " + this,
          "give a number for all spatial axes, or one for each");
    }
    return axes.size() == rank ? axes : Collections.nCopies(rank, axes.getFirst());
  }

  /**
   * Returns this window with {@code rank} axes.
   *
   * @param who the op that asks, for the message
   * @throws IllegalArgumentException if it has another number of axes, and not just one
   */
  public Window ofRank(int rank, String who) {
    return axes.size() == rank ? this : new Window(spread(rank, who));
  }

  /** Returns the number of axes. */
  public int rank() {
    return axes.size();
  }

  /**
   * Returns the shape of a result with {@code channels} values for each window over images {@code
   * [n, spatial.., c]}.
   */
  public Shape output(Shape images, long channels) {
    Shape output = images.with(-1, channels);
    for (int i = 0; i < axes.size(); i++) {
      output = output.with(i + 1, axes.get(i).count(images.size(i + 1)));
    }
    return output;
  }

  /** Returns {@code 2x2/2x2 VALID}, or {@code 3x3/1x1 dilated 2x2 1:1,1:1}. */
  @Override
  public String toString() {
    boolean dilated = axes.stream().anyMatch(a -> a.dilation > 1);
    boolean alike = axes.stream().map(Axis::padding).distinct().count() == 1;
    boolean named = alike && !axes.getFirst().padding().contains(":");
    return join(a -> "" + a.size, "x")
        + "/"
        + join(a -> "" + a.stride, "x")
        + (dilated ? " dilated " + join(a -> "" + a.dilation, "x") : "")
        + " "
        + (named ? axes.getFirst().padding() : join(Axis::padding, ","));
  }

  private String join(Function<Axis, String> part, String by) {
    return axes.stream().map(part).collect(Collectors.joining(by));
  }
}
