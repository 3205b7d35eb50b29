package dev.tapedeck.ops.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/** A tensor in the midst of memory that no kernel may write to. */
record Guarded(EagerTensor all, EagerTensor tensor) {
  /** As many elements lie before and behind; odd, so that nothing is aligned. */
  private static final int BORDER = 67;

  private static final double POISON = -4321;

  static Guarded of(DType dtype, Shape shape) {
    EagerTensor all =
        EagerTensor.allocate(new TensorSpec(dtype, Shape.of(shape.count() + 2 * BORDER)));
    Elements.fill(all, POISON);
    return new Guarded(all, all.view(shape, shape.strides(), BORDER));
  }

  static Guarded of(DType dtype, double[] values, long... shape) {
    Guarded guarded = of(dtype, Shape.of(shape));
    for (int i = 0; i < values.length; i++) {
      Elements.setDouble(dtype, guarded.all.elements(), BORDER + i, values[i]);
    }
    return guarded;
  }

  double[] values() {
    return tensor.toDoubleArray();
  }

  /** Fails if something was written outside. */
  void check() {
    double[] written = all.toDoubleArray();
    for (int i = 0; i < BORDER; i++) {
      assertEquals(POISON, written[i]);
      assertEquals(POISON, written[written.length - 1 - i]);
    }
  }
}
