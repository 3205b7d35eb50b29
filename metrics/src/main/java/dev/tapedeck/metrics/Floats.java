package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/** Numbers in a type that holds them well enough for a metric. */
final class Floats {
  private Floats() {}

  /** Returns predictions in float32 if they are in half precision, in float64 if not floating. */
  static Tensor of(Tensor predictions) {
    DType dtype = predictions.dtype();
    if (dtype == DType.FLOAT32) {
      return predictions;
    }
    return Casting.cast(
        predictions, dtype.isFloating() && dtype.bytes() < 4 ? DType.FLOAT32 : DType.FLOAT64);
  }
}
