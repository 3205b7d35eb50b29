package dev.tapedeck.function;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * How a path through a function ends.
 *
 * @param result how the returned tensors lie in what is returned
 * @param returned the tensors, as they were traced
 * @param derivatives what gradients from outside are made of; null if they cannot be
 */
record TraceResult(TensorTree result, List<Tensor> returned, PathDerivatives derivatives) {
  Object build(Tensor... tensors) {
    return result.build(Arrays.asList(tensors).iterator());
  }
}
