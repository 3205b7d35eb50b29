package dev.tapedeck.onnx;

import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/** TEMP. */
final class Transposes {
  private Transposes() {}

  /** Returns the type and shape of a transposed tensor. */
  static TensorSpec spec(TensorSpec spec, long... order) {
    long[] sizes = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      sizes[i] = spec.shape().size((int) order[i]);
    }
    return new TensorSpec(spec.dtype(), Shape.of(sizes));
  }

  static OnnxGraph on(OnnxGraph graph) {
    return graph;
  }
}
