package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.View;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A view of the same elements in another shape.
 *
 * @param from the input's shape when traced, whose unknown sizes are those of {@code to}, in order;
 *     empty if at most one size of {@code to} is unknown
 */
record Reshape(Shape to, Optional<Shape> from) implements View {
  Reshape {
    Objects.requireNonNull(to, "reshape: shape");
    Objects.requireNonNull(from, "reshape: from");
  }

  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    Shape shape = inputs[0].shape();
    return new TensorSpec(
        inputs[0].dtype(),
        from.isEmpty() ? resolve(shape, to.toArray()) : carried(from.get(), shape));
  }

  /** Returns the shape with its size of -1, if any, computed from the number of elements. */
  static Shape resolve(Shape from, long[] sizes) {
    long[] target = sizes.clone();
    int open = -1;
    long known = 1;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == -1 && open >= 0) {
        throw Refusal.of(
            "reshape", "only one size may be -1", Arrays.toString(sizes), "give the other sizes");
      }
      open = target[i] == -1 ? i : open;
      known = target[i] == -1 ? known : Sizes.product("reshape", known, target[i]);
    }
    if (open >= 0 && known != 0 && from.isKnown() && from.count() % known == 0) {
      target[open] = from.count() / known;
    }
    Shape shape = Shape.of(target);
    if (from.isKnown() && shape.count() != from.count()) {
      throw Refusal.of(
          "reshape",
          "needs sizes of the " + from.count() + " elements of " + from,
          Arrays.toString(sizes),
          "make that their product; -1 for one of them computes it where the others divide it");
    }
    return shape;
  }

  private Shape carried(Shape of, Shape shape) {
    long[] unknown =
        IntStream.range(0, Math.min(of.rank(), shape.rank()))
            .filter(axis -> of.size(axis) == Shape.UNKNOWN)
            .mapToLong(shape::size)
            .toArray();
    long[] sizes = to.toArray();
    int next = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == Shape.UNKNOWN && next < unknown.length) {
        sizes[i] = unknown[next++];
      } else if (sizes[i] == Shape.UNKNOWN) {
        next = unknown.length + 1;
      }
    }
    Shape made = Shape.of(sizes);
    boolean same = !shape.isKnown() || made.count() == shape.count();
    if (next != unknown.length || !same || knownCount(of) != knownCount(to)) {
      throw Refusal.of(
          "reshape",
          "unknown sizes must follow from those of " + of,
          to,
          "give all sizes but one, which may be -1");
    }
    return made;
  }

  /** Returns the product of the known sizes. */
  private static long knownCount(Shape shape) {
    return Shape.of(Arrays.stream(shape.toArray()).filter(s -> s != Shape.UNKNOWN).toArray())
        .count();
  }

  @Override
  public EagerTensor view(EagerTensor input, Shape shape) {
    long[] strides = input.isContiguous() ? shape.strides() : strides(input, shape);
    if (strides != null) {
      return input.view(shape, strides, input.offset());
    }
    EagerTensor dense = input.dense();
    return dense.view(shape, shape.strides(), dense.offset());
  }

  /** Returns the strides of a strided tensor in another shape; null if it must be copied. */
  private static long[] strides(EagerTensor from, Shape to) {
    Shape shape = from.shape();
    long[] strides = new long[to.rank()];
    int axis = shape.rank() - 1;
    long left = 1; // evenly spaced elements not yet divided among axes of the result
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      boolean used = left == 1;
      while (used && axis >= 0 && (left == 1 || continues(from, axis, left * stride))) {
        stride = left == 1 ? from.strides()[axis] : stride;
        left *= shape.size(axis--);
      }
      if (left % to.size(i) != 0) {
        return null;
      }
      strides[i] = stride;
      stride *= to.size(i);
      left /= to.size(i);
    }
    return strides;
  }

  private static boolean continues(EagerTensor x, int axis, long stride) {
    return x.shape().size(axis) == 1 || x.strides()[axis] == stride;
  }

  @Override
  public int equalInput(Tensor... inputs) {
    return sameShape(inputs);
  }

  @Override
  public Op after(int input, Op inner, TensorSpec spec) {
    return inner instanceof Reshape ? this : null;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[] {Shaping.reshape(upstream, call.input(0).shape())};
  }
}
