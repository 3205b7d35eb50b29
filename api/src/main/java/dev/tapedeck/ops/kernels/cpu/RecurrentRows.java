package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;

/** Loops over the units of one example in one step of a recurrent layer, all by addresses. */
interface RecurrentRows {
  RecurrentRows FLOAT32 =
      TypeSpecializer.copy(RecurrentLoops.class, RecurrentRows.class, DType.FLOAT32);
  RecurrentRows FLOAT64 =
      TypeSpecializer.copy(RecurrentLoops.class, RecurrentRows.class, DType.FLOAT64);

  static RecurrentRows of(DType type) {
    return type == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  /** Computes {@code a + b + c}. */
  void sum(long a, long b, long c, long count, long to);

  /** Adds numbers to others. */
  void add(long to, long numbers, long count);

  /** Multiplies numbers by factors. */
  void mul(long to, long factors, long count);

  /** Computes the sigmoid of numbers in their place. */
  void sigmoid(long x, long count);

  /** Computes the tanh, maybe in the place of the numbers. */
  void tanh(long x, long count, long to);

  /** Computes the memory {@code f * before + i * g} of gates i, f, g. */
  void memory(long gates, long before, long units, long to);

  /** Computes {@code a + bias + reset * q}. */
  void candidate(long a, long bias, long reset, long q, long units, long to);

  /** Computes {@code z * before + (1 - z) * g}. */
  void mix(long z, long before, long g, long units, long to);

  /** Computes the gradient of tanh, of an output's gradient. */
  void tanhGradient(long gradient, long output, long units, long to);

  /**
   * Computes the gradient of the gate o of an LSTM, and adds to that of the memory.
   *
   * @param tanh the memory's tanh
   */
  void outputGradient(long gradient, long open, long tanh, long units, long memoryCarried, long to);

  /** Computes the gradients of i, f and g, and makes that of the memory the one before's. */
  void memoryGradient(long kept, long memoryBefore, long units, long memoryCarried, long to);

  /**
   * Computes the gradients of the gates z, r, g of the output's gradient, which becomes what is
   * carried to the step before.
   */
  void gruGradient(long gradient, long kept, long before, long units, long to, long ofState);
}
