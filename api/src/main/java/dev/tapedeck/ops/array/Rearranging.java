package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.View;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/** Rearrangements of elements: repeated, padded, reversed, rolled. */
public final class Rearranging {
  private Rearranging() {}

  /**
   * Returns the tensor repeated as a whole along each axis, {@code [a, b] -> [a, b, a, b]}.
   *
   * @throws IllegalArgumentException if there is not one multiple, 0 or more, for each axis
   */
  public static Tensor tile(Object x, long... multiples) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    int rank = shape.rank();
    if (multiples.length != rank || Arrays.stream(multiples).anyMatch(m -> m < 0)) {
      throw Refusal.of(
          "tile",
          "needs a multiple, 0 or more, for each axis of " + shape,
          Arrays.toString(multiples),
          "use 1 for axes that stay");
    }
    long[] apart = new long[2 * rank];
    long[] repeated = new long[2 * rank];
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      apart[2 * i] = 1;
      repeated[2 * i] = multiples[i];
      apart[2 * i + 1] = shape.size(i);
      repeated[2 * i + 1] = shape.size(i);
      sizes[i] =
          shape.size(i) == Shape.UNKNOWN
              ? Shape.UNKNOWN
              : Sizes.product("tile", multiples[i], shape.size(i));
    }
    return Shaping.reshape(Shaping.broadcastTo(Shaping.reshape(tensor, apart), repeated), sizes);
  }

  /**
   * Returns the tensor with each element repeated along an axis, {@code [a, b] -> [a, a, b, b]}.
   *
   * @throws IllegalArgumentException if {@code repeats} is below 0
   */
  public static Tensor repeat(Object x, long repeats, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "repeat");
    Checks.atLeast("repeat", "repeats", 0, repeats, "use 1 to keep each element once");
    Shape shape = tensor.shape();
    long size = shape.size(along);
    if (size == Shape.UNKNOWN && !shape.with(along, 1).isKnown()) {
      return Indexing.gather(tensor, repeat(positions(tensor, along), repeats, 0), along);
    }
    Tensor apart = Shaping.expandDims(tensor, along + 1);
    Tensor repeated = Shaping.broadcastTo(apart, apart.shape().with(along + 1, repeats).toArray());
    long all = size == Shape.UNKNOWN ? size : Sizes.product("repeat", size, repeats);
    return Shaping.reshape(repeated, shape.with(along, all));
  }

  /** Returns the positions of an axis of unknown size, {@code [0, 1, ..]}. */
  private static Tensor positions(Tensor x, int axis) {
    int[] others = IntStream.range(0, x.shape().rank()).filter(i -> i != axis).toArray();
    Tensor each = Creation.onesLike(Reductions.any(Casting.cast(x, DType.BOOL), others));
    return Cumulative.cumsum(Casting.cast(each, DType.INT32), 0).sub(1);
  }

  /**
   * Returns the tensor with zeros before and after it: {@code paddings[axis] = {before, after}}.
   */
  public static Tensor pad(Object x, int[][] paddings) {
    return pad(x, paddings, 0);
  }

  /**
   * Returns the tensor with a value before and after it: {@code paddings[axis] = {before, after}}.
   *
   * @throws IllegalArgumentException if there is not one pair, 0 or more, for each axis, or the
   *     value does not fit the element type
   */
  public static Tensor pad(Object x, int[][] paddings, Number value) {
    return new Pad(paddings, value).applyTo(Operands.tensor(x));
  }

  /**
   * Returns the tensor with zeros, or mirrored elements, before and after it: {@code paddings[axis]
   * = {before, after}}.
   *
   * @throws IllegalArgumentException if there is not one pair, 0 or more, for each axis, or an axis
   *     is too short to be mirrored that far
   */
  public static Tensor pad(Object x, int[][] paddings, PadMode mode) {
    Tensor tensor = Operands.tensor(x);
    Pad.check(tensor.shape(), paddings);
    if (mode == PadMode.CONSTANT) {
      return pad(tensor, paddings);
    }
    for (int axis = 0; axis < paddings.length; axis++) {
      if (paddings[axis][0] > 0 || paddings[axis][1] > 0) {
        Tensor mirrored = Pad.mirrored(tensor.shape(), axis, paddings[axis], mode);
        tensor = Indexing.gather(tensor, mirrored, axis);
      }
    }
    return tensor;
  }

  /**
   * Returns the tensor, as a view, with its elements in reverse order along axes; none given means
   * all.
   */
  public static Tensor reverse(Object x, int... axes) {
    Tensor tensor = Operands.tensor(x);
    return new Reverse(tensor.shape().axes(axes, "reverse")).applyTo(tensor);
  }

  /**
   * Returns the tensor turned by 90 degrees, a number of times, from the first axis towards the
   * second.
   *
   * @throws IllegalArgumentException if both axes are the same
   */
  public static Tensor rot90(Object x, int times, int from, int to) {
    Tensor tensor = Operands.tensor(x);
    int first = tensor.shape().axis(from, "rot90");
    int second = tensor.shape().axis(to, "rot90");
    if (first == second) {
      throw Refusal.of("rot90", "needs two axes", from + " and " + to, "give different ones");
    }
    return switch (Math.floorMod(times, 4)) {
      case 1 -> Shaping.swapAxes(reverse(tensor, second), first, second);
      case 2 -> reverse(tensor, first, second);
      case 3 -> reverse(Shaping.swapAxes(tensor, first, second), second);
      default -> tensor;
    };
  }

  /**
   * Returns the tensor with its elements shifted along an axis, those beyond the end to the start:
   * {@code [a, b, c] -> [c, a, b]} by 1. A negative shift moves them towards the start.
   */
  public static Tensor roll(Object x, long shift, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "roll");
    long size = tensor.shape().size(along);
    if (size == Shape.UNKNOWN) {
      throw Checks.unknown("roll", "the size of axis " + along, tensor.shape());
    }
    long by = size == 0 ? 0 : Math.floorMod(shift, size);
    if (by == 0) {
      return tensor;
    }
    return Joining.concat(
        along,
        Indexing.narrow(tensor, along, size - by, by),
        Indexing.narrow(tensor, along, 0, size - by));
  }

  /**
   * Returns the tensor rolled along several axes, as by {@link #roll(Object, long, int)} for each.
   *
   * @throws IllegalArgumentException if there is not one shift for each axis
   */
  public static Tensor roll(Object x, long[] shifts, int[] axes) {
    if (shifts.length != axes.length) {
      throw Refusal.of(
          "roll",
          "needs a shift for each axis",
          Arrays.toString(shifts) + " and axes " + Arrays.toString(axes),
          "give as many shifts as axes");
    }
    Tensor tensor = Operands.tensor(x);
    for (int i = 0; i < axes.length; i++) {
      tensor = roll(tensor, shifts[i], axes[i]);
    }
    return tensor;
  }

  /**
   * Returns images with blocks of pixels moved into channels: {@code [n, h * b, w * b, c] -> [n, h,
   * w, b * b * c]}.
   *
   * @throws IllegalArgumentException if the blocks do not fill the images
   */
  public static Tensor spaceToDepth(Object images, int blockSize) {
    Tensor x = images("spaceToDepth", images, blockSize);
    long height = x.shape().size(1);
    long width = x.shape().size(2);
    long channels = x.shape().size(3);
    if (height % blockSize != 0 || width % blockSize != 0) {
      throw Refusal.of(
          "spaceToDepth",
          "heights and widths must be multiples of the block size " + blockSize,
          "images " + x.shape(),
          "pad or crop them");
    }
    long b = blockSize;
    long[] blocks = {x.shape().size(0), height / b, b, width / b, b, channels};
    return Shaping.reshape(
        Shaping.transpose(Shaping.reshape(x, blocks), 0, 1, 3, 2, 4, 5),
        blocks[0],
        height / b,
        width / b,
        Sizes.product("spaceToDepth", b, b, channels));
  }

  /**
   * Returns images with channels moved into blocks of pixels: {@code [n, h, w, b * b * c] -> [n, h
   * * b, w * b, c]}.
   *
   * @throws IllegalArgumentException if the channels do not divide into blocks
   */
  public static Tensor depthToSpace(Object images, int blockSize) {
    Tensor x = images("depthToSpace", images, blockSize);
    long height = x.shape().size(1);
    long width = x.shape().size(2);
    long b = blockSize;
    if (x.shape().size(3) % (b * b) != 0) {
      throw Refusal.of(
          "depthToSpace",
          "channels must be a multiple of " + b + "x" + b,
          "images " + x.shape(),
          "use another block size, or make as many channels by a convolution");
    }
    long channels = x.shape().size(3) / (b * b);
    long[] blocks = {x.shape().size(0), height, width, b, b, channels};
    return Shaping.reshape(
        Shaping.transpose(Shaping.reshape(x, blocks), 0, 1, 3, 2, 4, 5),
        blocks[0],
        Sizes.product("depthToSpace", height, b),
        Sizes.product("depthToSpace", width, b),
        channels);
  }

  private static Tensor images(String who, Object images, int blockSize) {
    Tensor x = Operands.tensor(images);
    Checks.rank(who, "images [n, h, w, c]", 4, x.spec());
    Checks.atLeast(who, "the block size", 1, blockSize, "use 2 for blocks of 2x2");
    return x;
  }

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Reverse(int[] axes) implements View {
    Reverse {
      Objects.requireNonNull(axes, "axes");
    }

    @Override
    public String name() {
      return "reverse";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.axes(name(), axes, inputs[0].shape());
      return inputs[0];
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      long[] strides = input.strides().clone();
      long offset = input.offset();
      for (int axis : axes) {
        offset += shape.count() == 0 ? 0 : (shape.size(axis) - 1) * strides[axis];
        strides[axis] = -strides[axis];
      }
      return input.view(shape, strides, offset);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {new Reverse(axes).applyTo(upstream)};
    }
  }
}
