package dev.tapedeck.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * A task to be timed, by a name that the workers of all peers know.
 *
 * <p>{@code NAME-SHAPE} is an operation of {@link Operations}, such as {@code gelu-1000000} or
 * {@code matmul-MxKxN}; {@code NAME-BATCH} is a net of {@link Nets}, trained with Adam, or
 * predicting; {@code mlp-BATCH[-WIDTH[-DEPTH]]} has {@code DEPTH} hidden layers of {@code WIDTH}
 * units (1 of 128), and {@code transformer-BATCH[-TOKENS]} sequences of so many tokens (128);
 * {@code linear} and {@code NAME-SIZE}, such as {@code adamw-10000000}, are {@link Steps}.
 *
 * @param text the full name
 */
record Task(String text) {
  static final int PIXELS = 28;

  private static final int FIT_EXAMPLES = 51_200;

  static Task parse(String text) {
    Task task = new Task(text);
    String name = task.name();
    boolean known =
        Operations.has(name)
            ? text.matches(name + "-\\d+(x\\d+)*")
            : text.equals("linear")
                || ((Steps.has(name) || Nets.has(name)) && text.matches(name + "(-\\d+){1,3}"));
    if (!known) {
      throw new IllegalArgumentException(
          "task: expected a name such as add-128x128, linear, mlp-32 or cnn-32, received " + text);
    }
    return task;
  }

  private List<String> parts() {
    return List.of(text.split("-", -1));
  }

  String name() {
    return parts().getFirst();
  }

  /** Returns the number at an index after the name, or another if there are fewer. */
  int number(int index, int otherwise) {
    List<String> parts = parts();
    return index + 1 < parts.size() ? Integer.parseInt(parts.get(index + 1)) : otherwise;
  }

  boolean isConvolutional() {
    return name().equals("cnn");
  }

  int batch() {
    return number(0, 1);
  }

  int width() {
    return number(1, 128);
  }

  /** Returns the number of hidden dense layers. */
  int depth() {
    return isConvolutional() ? 0 : number(2, 1);
  }

  /**
   * Returns the number of batches of an epoch of {@code fit}, of a net that has at most so many.
   */
  int batches(int most) {
    int few = FIT_EXAMPLES / batch() / Math.max(1, width() / 128);
    return Math.clamp(few, Math.min(10, most), most);
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
    double others = (double) width() * (width() * (depth() - 1.0) + Net.CLASSES);
    return 2.0 * batch() * (2 * first + 3 * others);
  }
}
