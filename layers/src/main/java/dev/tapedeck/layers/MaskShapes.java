package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/** Masks of places along the first axes as masks of elements. */
final class MaskShapes {
  private MaskShapes() {}

  /**
   * Returns a bool for each element of a tensor: that of its place in a mask.
   *
   * @param mask mask; null for none, where all are true
   */
  static Tensor ofElements(Tensor x, Tensor mask) {
    Tensor all = Casting.cast(Creation.onesLike(x), DType.BOOL);
    if (mask == null) {
      return all;
    }
    Tensor expanded = mask;
    while (expanded.shape().rank() < x.shape().rank()) {
      expanded = Shaping.expandDims(expanded, -1);
    }
    return Logic.logicalAnd(expanded, all);
  }
}
