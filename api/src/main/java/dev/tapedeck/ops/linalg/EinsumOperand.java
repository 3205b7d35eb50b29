package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A factor of a contraction: a tensor with a name for each axis.
 *
 * @param labels the names, a character each
 */
record EinsumOperand(Tensor tensor, String labels) {
  long size(int label) {
    return tensor.shape().size(labels.indexOf(label));
  }

  private long[] sizes(String of) {
    return of.chars().mapToLong(this::size).toArray();
  }

  private long count(String of) {
    return Shape.of(sizes(of)).count();
  }

  private boolean has(int label) {
    return labels.indexOf(label) >= 0;
  }

  static String only(String labels, IntPredicate kept) {
    StringBuilder left = new StringBuilder();
    labels.chars().filter(kept).forEach(left::appendCodePoint);
    return left.toString();
  }

  private int[] axes(IntPredicate chosen) {
    return IntStream.range(0, labels.length())
        .filter(axis -> chosen.test(labels.charAt(axis)))
        .toArray();
  }

  /** Returns the diagonal along axes of one name. */
  EinsumOperand diagonal() {
    for (int axis = 0; axis < labels.length(); axis++) {
      int before = labels.indexOf(labels.charAt(axis));
      if (before < axis) {
        String fewer = new StringBuilder(labels).deleteCharAt(axis).toString();
        Tensor last = Shaping.moveAxis(Shaping.moveAxis(tensor, before, -1), axis - 1, -1);
        Tensor diagonal = Shaping.moveAxis(Diagonals.diagPart(last), -1, before);
        return new EinsumOperand(diagonal, fewer).diagonal();
      }
    }
    return this;
  }

  /** Returns this without axes of size 1. */
  EinsumOperand without(IntPredicate stretched) {
    int[] axes = axes(stretched);
    return axes.length == 0
        ? this
        : new EinsumOperand(Shaping.squeeze(tensor, axes), only(labels, stretched.negate()));
  }

  /**
   * Returns this after checking the sizes of its axes against those of the same name of another.
   */
  EinsumOperand checkedAgainst(EinsumOperand other) {
    int[] shared = axes(other::has);
    int[] theirs =
        Arrays.stream(shared).map(axis -> other.labels.indexOf(labels.charAt(axis))).toArray();
    return new EinsumOperand(
        CheckSizes.check("einsum", "an operand", tensor, shared, other.tensor, theirs), labels);
  }

  /** Returns the tensor, unless it is of int8, of which only products of matrices are exact. */
  private Tensor floating() {
    Checks.sameFloating("einsum", tensor.spec());
    return tensor;
  }

  /** Returns the sum over the axes that are not kept. */
  EinsumOperand sum(String kept) {
    int[] axes = axes(label -> kept.indexOf(label) < 0);
    return axes.length == 0
        ? this
        : new EinsumOperand(floating().sum(axes), only(labels, label -> kept.indexOf(label) >= 0));
  }

  /** Returns this with its axes in another order. */
  EinsumOperand ordered(String order) {
    return order.equals(labels)
        ? this
        : new EinsumOperand(
            Shaping.transpose(tensor, order.chars().map(labels::indexOf).toArray()), order);
  }

  /** Returns the product, summed over the axes of both that are not kept. */
  EinsumOperand times(EinsumOperand other, String kept) {
    EinsumOperand a = sum(kept + other.labels);
    EinsumOperand b = other.sum(kept + labels);
    String batch = only(a.labels, label -> b.has(label) && kept.indexOf(label) >= 0);
    String summed = only(a.labels, label -> b.has(label) && kept.indexOf(label) < 0);
    String left = only(a.labels, label -> !b.has(label));
    String right = only(b.labels, label -> !a.has(label));
    String result = batch + left + right;
    if (summed.isEmpty() || (left + right).isEmpty()) {
      String all = result + summed;
      return new EinsumOperand(a.stretchable(all).mul(b.stretchable(all)), all).sum(result);
    }
    // Keeping the existing order of axes saves a copy.
    boolean transposeA = summed.indexOf(a.labels.charAt(a.labels.length() - 1)) < 0;
    boolean transposeB = summed.indexOf(b.labels.charAt(b.labels.length() - 1)) >= 0;
    Tensor product =
        Linalg.matmul(
            transposeA ? a.matrix(batch, summed, left) : a.matrix(batch, left, summed),
            transposeB ? b.matrix(batch, right, summed) : b.matrix(batch, summed, right),
            transposeA,
            transposeB);
    long[] sizes = result.chars().mapToLong(label -> (a.has(label) ? a : b).size(label)).toArray();
    return new EinsumOperand(Shaping.reshape(product, Shape.of(sizes)), result);
  }

  /** Returns the tensor with these axes; missing ones have size 1. */
  private Tensor stretchable(String order) {
    long[] sizes = order.chars().mapToLong(label -> has(label) ? size(label) : 1).toArray();
    return Shaping.reshape(ordered(only(order, this::has)).floating(), Shape.of(sizes));
  }

  /** Returns the tensor as a batch of matrices, whose rows and columns merge several axes each. */
  private Tensor matrix(String batch, String rows, String columns) {
    Tensor grouped = ordered(batch + rows + columns).tensor;
    return Shaping.reshape(
        grouped, Shape.of(sizes(batch)).concat(count(rows), count(columns)).toArray());
  }
}
