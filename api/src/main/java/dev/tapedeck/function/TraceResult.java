package dev.tapedeck.function;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The result at the end of a path through a traced function.
 *
 * @param result structure of the returned value
 * @param returned the tensors in it, as they were traced
 * @param derivatives gradients of the path, for outer tapes; null if there are none
 */
record TraceResult(TensorTree result, List<Tensor> returned, PathDerivatives derivatives) {
  Object build(Tensor... tensors) {
    return result.build(Arrays.asList(tensors).iterator());
  }
}
