package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * A layer that joins tensors along an axis: {@code [n, a]} and {@code [n, b]} give {@code [n, a +
 * b]}.
 *
 * <p>The output has a mask if an input has one: it excludes the places all of whose elements along
 * the last axis come from places that the inputs' masks exclude.
 *
 * <p>No tensors, or tensors that differ in type, rank or the size of another axis, throw {@link
 * IllegalArgumentException}.
 */
public final class Concatenate
    extends BuiltInOf<List<Tensor>, Tensor, Concatenate.Arguments, Concatenate> {
  /**
   * The arguments of a {@link Concatenate}.
   *
   * @param axis axis along which the tensors are joined
   */
  public record Arguments(int axis) {}

  private Concatenate(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that joins along the last axis. */
  public Concatenate() {
    this(-1);
  }

  /** Makes a layer that joins along an axis; a negative one counts from the end. */
  public Concatenate(int axis) {
    this(new Arguments(axis));
  }

  @Override
  protected Tensor call(List<Tensor> inputs) {
    check(inputs.stream().map(Tensor::shape).toList());
    Tensor y = Joining.concat(args().axis, inputs.toArray());
    return inputs.stream().map(Tensor::mask).allMatch(Objects::isNull)
        ? y
        : y.withMask(mask(inputs));
  }

  private void check(List<Shape> shapes) {
    if (shapes.isEmpty()) {
      throw Refusal.of("Concatenate", "needs at least one tensor", "none", "give a list of them");
    }
    Shape first = shapes.getFirst();
    int along = first.axis(args().axis, "Concatenate");
    for (Shape shape : shapes) {
      if (shape.rank() != first.rank() || !shape.with(along, 0).fits(first.with(along, 0))) {
        throw Refusal.of(
            "Concatenate",
            "needs tensors whose shapes differ along axis " + args().axis + " only",
            shapes,
            "reshape them, or join them along another axis");
      }
    }
  }

  private Tensor mask(List<Tensor> inputs) {
    Object[] masks = inputs.stream().map(x -> MaskShapes.ofElements(x, x.mask())).toArray();
    return Reductions.any(Joining.concat(args().axis, masks), -1);
  }
}
