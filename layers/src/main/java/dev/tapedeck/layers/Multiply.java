package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A layer that multiplies tensors element by element.
 *
 * <p>Shapes broadcast but for the batch; a tensor of a smaller rank gets axes of size 1 behind the
 * batch. What a mask excludes counts as 1. The output has a mask if every input has one: it
 * excludes the places that all exclude, where the output is 0.
 *
 * <p>No tensors, or tensors of other element types or batch sizes, or whose shapes do not
 * broadcast, throw {@link IllegalArgumentException}.
 */
public final class Multiply extends Merge<Multiply.Arguments, Multiply> {
  /** The arguments of a {@link Multiply}: none. */
  public record Arguments() {}

  private Multiply(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Multiply() {
    this(new Arguments());
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    List<Tensor> valid = new ArrayList<>(); // some may be null
    inputs.forEach(x -> valid.add(validElements(x)));
    Tensor y = null;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor x = inputs.get(i);
      Tensor factor = valid.get(i) == null ? x : Logic.where(valid.get(i), x, 1);
      y = y == null ? factor : y.mul(factor);
    }
    if (valid.stream().anyMatch(Objects::isNull)) {
      return y;
    }
    Tensor any = valid.stream().reduce(Logic::logicalOr).orElseThrow();
    return Logic.where(any, y, 0).withMask(Reductions.any(any, -1));
  }
}
