package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Locale;

/**
 * An operation on tensors: an immutable value with a name, a shape-and-dtype rule, a computation
 * and a gradient.
 *
 * <p>Eager execution, recording on a tape and tracing into a graph all go through {@link #apply};
 * the op itself knows none of them. A custom op implements this interface (or {@link SimpleOp}, if
 * it has one output) and can do all that the built-in ones can.
 */
public interface Op extends Differentiable {
  /**
   * Returns the types and shapes of the outputs.
   *
   * @throws IllegalArgumentException if the inputs do not fit; the message says who, expected,
   *     received and what to do
   */
  TensorSpec[] infer(TensorSpec... inputs);

  /**
   * Computes the outputs of inputs that {@link #infer} has accepted.
   *
   * @throws IllegalArgumentException if a value is out of range: an index, a divisor
   */
  EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs);

  /** Returns the variables that it assigns to; for an op that writes, none means any. */
  default List<Variable> written() {
    return List.of();
  }

  /**
   * Returns the index of the input that the output equals in type, shape and every bit, as in
   * {@code x * 1}; -1 if there is none.
   *
   * @param inputs the inputs; eager ones are constants
   */
  default int equalInput(Tensor... inputs) {
    return -1;
  }

  /**
   * Returns an op that replaces this op and the producer of one of its inputs, with bitwise equal
   * results, as one transpose replaces two; null if there is none.
   *
   * @param input the index of the input of this op that {@code inner} produces
   * @param inner the producer, an op of one input and one output
   * @param spec the type and shape of its input
   */
  default Op after(int input, Op inner, TensorSpec spec) {
    return null;
  }

  /** Returns the name in graphs, {@code Add}: {@link #name} capitalized. */
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
