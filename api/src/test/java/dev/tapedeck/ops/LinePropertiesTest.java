package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is done along one axis: running sums and products, sorting, positions of extremes. */
final class LinePropertiesTest {
  private static final int MAX_RANK = 5;

  @Provide
  Arbitrary<DType> numeric() {
    return Sample.numeric();
  }

  @Provide
  Arbitrary<DType> floating() {
    return Arbitraries.of(DType.FLOAT32, DType.FLOAT64);
  }

  /** A line of elements along an axis at a time. */
  record Lines(Sample x, int axis, boolean one, boolean other) {}

  private static Arbitrary<Lines> lines(int most, Arbitrary<Double> elements) {
    return Sample.shapes(1, MAX_RANK)
        .filter(shape -> Grid.count(shape) <= most)
        .flatMap(
            shape ->
                Combinators.combine(
                        Sample.of(shape, elements),
                        Sample.axis(shape),
                        Arbitraries.of(false, true),
                        Arbitraries.of(false, true))
                    .as(Lines::new));
  }

  private static Arbitrary<Double> between(int low, int high) {
    return Arbitraries.integers().between(low, high).map(Integer::doubleValue);
  }

  @Provide
  Arbitrary<Lines> lines() {
    return lines(Integer.MAX_VALUE, between(-3, 3));
  }

  @Provide
  Arbitrary<Lines> shortLines() {
    return lines(30, between(-2, 2));
  }

  @Provide
  Arbitrary<Lines> specialLines() {
    return lines(
        Integer.MAX_VALUE,
        Arbitraries.of(
            0.0, -0.0, 1.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
  }

  @Property
  void positionsOfExtremesAreTheFirst(
      @ForAll("lines") Lines lines, @ForAll("numeric") DType dtype) {
    Tensor x = lines.x.tensor(dtype);
    int[] shape = lines.x.shape();
    if (shape[Math.floorMod(lines.axis, shape.length)] == 0) {
      assertThrows(IllegalArgumentException.class, () -> Reductions.argmax(x, lines.axis));
    } else {
      Sample.assertGives(
          References.first(1, lines.axis).of(lines.x.grid()),
          DType.INT32,
          Reductions.argmax(x, lines.axis));
      Sample.assertGives(
          References.first(-1, lines.axis).of(lines.x.grid()),
          DType.INT32,
          Reductions.argmin(x, lines.axis));
    }
  }

  @Property
  void runningSums(@ForAll("lines") Lines lines, @ForAll("numeric") DType dtype) {
    Grid expected =
        References.running(References::sum, lines.one, lines.other, lines.axis).of(lines.x.grid());
    Sample.assertGives(
        expected,
        dtype,
        Cumulative.cumsum(lines.x.tensor(dtype), lines.axis, lines.one, lines.other));

    // The sums in which an element is are those after it, or before it.
    Grid weights = Sample.weights(expected.shape());
    Tensor factors = weights.tensor(DType.FLOAT64);
    double[][] gradients =
        GradientChecker.gradients(
            x -> Cumulative.cumsum(x[0], lines.axis, lines.one, lines.other).mul(factors).sum(),
            lines.x.tensor(DType.FLOAT64));
    Grid back =
        References.running(References::sum, lines.one, !lines.other, lines.axis).of(weights);
    Sample.assertNear(back.values(), 0, gradients[0]);
  }

  @Property
  void runningProducts(@ForAll("shortLines") Lines lines, @ForAll("numeric") DType dtype) {
    Sample.assertGives(
        References.running(References::product, lines.one, lines.other, lines.axis)
            .of(lines.x.grid()),
        dtype,
        Cumulative.cumprod(lines.x.tensor(dtype), lines.axis, lines.one, lines.other));
  }

  /** NaN comes last; equal elements, zeros of both signs too, stay in order. */
  private static int[] order(boolean descending, double... line) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, line.length).boxed().toList());
    for (int end = order.size(); end > 1; end--) {
      for (int i = 1; i < end; i++) {
        double x = line[order.get(i - 1)];
        double y = line[order.get(i)];
        boolean rising = x < y || (Double.isNaN(y) && !Double.isNaN(x));
        boolean falling = x > y || (Double.isNaN(x) && !Double.isNaN(y));
        if (descending ? rising : falling) {
          Collections.swap(order, i - 1, i);
        }
      }
    }
    return order.stream().mapToInt(i -> i).toArray();
  }

  private static OpCheck.Reference sorted(Lines lines, boolean positions, int most) {
    return References.along(
        lines.axis,
        line ->
            Arrays.stream(order(lines.one, line))
                .limit(most)
                .mapToDouble(i -> positions ? i : line[i])
                .toArray());
  }

  private static void assertSorted(Lines lines, DType dtype) {
    Tensor x = lines.x.tensor(dtype);
    int most = Integer.MAX_VALUE;
    Sample.assertGives(
        sorted(lines, false, most).of(lines.x.grid()),
        dtype,
        Sorting.sort(x, lines.axis, lines.one));
    Sample.assertGives(
        sorted(lines, true, most).of(lines.x.grid()),
        DType.INT32,
        Sorting.argsort(x, lines.axis, lines.one));
    Lines last = new Lines(lines.x, -1, true, lines.other);
    int size = lines.x.grid().size(lines.x.shape().length - 1);
    for (int k = 0; k <= size; k++) {
      Sorting.TopK top = Sorting.topK(x, k);
      Sample.assertGives(sorted(last, false, k).of(lines.x.grid()), dtype, top.values());
      Sample.assertGives(sorted(last, true, k).of(lines.x.grid()), DType.INT32, top.indices());
    }
    assertThrows(IllegalArgumentException.class, () -> Sorting.topK(x, size + 1));
  }

  @Property
  void equalElementsStayInOrder(@ForAll("lines") Lines lines, @ForAll("numeric") DType dtype) {
    assertSorted(lines, dtype);
  }

  @Property
  void specialElementsAreSorted(
      @ForAll("specialLines") Lines lines, @ForAll("floating") DType dtype) {
    assertSorted(lines, dtype);
  }

  @Property
  void gradientsOfSortedElementsGoBack(@ForAll("lines") Lines lines) {
    int along = Math.floorMod(lines.axis, lines.x.shape().length);
    Grid weights = Sample.weights(lines.x.shape());
    Tensor factors = weights.tensor(DType.FLOAT64);
    double[][] gradients =
        GradientChecker.gradients(
            x -> Sorting.sort(x[0], lines.axis, lines.one).mul(factors).sum(),
            lines.x.tensor(DType.FLOAT64));
    Grid positions = sorted(lines, true, Integer.MAX_VALUE).of(lines.x.grid());
    Grid back =
        Grid.of(
            lines.x.shape(),
            i -> {
              int[] to = i.clone();
              for (to[along] = 0; positions.at(to) != i[along]; to[along]++) {}
              return weights.at(to);
            });
    Sample.assertNear(back.values(), 0, gradients[0]);
  }
}
