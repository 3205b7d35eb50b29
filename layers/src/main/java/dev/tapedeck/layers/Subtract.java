package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that subtracts the second of two tensors from the first, element by element.
 *
 * <p>Shapes broadcast but for the batch; a tensor of a smaller rank gets axes of size 1 behind the
 * batch. The output has a mask if every input has one: it excludes the places that all exclude.
 *
 * <p>Another number of tensors than two, or tensors, of other element types or batch sizes, or
 * whose shapes do not broadcast, throw {@link IllegalArgumentException}.
 */
public final class Subtract extends Merge<Subtract.Arguments, Subtract> {
  /** The arguments of a {@link Subtract}: none. */
  public record Arguments() {}

  private Subtract(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Subtract() {
    this(new Arguments());
  }

  @Override
  void checkCount(int count) {
    checkPair(count);
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    return inputs.getFirst().sub(inputs.getLast());
  }
}
