package dev.tapedeck.ops.kernels.cpu;

/** A compiled formula: rows of elements, at addresses. */
interface RowLoop {
  /** Where in the array the first operand's address is; two entries an operand. */
  int OPERANDS = 2;

  /**
   * Computes rows.
   *
   * @param where the number of rows, and of elements in each; then for the output, and for each
   *     input, the address of its first element and how many bytes further its next row begins
   */
  void run(long[] where);
}
