package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Locale;

/**
 * An operation on tensors: an immutable value that carries its name, its shape-and-dtype rule, how
 * it is computed, and its gradient.
 *
 * <p>Executing at once, recording on a tape and tracing into a graph all go through {@link #apply};
 * an op knows of none of them. An op of your own implements this interface (or {@link SimpleOp},
 * when it has one output) and has the same rights as the ones here.
 */
public interface Op extends Differentiable {
  /**
   * Returns what the outputs will be.
   *
   * @throws IllegalArgumentException if the inputs do not fit; who, expected, received, what to do
   */
  TensorSpec[] infer(TensorSpec... inputs);

  /**
   * Computes the outputs of inputs that {@link #infer} has accepted.
   *
   * @throws IllegalArgumentException if a value is out of range: an index, a divisor
   */
  EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs);

  /** Returns the variables that it assigns to; of an op that writes, none means any. */
  default List<Variable> written() {
    return List.of();
  }

  /**
   * Returns the number of the input that the output is equal to, to the last bit, in type and in
   * shape, as in {@code x * 1}; -1 if there is none.
   *
   * @param inputs constants are eager, others symbolic
   */
  default int equalInput(Tensor... inputs) {
    return -1;
  }

  /**
   * Returns the op that gives the same, to the last bit, for the input of another op in place of
   * that one's output, as one transpose does for two; null if there is none.
   *
   * @param input which input of this op the other's output is
   * @param inner an op of one input and one output
   * @param spec what its input is
   */
  default Op after(int input, Op inner, TensorSpec spec) {
    return null;
  }

  /** Returns the name in graphs, {@code Add}: that of {@link #name} with a capital. */
  default String title() {
    String name = name();
    return name.isEmpty()
        ? "Op"
        : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** Applies this op: eagerly, or into the graph being traced; every open tape records it. */
  default Tensor[] apply(Tensor... inputs) {
    return Dispatch.apply(this, inputs);
  }
}
