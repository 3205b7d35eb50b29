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

  /** Computes {@code sigmoid(a + b + bias)}. */
  void sigmoid(long a, long b, long bias, long count, long to);

  /** Computes {@code tanh(a + b + bias)}. */
  void tanh(long a, long b, long bias, long count, long to);

  /** Computes memory and output of gates i, f, g, o. */
  void lstm(long gates, long memoryBefore, long units, long memory, long output);

  /**
   * Computes q, g and the output of gates z and r.
   *
   * @param kept z and r, behind which g and q are written
   * @param a the input's part of g
   * @param b the state's part of g
   */
  void gru(long kept, long a, long bias, long b, long before, long units, long output);

  /** Adds numbers to others. */
  void add(long to, long numbers, long count);

  /** Adds the three parts of an output's gradient up into the last. */
  void sum(long upstream, long product, long units, long carried);

  /** Computes the gradient of tanh, of an output's gradient. */
  void tanhGradient(long gradient, long output, long units, long to);

  /**
   * Computes the gradients of the gates i, f, g, o of the output's gradient.
   *
   * @param memoryUpstream 0 for none
   * @param memoryCarried gradient of the memory, which becomes that of the one before
   */
  void lstmGradient(
      long gradient,
      long kept,
      long memory,
      long memoryBefore,
      long units,
      long memoryUpstream,
      long memoryCarried,
      long to);

  /**
   * Computes the gradients of the gates z, r, g of the output's gradient, which becomes what is
   * carried to the step before.
   */
  void gruGradient(long gradient, long kept, long before, long units, long to, long ofState);
}
