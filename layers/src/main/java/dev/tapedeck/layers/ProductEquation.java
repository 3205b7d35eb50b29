package dev.tapedeck.layers;

import static java.util.stream.Collectors.joining;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An equation of {@code einsum} of an input and a kernel.
 *
 * @param x axes of the input; {@code ...} may come before or after
 * @param w axes of the kernel
 * @param y axes of the output, with the input's {@code ...}
 */
record ProductEquation(String x, String w, String y) {
  static ProductEquation of(String text) {
    String[] parts = text.replace(" ", "").split("->|,", -1);
    return new ProductEquation(parts[0], parts[1], parts[2]);
  }

  private boolean isSummed(int label) {
    return x.indexOf(label) >= 0 && w.indexOf(label) >= 0 && y.indexOf(label) < 0;
  }

  private static String only(String labels, IntPredicate kept) {
    return labels.chars().filter(kept).mapToObj(Character::toString).collect(joining());
  }

  /** Returns whether it is a product of matrices, or of batches of these. */
  boolean isProduct() {
    String all = (x + w + y).replace(".", "");
    return all.chars().anyMatch(this::isSummed)
        && all.chars().allMatch(label -> isIn(label, x) + isIn(label, w) + isIn(label, y) > 1)
        && w.chars().anyMatch(label -> x.indexOf(label) < 0)
        && Stream.of(x, w, y).map(each -> each.replace(".", "")).allMatch(ProductEquation::isSet);
  }

  private static int isIn(int label, String labels) {
    return labels.indexOf(label) < 0 ? 0 : 1;
  }

  private static boolean isSet(String labels) {
    return labels.chars().distinct().count() == labels.length();
  }

  /** Returns the axes of the input that are summed over, from its end after an ellipsis. */
  int[] inputAxes() {
    int first = x.startsWith("...") ? -x.length() : 0;
    return axes(x, first);
  }

  int[] kernelAxes() {
    return axes(w, 0);
  }

  private int[] axes(String labels, int first) {
    return IntStream.range(0, labels.length())
        .filter(i -> isSummed(labels.charAt(i)))
        .map(i -> first + i)
        .toArray();
  }

  /** Returns the equation of the product. */
  String product() {
    return x + "," + w + "->" + y;
  }

  /** Returns the equation of the scales of input and kernel, for the output. */
  String scales() {
    return only(x, label -> !isSummed(label)) + "," + scale() + "->" + y;
  }

  /** Returns the equation of the gradient for the input of that of the output, and the kernel. */
  String inputGradient() {
    return y + "," + w + "->" + x;
  }

  /** Returns the axes of the kernel's scale. */
  private String scale() {
    return only(w, label -> !isSummed(label));
  }

  /** Returns the equation of the kernel times its scale. */
  String scaledKernel() {
    return w + "," + scale() + "->" + w;
  }
}
