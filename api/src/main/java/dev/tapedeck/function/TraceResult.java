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
 * @param opaqueOps names of ops with gradients of their own, which the calls do not give
 */
record TraceResult(
    TensorTree result, List<Tensor> returned, PathDerivatives derivatives, List<String> opaqueOps) {
  Object build(Tensor... tensors) {
    return result.build(Arrays.asList(tensors).iterator());
  }
}
