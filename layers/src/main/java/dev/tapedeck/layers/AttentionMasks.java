package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;

/** Masks of attention, of which null is the one that allows all. */
final class AttentionMasks {
  private AttentionMasks() {}

  /** Returns what both allow. */
  static Tensor and(Tensor one, Tensor other) {
    return one == null ? other : other == null ? one : Logic.logicalAnd(one, other);
  }

  /** Returns the mask of a tensor, with an axis for each but the last of the tensor's. */
  static Tensor ofPlaces(Tensor x) {
    Tensor mask = x.mask();
    while (mask != null && mask.shape().rank() < x.shape().rank() - 1) {
      mask = Shaping.expandDims(mask, -1);
    }
    return mask;
  }

  /** Returns a mask of queries as one of pairs of a query and a key. */
  static Tensor ofQueries(Tensor mask) {
    return mask == null ? null : Shaping.expandDims(mask, -1);
  }

  /** Returns a mask of keys as one of pairs of a query and a key. */
  static Tensor ofKeys(Tensor mask) {
    return mask == null ? null : Shaping.expandDims(mask, -2);
  }
}
