package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Masks;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;

/**
 * Base of the layers that merge a list of tensors element by element.
 *
 * <p>Shapes broadcast but for the batch; a tensor of a smaller rank gets axes of size 1 behind the
 * batch. The output has a mask if every input has one: it excludes the places that all exclude.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Merge<A extends Record, L extends Merge<A, L>>
    extends BuiltInOf<List<Tensor>, Tensor, A, L> {
  Merge(A arguments) {
    super(arguments);
  }

  /** Returns what is merged of tensors of one rank, whose masks have their axes. */
  abstract Tensor merge(List<Tensor> inputs);

  /** Refuses a number of inputs that the layer does not take; any but 0 by default. */
  void checkCount(int count) {
    if (count == 0) {
      throw Refusal.of(who(), "needs at least one tensor", "none", "give a list of them");
    }
  }

  final String who() {
    return getClass().getSimpleName();
  }

  @Override
  protected final Tensor call(List<Tensor> inputs) {
    checkCount(inputs.size());
    List<Tensor> aligned = aligned(inputs);
    checkShapes(aligned, inputs);
    Tensor y = merge(aligned);
    return y.mask() != null || withoutMask(aligned) ? y : y.withMask(anyOf(aligned));
  }

  /** Refuses a pair of inputs that is not one. */
  final void checkPair(int count) {
    if (count != 2) {
      throw Refusal.of(who(), "needs two tensors", count, "give a list of two");
    }
  }

  private static List<Tensor> aligned(List<Tensor> inputs) {
    int rank = inputs.stream().mapToInt(x -> x.shape().rank()).max().orElse(0);
    return inputs.stream().map(x -> aligned(x, rank)).toList();
  }

  private static Tensor aligned(Tensor x, int rank) {
    Tensor y = x;
    while (y.shape().rank() > 0 && y.shape().rank() < rank) {
      Tensor mask = y.mask();
      y = Shaping.expandDims(y, 1);
      y = mask == null ? y : Masks.withMask(y, Shaping.expandDims(mask, 1));
    }
    return y;
  }

  private void checkShapes(List<Tensor> aligned, List<Tensor> inputs) {
    Shape shape = aligned.getFirst().shape();
    for (Tensor x : aligned) {
      if (shape.isScalar() || x.shape().isScalar()) {
        throw refused("needs tensors [n, ..]", inputs, "expandDims scalars");
      }
      if (!shape.slice(0, 1).fits(x.shape().slice(0, 1))) {
        throw refused(
            "needs tensors of one batch size", inputs, "give as many examples in each of them");
      }
      shape = Shape.broadcast(shape, x.shape(), who());
    }
  }

  private IllegalArgumentException refused(String expected, List<Tensor> inputs, String remedy) {
    return Refusal.of(who(), expected, inputs.stream().map(Tensor::shape).toList(), remedy);
  }

  private static boolean withoutMask(List<Tensor> inputs) {
    return inputs.stream().map(Tensor::mask).anyMatch(Objects::isNull);
  }

  private static Tensor anyOf(List<Tensor> inputs) {
    return inputs.stream().map(Tensor::mask).reduce(Logic::logicalOr).orElseThrow();
  }

  /**
   * Returns an operation of all inputs that leaves out those elements of each that its mask
   * excludes, as far as another input has one there.
   */
  static Tensor ofValid(BinaryOperator<Tensor> operation, List<Tensor> inputs) {
    Tensor y = inputs.getFirst();
    Tensor valid = validElements(y);
    for (Tensor x : inputs.subList(1, inputs.size())) {
      Tensor mask = validElements(x);
      Tensor other = mask == null ? x : Logic.where(mask, x, y);
      y = operation.apply(valid == null ? y : Logic.where(valid, y, other), other);
      valid = valid == null || mask == null ? null : Logic.logicalOr(valid, mask);
    }
    return valid == null ? y : y.withMask(Reductions.any(valid, -1));
  }

  /** Returns a bool for each element of a tensor with a mask; null for one without. */
  static Tensor validElements(Tensor x) {
    return x.mask() == null ? null : MaskShapes.ofElements(x, x.mask());
  }
}
