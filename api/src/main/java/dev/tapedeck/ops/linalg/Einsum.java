package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tensor contractions: sums of products over named or numbered axes. */
public final class Einsum {
  private Einsum() {}

  /**
   * Returns the sum of products that an equation in Einstein's notation describes: {@code
   * "bij,bjk->bik"} multiplies batches of matrices.
   *
   * <p>A letter names an axis. Axes of one name have one size and share an index; a name that the
   * output lacks is summed over; a name that an operand has twice takes the diagonal. {@code ...}
   * stands for any number of axes, which broadcast. Without {@code ->}, the output has the axes of
   * {@code ...} and then, in the order of the alphabet, the names that occur once. More than two
   * operands are multiplied from left to right.
   *
   * <p>Two operands of int8 give int32, if the equation is that of a product of matrices, or of
   * batches of them.
   *
   * @throws IllegalArgumentException if the equation is malformed, the operands do not fit it, or
   *     they are not of one floating type
   */
  public static Tensor einsum(String equation, Object... operands) {
    Tensor[] tensors = operands.length == 0 ? new Tensor[0] : Linalg.factors("einsum", operands);
    EinsumEquation fitted = EinsumEquation.of(equation, tensors);
    String output = fitted.output();
    List<EinsumOperand> terms = fitted.terms(equation, tensors);
    EinsumOperand product = terms.getFirst();
    for (int i = 1; i < terms.size(); i++) {
      String later =
          terms.stream().skip(i + 1L).map(EinsumOperand::labels).collect(Collectors.joining());
      product = product.times(terms.get(i), output + later);
    }
    return product.sum(output).ordered(output).tensor();
  }

  /**
   * Returns the sum of products over the last {@code axes} axes of {@code a} and the first of
   * {@code b}: over none, the outer product; over one, the matrix product.
   *
   * @throws IllegalArgumentException if a tensor has fewer axes, or their sizes differ
   */
  public static Tensor tensordot(Object a, Object b, int axes) {
    Tensor[] operands = Linalg.products("tensordot", a, b);
    Shape left = operands[0].shape();
    Shape right = operands[1].shape();
    if (axes < 0 || axes > Math.min(left.rank(), right.rank())) {
      throw Refusal.of(
          "tensordot",
          "the number of axes must be in [0, "
              + Math.min(left.rank(), right.rank())
              + "] for "
              + left
              + " and "
              + right,
          axes,
          "sum over axes that both have");
    }
    int[] last = IntStream.range(left.rank() - axes, left.rank()).toArray();
    int[] first = IntStream.range(0, axes).toArray();
    return contract("tensordot", operands[0], last, operands[1], first);
  }

  /**
   * Returns the sum of products over axes of {@code a} and, in the same order, axes of {@code b};
   * the result has the other axes of {@code a} and then those of {@code b}.
   *
   * @throws IllegalArgumentException if the axes differ in number or size, or one is named twice
   */
  public static Tensor tensordot(Object a, Object b, int[] axesOfA, int[] axesOfB) {
    Tensor[] operands = Linalg.products("tensordot", a, b);
    return contract("tensordot", operands[0], axesOfA, operands[1], axesOfB);
  }

  /** Returns the sum of products over axes, after checking these. */
  static Tensor contract(String who, Tensor a, int[] axesOfA, Tensor b, int[] axesOfB) {
    Shape ofLeft = a.shape();
    Shape ofRight = b.shape();
    int[] from = Arrays.stream(axesOfA).map(axis -> ofLeft.axis(axis, who)).toArray();
    int[] with = Arrays.stream(axesOfB).map(axis -> ofRight.axis(axis, who)).toArray();
    boolean pairs =
        from.length == with.length
            && Arrays.stream(from).distinct().count() == from.length
            && Arrays.stream(with).distinct().count() == with.length;
    String ofA = names('a', ofLeft.rank());
    StringBuilder ofB = new StringBuilder(names((char) ('a' + ofLeft.rank()), ofRight.rank()));
    for (int i = 0; pairs && i < from.length; i++) {
      pairs = !Sizes.differ(ofLeft.size(from[i]), ofRight.size(with[i]));
      ofB.setCharAt(with[i], ofA.charAt(from[i]));
    }
    if (!pairs) {
      throw Refusal.of(
          who,
          "axes must be as many, each once, and of equal sizes",
          Arrays.toString(axesOfA)
              + " of "
              + ofLeft
              + " and "
              + Arrays.toString(axesOfB)
              + " of "
              + ofRight,
          "name pairs of axes in the same order");
    }
    Tensor left = CheckSizes.check(who, "the first operand", a, from, b, with);
    String all = ofA + ofB;
    String kept = EinsumOperand.only(all, name -> all.indexOf(name) == all.lastIndexOf(name));
    return new EinsumOperand(left, ofA).times(new EinsumOperand(b, ofB.toString()), kept).tensor();
  }

  private static String names(char first, int count) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      names.append((char) (first + i));
    }
    return names.toString();
  }
}
