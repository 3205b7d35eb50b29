package dev.tapedeck.ops.cpu.onednn;

/** What of images, kernel and output (or its gradient) is computed from the other two. */
enum Direction {
  IMAGES(Argument.SOURCE_GRADIENT, Argument.WEIGHTS, Argument.TARGET_GRADIENT, 0),
  KERNEL(
      Argument.SOURCE, Argument.WEIGHTS_GRADIENT, Argument.TARGET_GRADIENT, Argument.BIAS_GRADIENT),
  OUTPUT(Argument.SOURCE, Argument.WEIGHTS, Argument.TARGET, Argument.BIAS);

  final int images;
  final int kernel;
  final int output;
  final int bias;

  Direction(int images, int kernel, int output, int bias) {
    this.images = images;
    this.kernel = kernel;
    this.output = output;
    this.bias = bias;
  }
}
