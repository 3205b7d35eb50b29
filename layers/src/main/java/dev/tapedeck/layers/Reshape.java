package dev.tapedeck.layers;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A layer that gives each example another shape: {@code [n, ..]} gives {@code [n, targetShape..]}.
 *
 * <p>Elements keep their row-major order. One size may be -1, which is computed from the others.
 *
 * <p>An input whose examples have another number of elements throws {@link
 * IllegalArgumentException}.
 */
public final class Reshape extends BuiltIn<Reshape.Arguments, Reshape> {
  private static final String WHO = "Reshape";

  /**
   * The arguments of a {@link Reshape}.
   *
   * @param targetShape shape of an example
   */
  public record Arguments(List<Integer> targetShape) {
    /** Checks the arguments. */
    public Arguments {
      targetShape = targetShape.stream().map(size -> size == null ? -1 : size).toList();
      if (targetShape.stream().anyMatch(size -> size < -1)
          || targetShape.stream().filter(size -> size == -1).count() > 1) {
        throw Refusal.of(
            WHO,
            "needs sizes of 0 or more, one of which may be -1",
            targetShape,
            "give an example's sizes without that of the batch");
      }
    }
  }

  private Reshape(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of the sizes of an example, without that of the batch. */
  public Reshape(int... targetShape) {
    this(new Arguments(Arrays.stream(targetShape).boxed().toList()));
  }

  @Override
  protected Tensor call(Tensor x) {
    if (x.shape().isScalar()) {
      throw Refusal.of(WHO, "needs inputs [n, ..]", "a scalar", "reshape it to (1, 1)");
    }
    Shape example = x.shape().slice(1, x.shape().rank());
    long[] target = args().targetShape.stream().mapToLong(size -> size).toArray();
    if (example.isKnown()) {
      return Shaping.reshape(x, Shape.of(x.shape().size(0)).concat(resolved(example, target)));
    }
    if (Arrays.stream(target).noneMatch(size -> size == -1)) {
      Tensor y = x.reshape(Shape.of(Shape.UNKNOWN).concat(target).toArray());
      return CheckSizes.check(WHO, "as many examples", y, new int[] {0}, x, new int[] {0});
    }
    return Shaping.reshape(x, Shape.of(x.shape().size(0)).concat(target));
  }

  private static long[] resolved(Shape example, long... target) {
    long known = Shape.of(Arrays.stream(target).filter(size -> size != -1).toArray()).count();
    long[] sizes =
        Arrays.stream(target)
            .map(size -> size == -1 && known > 0 ? example.count() / known : size)
            .toArray();
    if (Shape.of(sizes).count() != example.count()) {
      throw Refusal.of(
          WHO,
          "needs a shape of the " + example.count() + " elements of an example " + example,
          Shape.of(target),
          "make that the product of its sizes");
    }
    return sizes;
  }
}
