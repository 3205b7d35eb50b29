package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Reductions over all sets of axes, of operands of all shapes, however they lie in memory. */
final class ReductionPropertiesTest {
  private static final int MAX_RANK = 5;

  /** A reduction over axes that are named; none is all. */
  record Reduced(Sample x, List<Integer> axes, boolean keep) {
    int[] named() {
      return axes.stream().mapToInt(axis -> axis).toArray();
    }

    /** Returns how many elements come together in each. */
    int count() {
      int[] shape = x.shape();
      return axes.isEmpty()
          ? Grid.count(shape)
          : axes.stream()
              .mapToInt(axis -> shape[Math.floorMod(axis, shape.length)])
              .reduce(1, (a, b) -> a * b);
    }

    Grid of(ToDoubleFunction<double[]> function) {
      return References.reduce(function, keep, named()).of(x.grid());
    }

    Grid kept(ToDoubleFunction<double[]> function) {
      return References.reduce(function, true, named()).of(x.grid());
    }

    EagerTensor tensor(DType dtype) {
      return x.tensor(dtype);
    }
  }

  private static Arbitrary<Reduced> reductions(int maxRank, int most, int low, int high) {
    return Sample.shapes(0, maxRank)
        .filter(shape -> Grid.count(shape) <= most)
        .flatMap(
            shape ->
                Combinators.combine(
                        Sample.of(shape, low, high),
                        axes(shape.length),
                        Arbitraries.of(false, true))
                    .as(Reduced::new));
  }

  /** Draws some axes in any order, from the front or from the end. */
  private static Arbitrary<List<Integer>> axes(int rank) {
    List<Integer> all = IntStream.range(0, rank).boxed().toList();
    return Combinators.combine(
            Arbitraries.shuffle(all),
            Arbitraries.integers().between(0, rank),
            Arbitraries.of(false, true).list().ofSize(rank))
        .as(
            (order, count, fromEnd) ->
                order.stream()
                    .limit(count)
                    .map(axis -> fromEnd.get(axis) ? axis - rank : axis)
                    .toList());
  }

  @Provide
  Arbitrary<Reduced> reductions() {
    return reductions(MAX_RANK, Integer.MAX_VALUE, -3, 3);
  }

  /** Draws those whose products are exact in every type. */
  @Provide
  Arbitrary<Reduced> products() {
    return reductions(MAX_RANK, 30, -2, 2);
  }

  @Provide
  Arbitrary<Reduced> bools() {
    return reductions(MAX_RANK, Integer.MAX_VALUE, 0, 1);
  }

  @Provide
  Arbitrary<DType> numeric() {
    return Sample.numeric();
  }

  @Provide
  Arbitrary<DType> floating() {
    return Arbitraries.of(DType.FLOAT32, DType.FLOAT64);
  }

  @Property
  void sumsAndCounts(@ForAll("reductions") Reduced r, @ForAll("numeric") DType dtype) {
    Tensor x = r.tensor(dtype);
    Sample.assertGives(r.of(References::sum), dtype, Reductions.sum(x, r.keep, r.named()));
    Sample.assertGives(
        r.of(v -> Arrays.stream(v).filter(e -> e != 0).count()),
        DType.INT64,
        Reductions.countNonzero(x, r.keep, r.named()));
  }

  @Property
  void productsOfWholeNumbersAreExact(
      @ForAll("products") Reduced r, @ForAll("numeric") DType dtype) {
    Sample.assertGives(
        r.of(References::product), dtype, Reductions.prod(r.tensor(dtype), r.keep, r.named()));
  }

  @Property
  void extremes(@ForAll("reductions") Reduced r, @ForAll("numeric") DType dtype) {
    Tensor x = r.tensor(dtype);
    if (r.count() > 0 || Grid.count(r.of(v -> 0).shape()) == 0) {
      Sample.assertGives(r.of(References::largest), dtype, Reductions.max(x, r.keep, r.named()));
      Sample.assertGives(r.of(References::smallest), dtype, Reductions.min(x, r.keep, r.named()));
    } else {
      assertThrows(IllegalArgumentException.class, () -> Reductions.max(x, r.keep, r.named()));
      assertThrows(IllegalArgumentException.class, () -> Reductions.min(x, r.keep, r.named()));
    }
  }

