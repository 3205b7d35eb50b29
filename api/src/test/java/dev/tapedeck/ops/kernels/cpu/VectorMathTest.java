package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.Random;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The functions of loops that are written in Java give the bits of those in formulas. */
class VectorMathTest {
  private static final int LANES = VectorSupport.FLOAT32.length();

  private static void assertSame(
      UnaryOperator<FloatVector> vectors, UnaryOperator<Tensor> formula) {
    Random random = new Random(1);
    float[] x = new float[1000 * LANES];
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      // Half of them any bits at all.
      x[i] = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : random.nextFloat(-100, 100);
    }
    for (int i = 0; i < x.length; i += LANES) {
      vectors.apply(FloatVector.fromArray(VectorSupport.FLOAT32, x, i)).intoArray(expected, i);
    }
    assertArrayEquals(expected, formula.apply(Tensor.of(x)).toFloatArray());
  }

  @Test
  void exp() {
    assertSame(VectorMath::exp, Maths::exp);
  }

  @Test
  void tanh() {
    assertSame(VectorMath::tanh, Maths::tanh);
  }
}
