package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An element of a result has the same bits, but for NaN's, wherever it lies: in a whole vector or
 * in the rest, in dense memory or not, and whether one thread computes it or two, by code compiled
 * or not.
 */
class LayoutsTest {
  private static final int LONGEST = 70;

  /** Enough for two threads, and no multiple of a vector. */
  private static final int MANY = LONGEST * 499;

  /** The first in the interpreter, the last compiled. */
  private static final int ROUNDS = 2;

  private static final Kernels KERNELS = new CpuKernels();

  static Stream<FormulaCase> cases() {
    return FormulaCase.ops();
  }

  @Test
  void manyAreEnough() {
    assertTrue(MANY > 16 * Workers.LEAST && MANY % 16 != 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bitsAreTheSame(FormulaCase c) {
    EagerTensor[] inputs = Samples.columns(c, Samples.harmless(c), Shape.of(MANY));
    EagerTensor expected = result(c, Shape.of(MANY), inputs);
    for (int round = 0; round < ROUNDS; round++) {
      for (int size = 1; size <= LONGEST; size++) {
        Shape shape = Shape.of(size);
        long start = (long) size * size;
        check(c, shape, expected, x -> x.view(shape, new long[] {1}, start), inputs);
      }
      Shape third = Shape.of(MANY / 3);
      check(c, third, expected, x -> x.view(third, new long[] {1}, MANY / 3), inputs);
      for (int width : new int[] {5, LONGEST}) {
        Shape rows = Shape.of(MANY / width, width);
        check(c, rows, expected, x -> gaps(x, width, width + 2), inputs);
        Shape columns = Shape.of(width, MANY / width);
        check(c, columns, expected, x -> x.view(columns, new long[] {1, width}, 0), inputs);
      }
      Shape all = Shape.of(MANY);
      check(c, all, expected, x -> gaps(x, 1, 2).view(all, new long[] {2}, 0), inputs);
      broadcast(c, inputs);
    }
  }

  /** Rows or columns that are repeated give what copies of them give. */
  private static void broadcast(FormulaCase c, EagerTensor... inputs) {
    Shape shape = Shape.of(LONGEST, 37);
    for (int repeated = 0; repeated < inputs.length; repeated++) {
      for (long[] strides : new long[][] {{1, 0}, {0, 1}, {0, 0}}) {
        EagerTensor[] views = new EagerTensor[inputs.length];
        Arrays.setAll(views, i -> inputs[i].view(shape, shape.strides(), 0));
        views[repeated] = inputs[repeated].view(shape, strides, 3);
        EagerTensor[] copies =
            Arrays.stream(views).map(EagerTensor::contiguous).toArray(EagerTensor[]::new);
        assertSame(result(c, shape, copies), result(c, shape, views), "axis repeated");
      }
    }
  }

  /** Returns a vector's elements as rows that lie apart. */
  private static EagerTensor gaps(EagerTensor x, int width, int step) {
    int rows = MANY / width;
    EagerTensor apart =
        EagerTensor.allocate(new TensorSpec(x.dtype(), Shape.of((long) rows * step)));
    long bytes = x.dtype().bytes();
    for (long row = 0; row < rows; row++) {
      MemorySegment.copy(
          x.memory(), row * width * bytes, apart.memory(), row * step * bytes, width * bytes);
    }
    return apart.view(Shape.of(rows, width), new long[] {step, 1}, 0);
  }

  private static void check(
      FormulaCase c,
      Shape shape,
      EagerTensor expected,
      UnaryOperator<EagerTensor> layout,
      EagerTensor... inputs) {
    EagerTensor[] views = Arrays.stream(inputs).map(layout).toArray(EagerTensor[]::new);
    assertSame(
        layout.apply(expected).dense(),
        result(c, shape, views),
        shape + " with steps " + Arrays.toString(views[0].strides()));
  }

  private static EagerTensor result(FormulaCase c, Shape shape, EagerTensor... inputs) {
    EagerTensor output = EagerTensor.allocate(new TensorSpec(c.result(), shape));
    KERNELS.pointwise().compute(c.formula(), output, inputs);
    return output;
  }

  private static void assertSame(EagerTensor expected, EagerTensor actual, String layout) {
    long differs = expected.elements().mismatch(actual.elements());
    if (differs >= 0 && actual.dtype().isFloating()) {
      // Java leaves the sign of NaN open.
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), layout);
    } else {
      assertEquals(-1, differs, layout);
    }
  }
}
