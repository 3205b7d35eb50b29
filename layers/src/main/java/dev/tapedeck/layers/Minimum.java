package dev.tapedeck.layers;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that takes the smallest of several tensors, element by element.
 *
 * <p>Shapes broadcast but for the batch; a tensor of a smaller rank gets axes of size 1 behind the
 * batch. The output has a mask if every input has one: it excludes the places that all exclude.
 * What one mask excludes counts only where all do.
 *
 * <p>No tensors, or tensors, of other element types or batch sizes, or whose shapes do not
 * broadcast, throw {@link IllegalArgumentException}.
 */
public final class Minimum extends Merge<Minimum.Arguments, Minimum> {
  /** The arguments of a {@link Minimum}: none. */
  public record Arguments() {}

  private Minimum(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Minimum() {
    this(new Arguments());
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    return ofValid(Maths::minimum, inputs);
  }
}
