package dev.tapedeck.ops.cpu.onednn;

/** What of a convolution is computed from the other two. */
enum Direction {
  OUTPUT(Argument.SOURCE, Argument.WEIGHTS, Argument.TARGET, Argument.BIAS, 2),
  IMAGES(Argument.SOURCE_GRADIENT, Argument.WEIGHTS, Argument.TARGET_GRADIENT, 0, 0),
  KERNEL(
      Argument.SOURCE,
      Argument.WEIGHTS_GRADIENT,
      Argument.TARGET_GRADIENT,
      Argument.BIAS_GRADIENT,
      1);

  final int images;
  final int kernel;
  final int output;
  final int bias;
  final int written;

  Direction(int images, int kernel, int output, int bias, int written) {
    this.images = images;
    this.kernel = kernel;
    this.output = output;
    this.bias = bias;
    this.written = written;
  }
}
