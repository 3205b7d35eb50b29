package dev.tapedeck.ops.kernels.cpu.onednn;

/** The tensor of a convolution (images, kernel or output) that is computed from the other two. */
enum Direction {
  IMAGES(0, Argument.SOURCE_GRADIENT, Argument.WEIGHTS, Argument.TARGET_GRADIENT),
  KERNEL(1, Argument.SOURCE, Argument.WEIGHTS_GRADIENT, Argument.TARGET_GRADIENT),
  OUTPUT(2, Argument.SOURCE, Argument.WEIGHTS, Argument.TARGET);

  /** The index of the tensor that is written, among images, kernel and output. */
  final int written;

  final int images;
  final int kernel;
  final int output;

  Direction(int written, int images, int kernel, int output) {
    this.written = written;
    this.images = images;
    this.kernel = kernel;
    this.output = output;
  }
}
