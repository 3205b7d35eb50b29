package dev.tapedeck.ops.kernels.cpu;

/** A compiled loop over rows of elements at addresses. */
interface RowLoop {
  /** The index in the array of the first operand's address; each operand has two entries. */
  int OPERANDS = 2;

  /**
   * Computes rows.
   *
   * @param where the number of rows and of elements in each; then, for the output and each input,
   *     the address of its first element and the byte stride between rows
   */
  void run(long[] where);
}
