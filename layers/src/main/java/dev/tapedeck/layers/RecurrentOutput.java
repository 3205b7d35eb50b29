package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * The output of a recurrent cell, and of a recurrent layer that is asked for its last states.
 *
 * @param output one step {@code [n, ..]} of a cell, the layer's output of a layer
 * @param states the states after it, each {@code [n, ..]}
 */
public record RecurrentOutput(Tensor output, List<Tensor> states) {
  /** Makes an output. */
  public RecurrentOutput {
    states = List.copyOf(states);
  }
}
