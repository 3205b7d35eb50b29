package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * An operand as properties draw it: values, and how they lie in memory.
 *
 * @param steps how each axis is walked
 * @param transposed whether the first axis is the innermost, not the last
 */
record Sample(Grid grid, List<Step> steps, boolean transposed) {
  /** Enough for kernels that are native only above some size. */
  private static final int MOST = 1000;

  enum Step {
    FORWARD(1),
    BACKWARD(-1),
    /** Over every second element. */
    SPACED(2),
    /** Over the same element. */
    REPEATED(0);

    private final int stride;

    Step(int stride) {
      this.stride = stride;
    }
  }

  /** Lets values repeat where memory does. */
  Sample {
    Grid all = grid;
    grid =
        Grid.of(
            all.shape(),
            index -> {
              int[] at = index.clone();
              Arrays.setAll(at, axis -> steps.get(axis) == Step.REPEATED ? 0 : index[axis]);
              return all.at(at);
            });
  }

  static Arbitrary<int[]> shapes(int minRank, int maxRank) {
    return Arbitraries.frequency(
            Tuple.of(5, 1),
            Tuple.of(4, 2),
            Tuple.of(4, 3),
            Tuple.of(2, 4),
            Tuple.of(2, 7),
            Tuple.of(1, 0))
        .array(int[].class)
        .ofMinSize(minRank)
        .ofMaxSize(maxRank)
        .filter(shape -> Grid.count(shape) <= MOST);
  }

  /** Draws whole numbers: sums and products of them are exact, and often they are equal. */
  static Arbitrary<Sample> of(int[] shape, int low, int high) {
    return of(shape, Arbitraries.integers().between(low, high).map(Integer::doubleValue));
  }

  static Arbitrary<Sample> of(int[] shape, Arbitrary<Double> elements) {
    return Combinators.combine(
            elements.array(double[].class).ofSize(Grid.count(shape)),
            Arbitraries.frequency(
                    Tuple.of(5, Step.FORWARD),
                    Tuple.of(1, Step.BACKWARD),
                    Tuple.of(1, Step.SPACED),
                    Tuple.of(1, Step.REPEATED))
                .list()
                .ofSize(shape.length),
            Arbitraries.of(false, true))
        .as((values, steps, transposed) -> new Sample(new Grid(shape, values), steps, transposed));
  }

  /** Draws shapes that broadcast to a shape. */
  static Arbitrary<int[]> stretchingTo(int... full) {
    return Combinators.combine(
            Arbitraries.integers().between(0, full.length),
            Arbitraries.of(false, false, true).list().ofSize(full.length))
        .as(
            (missing, ones) -> {
              int[] shape = Arrays.copyOfRange(full, missing, full.length);
              Arrays.setAll(shape, i -> ones.get(missing + i) ? 1 : shape[i]);
              return shape;
            });
  }

  /** Draws an axis of a shape, from the front or from the end. */
  static Arbitrary<Integer> axis(int... shape) {
    return Arbitraries.integers().between(-shape.length, shape.length - 1);
  }

  static Arbitrary<DType> numeric() {
    return Arbitraries.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);
  }

  int[] shape() {
    return grid.shape();
  }

  EagerTensor tensor(DType dtype) {
    int rank = shape().length;
    long[] strides = new long[rank];
    long offset = 0;
    long size = 1;
    for (int n = 0; n < rank; n++) {
      int axis = transposed ? n : rank - 1 - n;
      int stride = steps.get(axis).stride;
      strides[axis] = stride * size;
      offset += stride < 0 ? Math.max(0, grid.size(axis) - 1) * size : 0;
      size *= Math.max(1, Math.abs(stride) * grid.size(axis));
    }
    EagerTensor memory = EagerTensor.allocate(Grid.of(new int[] {(int) size}, i -> 1).spec(dtype));
    Elements.fill(memory, 1);
    long first = grid.values().length == 0 ? 0 : offset;
    Grid.of(
        shape(),
        index -> {
          long at = first;
          for (int axis = 0; axis < rank; axis++) {
            at += strides[axis] * index[axis];
          }
          Elements.setDouble(dtype, memory.elements(), at, grid.at(index));
          return 0;
        });
    return memory.view(grid.spec(dtype).shape(), strides, first);
  }

  /** Returns weights for a result, of which its gradient is to be made. */
  static Grid weights(int... shape) {
    int[] next = {0};
    return Grid.of(shape, i -> 1 + next[0]++ % 7);
  }

  /** Fails unless a result has a type, a shape and, to a relative tolerance, values. */
  static void assertGives(Grid expected, DType dtype, double tolerance, Tensor actual) {
    assertEquals(expected.spec(dtype), actual.spec());
    assertNear(expected.values(), tolerance, actual.toDoubleArray());
  }

  /** Fails unless a result has a type, a shape and exact values. */
  static void assertGives(Grid expected, DType dtype, Tensor actual) {
    assertGives(expected, dtype, 0, actual);
  }

  static void assertNear(double[] expected, double tolerance, double... actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double allowed = tolerance * (1 + Math.abs(expected[i]));
      boolean near =
          expected[i] == actual[i]
              || (Double.isFinite(expected[i]) && Math.abs(actual[i] - expected[i]) <= allowed)
              || (Double.isNaN(expected[i]) && Double.isNaN(actual[i]));
      if (!near) {
        throw new AssertionError(
            "element %d is %s\nexpected %s\nreceived %s"
                .formatted(i, actual[i], Arrays.toString(expected), Arrays.toString(actual)));
      }
    }
  }

  /** Returns {@code (2, 2) [1, -1, 0, 3], REPEATED on axis 0, transposed}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(grid.spec(DType.BOOL).shape().toString());
    text.append(
        Arrays.stream(grid.values())
            .mapToObj(v -> Double.toString(v).replaceAll("\\.0$", ""))
            .collect(Collectors.joining(", ", " [", "]")));
    for (int axis = 0; axis < steps.size(); axis++) {
      if (steps.get(axis) != Step.FORWARD) {
        text.append(", ").append(steps.get(axis)).append(" on axis ").append(axis);
      }
    }
    return text.append(transposed ? ", transposed" : "").toString();
  }
}
