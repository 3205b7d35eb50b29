package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * Kernels for the steps of recurrent layers, beside their matrix products: {@code n} examples,
 * {@code u} units.
 *
 * <p>All tensors are dense; unlike those of other kernels, the records have several outputs.
 */
public interface RecurrentKernels {
  /** What is computed of the input and the state. */
  enum Cell {
    /** {@code h = tanh(a)}. */
    SIMPLE(1, 0),
    /**
     * {@code c = sigmoid(f) * c + sigmoid(i) * tanh(g)} and {@code h = sigmoid(o) * tanh(c)}; the
     * gates are i, f, g, o.
     */
    LSTM(4, 4),
    /**
     * {@code h = sigmoid(z) * h + (1 - sigmoid(z)) * tanh(g + sigmoid(r) * q)}; the gates are z, r
     * and g, q is the part of g that is of the state. Kept are those of z, r, g, and q.
     */
    GRU(3, 4);

    private final int gates;
    private final int kept;

    Cell(int gates, int kept) {
      this.gates = gates;
      this.kept = kept;
    }

    /** Returns the number of gates. */
    public int gates() {
      return gates;
    }

    /** Returns how many numbers of a unit are kept for the gradient. */
    public int kept() {
      return kept;
    }

    /** Returns whether there is a memory beside the output. */
    public boolean hasMemory() {
      return this == LSTM;
    }
  }

  /**
   * One step.
   *
   * @param input product of the input and its kernel {@code [n, gates * u]}
   * @param product product of the state and its kernel, likewise; may be overwritten
   * @param bias bias {@code [gates * u]}, of a GRU {@code [2, gates * u]} for input and state
   * @param valid bools {@code [n]}: where false, output and memory stay; null for all true
   * @param before output of the step before {@code [n, u]}
   * @param memoryBefore memory of the step before; null without one
   * @param kept where to write the gates {@code [n, kept * u]}; null for none
   * @param memory where to write the memory; null without one
   * @param output where to write the output
   */
  record Step(
      EagerTensor input,
      EagerTensor product,
      EagerTensor bias,
      EagerTensor valid,
      EagerTensor before,
      EagerTensor memoryBefore,
      EagerTensor kept,
      EagerTensor memory,
      EagerTensor output) {}

  /** Computes a step. */
  void step(Cell cell, Step step);

  /**
   * The gradient of one step.
   *
   * @param upstream gradient of the output {@code [n, u]}
   * @param product what the step after adds to it through its matrix product
   * @param carried what the step after adds to it otherwise; overwritten by what this step adds to
   *     that of the one before
   * @param memoryUpstream gradient of the memory; null for none
   * @param memoryCarried what the step after adds to it; overwritten as {@code carried}; null
   *     without a memory
   * @param step what the step read and wrote; of its products and bias nothing is read
   * @param inputGradient where to write that of the input's product
   * @param productGradient where to write that of the state's product, if it is another tensor
   */
  record StepGradient(
      EagerTensor upstream,
      EagerTensor product,
      EagerTensor carried,
      EagerTensor memoryUpstream,
      EagerTensor memoryCarried,
      Step step,
      EagerTensor inputGradient,
      EagerTensor productGradient) {}

  /** Computes the gradient of a step. */
  void gradient(Cell cell, StepGradient gradient);
}
