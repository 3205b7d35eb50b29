package dev.tapedeck.ops.cpu.onednn;

/** Which of images, kernel and output of a convolution is computed from the other two. */
enum Direction {
  IMAGES(0, Argument.SOURCE_GRADIENT, Argument.WEIGHTS, Argument.TARGET_GRADIENT, 0),
  KERNEL(
      1,
      Argument.SOURCE,
      Argument.WEIGHTS_GRADIENT,
      Argument.TARGET_GRADIENT,
      Argument.BIAS_GRADIENT),
  OUTPUT(2, Argument.SOURCE, Argument.WEIGHTS, Argument.TARGET, Argument.BIAS);

  /** The number of the tensor that is written, among images, kernel and output. */
  final int written;

  final int images;
  final int kernel;
  final int output;
  final int bias;

  Direction(int written, int images, int kernel, int output, int bias) {
    this.written = written;
    this.images = images;
    this.kernel = kernel;
    this.output = output;
    this.bias = bias;
  }
}
