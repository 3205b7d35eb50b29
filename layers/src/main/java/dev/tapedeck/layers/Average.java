package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that averages tensors element by element.
 *
 * <p>Shapes broadcast but for the batch; a tensor of a smaller rank gets axes of size 1 behind the
 * batch. The output has a mask if every input has one: it excludes the places that all exclude.
 *
 * <p>No tensors, or tensors, of other element types or batch sizes, or whose shapes do not
 * broadcast, throw {@link IllegalArgumentException}.
 */
public final class Average extends Merge<Average.Arguments, Average> {
  /** The arguments of an {@link Average}: none. */
  public record Arguments() {}

  private Average(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Average() {
    this(new Arguments());
  }

  @Override
  Tensor merge(List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::add).orElseThrow().div(inputs.size());
  }
}
