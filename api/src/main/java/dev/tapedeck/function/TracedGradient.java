package dev.tapedeck.function;

import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of a trace, which the tracer traces after it.
 *
 * @param upstream output gradients, one for each target
 * @param gradients one for each source; null where no target depends on it
 */
record TracedGradient(List<SymbolicTensor> upstream, List<Tensor> gradients) {
  /**
   * Traces gradients.
   *
   * @param sources tensors, and variables
   */
  static TracedGradient of(
      Tracer tracer,
      Differentiation.Recording recording,
      List<? extends Tensor> targets,
      List<?> sources) {
    List<SymbolicTensor> upstream = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    tracer.run(
        () -> {
          targets.forEach(target -> upstream.add(tracer.input("Gradient", target.spec())));
          gradients.addAll(
              recording.gradients(List.copyOf(targets), List.copyOf(upstream), sources));
        });
    return new TracedGradient(upstream, gradients);
  }
}
