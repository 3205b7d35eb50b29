package dev.tapedeck.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * A task to be timed, by a name that the workers of all peers know.
 *
 * <p>{@code add-SHAPE}, {@code exp-SHAPE}, {@code softmax-SHAPE} and {@code matmul-MxKxN} are
 * operations on float32; {@code linear} is a step of a regression of 1,000 points; {@code
 * mlp-BATCH[-WIDTH[-DEPTH]]} and {@code cnn-BATCH} are steps of training classifiers of images of
 * 28 x 28 with Adam: {@code DEPTH} hidden layers of {@code WIDTH} units (1 of 128), or two
 * convolutions; {@code lstm-BATCH} and {@code transformer-BATCH} of classifiers of sequences: 128
 * units over 50 steps of 64 numbers, or an encoder of 4 heads over 128 tokens of width 128; {@code
 * binary-BATCH} and {@code metrics-BATCH} of a classifier of two classes, without and with the area
 * under its curve, precision and recall; {@code adamw-SIZE}, {@code rmsprop-SIZE}, {@code
 * lion-SIZE} and {@code momentum-SIZE} are steps of optimizers alone, on so many parameters.
 *
 * @param text the full name
 */
record Task(String text) {
  static final int PIXELS = 28;

  private static final int FIT_BATCHES = 400;
  private static final int FIT_EXAMPLES = 51_200;

  static Task parse(String text) {
    if (!text.matches(
        "linear|(add|exp|softmax|matmul)-\\d+(x\\d+)*|mlp(-\\d+){1,3}"
            + "|(cnn|lstm|transformer|binary|metrics|adamw|rmsprop|lion|momentum)-\\d+")) {
      throw new IllegalArgumentException(
          "task: expected a name such as add-128x128, linear, mlp-32 or cnn-32, received " + text);
    }
    return new Task(text);
  }

  private List<String> parts() {
    return List.of(text.split("-", -1));
  }

  private int part(int index, int otherwise) {
    List<String> parts = parts();
    return index < parts.size() ? Integer.parseInt(parts.get(index)) : otherwise;
  }

  String name() {
    return parts().getFirst();
  }

  boolean isConvolutional() {
    return name().equals("cnn");
  }

  /** Returns the shape of an example of a sequence; null if it is an image. */
  private long[] sequence() {
    return switch (name()) {
      case "lstm" -> new long[] {50, 64};
      case "transformer" -> new long[] {128, 128};
      default -> null;
    };
  }

  boolean isOfTwoClasses() {
    return name().equals("binary") || name().equals("metrics");
  }

  int batch() {
    return part(1, 1);
  }

  int width() {
    return part(2, 128);
  }

  /** Returns the number of hidden dense layers. */
  int depth() {
    return isConvolutional() ? 0 : part(3, 1);
  }

  /** Returns the number of batches of an epoch of {@code fit}. */
  int batches() {
    int few = FIT_EXAMPLES / batch() / Math.max(1, width() / 128);
    int most = sequence() != null ? 20 : isConvolutional() ? 100 : FIT_BATCHES;
    return Math.clamp(few, 10, most);
  }

  /** Returns the shape of {@code count} examples. */
  long[] inputs(int count) {
    long[] sequence = sequence();
    if (sequence != null) {
      return new long[] {count, sequence[0], sequence[1]};
    }
    return isConvolutional()
        ? new long[] {count, PIXELS, PIXELS, 1}
        : new long[] {count, PIXELS * PIXELS};
  }

  /** Returns the shape of an operation's operand. */
  long[] shape() {
    return Arrays.stream(parts().get(1).split("x", -1)).mapToLong(Long::parseLong).toArray();
  }

  long size(int axis) {
    return shape()[axis];
  }

  /** Returns the number of runs between two readings of the clock. */
  int runs() {
    return Math.clamp(100_000 / Arrays.stream(shape()).reduce(1, Math::multiplyExact), 1, 100);
  }

  /** Returns the floating-point operations of the matrix products in a step. */
  double flops() {
    if (name().equals("matmul")) {
      return 2.0 * size(0) * size(1) * size(2);
    }
    double first =
        (double) PIXELS * PIXELS * width(); // the input of the first layer needs no gradient
    double others = (double) width() * (width() * (depth() - 1.0) + TapedeckWork.CLASSES);
    return 2.0 * batch() * (2 * first + 3 * others);
  }
}
