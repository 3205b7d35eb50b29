package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * The input of a recurrent cell, and of a recurrent layer that is given its first states.
 *
 * @param input one step {@code [n, ..]} for a cell, a sequence {@code [n, time, ..]} for a layer
 * @param states the states before it, each {@code [n, ..]}; none for those of a new sequence
 */
public record RecurrentInput(Tensor input, List<Tensor> states) {
  /** Makes an input. */
  public RecurrentInput {
    states = List.copyOf(states);
  }
}
