package dev.tapedeck.ops.kernels.cpu;

/** A compiled loop over single elements, for use until that over vectors is compiled by HotSpot. */
interface ElementLoop {
  /**
   * Computes elements.
   *
   * @param output an array of the element type
   * @param inputs arrays of the element type
   */
  void run(int count, Object output, Object[] inputs);
}
