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
   * Returns a bool for each element of a tensor: that of its place in the mask, true if there is no
   * mask.
   */
  static Tensor ofElements(Tensor x) {
    Tensor all = Casting.cast(Creation.onesLike(x), DType.BOOL);
    Tensor mask = x.mask();
    if (mask == null) {
      return all;
    }
    while (mask.shape().rank() < x.shape().rank()) {
      mask = Shaping.expandDims(mask, -1);
    }
    return Logic.logicalAnd(mask, all);
  }
}
