package dev.tapedeck.function;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The result of a path through a function.
 *
 * @param result the structure of what is returned
 * @param returned the tensors in it, as they were traced
 * @param derivatives the source of gradients for tapes outside; null if there are none
 */
record TraceResult(TensorTree result, List<Tensor> returned, PathDerivatives derivatives) {
  Object build(Tensor... tensors) {
    return result.build(Arrays.asList(tensors).iterator());
  }
}