  @Property
  void boolsAreAnyOrAll(@ForAll("bools") Reduced r) {
    Tensor x = r.tensor(DType.BOOL);
    Sample.assertGives(
        r.of(v -> Arrays.stream(v).anyMatch(e -> e == 1) ? 1 : 0),
        DType.BOOL,
        Reductions.any(x, r.keep, r.named()));
    Sample.assertGives(
        r.of(v -> Arrays.stream(v).allMatch(e -> e == 1) ? 1 : 0),
        DType.BOOL,
        Reductions.all(x, r.keep, r.named()));
  }

  private static double variance(double... x) {
    double mean = References.mean(x);
    return References.mean(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).toArray());
  }

  @Property
  void meansAndNorms(@ForAll("reductions") Reduced r, @ForAll("floating") DType dtype) {
    double tolerance = dtype == DType.FLOAT64 ? 1e-12 : 1e-5;
    Tensor x = r.tensor(dtype);
    int[] axes = r.named();
    Sample.assertGives(r.of(References::mean), dtype, tolerance, Reductions.mean(x, r.keep, axes));
    Sample.assertGives(
        r.of(ReductionPropertiesTest::variance),
        dtype,
        tolerance,
        Reductions.variance(x, r.keep, axes));
    Sample.assertGives(
        r.of(v -> Math.sqrt(variance(v))), dtype, tolerance, Reductions.std(x, r.keep, axes));
    Sample.assertGives(
        r.of(v -> Math.sqrt(Arrays.stream(v).map(e -> e * e).sum())),
        dtype,
        tolerance,
        Reductions.norm(x, r.keep, axes));
    Sample.assertGives(
        r.of(v -> Arrays.stream(v).map(Math::abs).sum()),
        dtype,
        tolerance,
        Reductions.norm(x, 1, r.keep, axes));
    Sample.assertGives(
        r.of(v -> Math.log(Arrays.stream(v).map(Math::exp).sum())),
        dtype,
        tolerance,
        Reductions.logSumExp(x, r.keep, axes));
  }

  /** Checks a gradient against a derivative, a function of the element and the kept grids. */
  private static void assertGradient(
      Reduced r,
      TensorFunction function,
      double tolerance,
      ToDoubleFunction<double[]> derivative,
      Grid... kept) {
    Grid weights = Sample.weights(r.of(v -> 0).shape());
    Tensor factors = weights.tensor(DType.FLOAT64);
    double[][] gradients =
        GradientChecker.gradients(x -> function.of(x).mul(factors).sum(), r.tensor(DType.FLOAT64));
    Grid[] all = new Grid[kept.length + 2];
    all[0] = new Grid(r.kept(v -> 0).shape(), weights.values());
    all[1] = r.x.grid();
    System.arraycopy(kept, 0, all, 2, kept.length);
    Sample.assertNear(Grid.pointwise(derivative, all).values(), tolerance, gradients[0]);
  }

  @Property
  void gradientsAreSpread(@ForAll("reductions") Reduced r) {
    int[] axes = r.named();
    assertGradient(r, x -> Reductions.sum(x[0], r.keep, axes), 0, v -> v[0]);
    assertGradient(r, x -> Reductions.mean(x[0], r.keep, axes), 1e-12, v -> v[0] / r.count());
    if (r.count() > 0) {
      Grid largest = r.kept(References::largest);
      Grid ties = r.kept(v -> Arrays.stream(v).filter(e -> e == References.largest(v)).count());
      assertGradient(
          r,
          x -> Reductions.max(x[0], r.keep, axes),
          1e-12,
          v -> v[1] == v[2] ? v[0] / v[3] : 0,
          largest,
          ties);
      assertGradient(
          r,
          x -> Reductions.logSumExp(x[0], r.keep, axes),
          1e-12,
          v -> v[0] * Math.exp(v[1]) / v[2],
          r.kept(v -> Arrays.stream(v).map(Math::exp).sum()));
    }
  }

  @Property
  void gradientsOfProductsAreProductsOfOthers(@ForAll("products") Reduced r) {
    assertGradient(
        r,
        x -> Reductions.prod(x[0], r.keep, r.named()),
        0,
        v -> v[0] * (v[1] != 0 ? v[2] / v[1] : v[3] == 1 ? v[4] : 0),
        r.kept(References::product),
        r.kept(v -> Arrays.stream(v).filter(e -> e == 0).count()),
        r.kept(v -> References.product(Arrays.stream(v).filter(e -> e != 0).toArray())));
  }
}
