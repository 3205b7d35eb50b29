package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Elements and slices picked by tensors of indices, and put where these say. */
final class GatheringPropertiesTest {
  private static final int MAX_RANK = 4;

  @Provide
  Arbitrary<DType> numeric() {
    return Sample.numeric();
  }

  @Provide
  Arbitrary<DType> whole() {
    return Arbitraries.of(DType.INT32, DType.INT64, DType.UINT8, DType.INT8);
  }

  private static int[] concat(int[] a, int... b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  /** Returns the gradient of a weighted sum of a function for its first operand. */
  private static double[] gradient(TensorFunction function, Grid weights, Tensor... x) {
    Tensor factors = weights.tensor(DType.FLOAT64);
    return GradientChecker.gradients(y -> function.of(y).mul(factors).sum(), x)[0];
  }

  /** Adds to zeros, for each index of a grid, its element at another index. */
  private static Grid accumulated(int[] shape, Grid addends, UnaryOperator<int[]> to) {
    double[] sums = new double[Grid.count(shape)];
    Grid places = new Grid(shape, IntStream.range(0, sums.length).asDoubleStream().toArray());
    Grid.of(addends.shape(), i -> sums[(int) places.at(to.apply(i))] += addends.at(i));
    return new Grid(shape, sums);
  }

  /** An operand, an axis of it, and indices along this. */
  record Along(Sample x, int axis, Sample indices) {
    int normal() {
      return Math.floorMod(axis, x.shape().length);
    }
  }

  /** Draws indices below a bound, or none if that is 0. */
  private static Arbitrary<Sample> indices(int bound, int... shape) {
    return bound > 0
        ? Sample.of(shape, 0, bound - 1)
        : Sample.of(concat(new int[] {0}, shape), 0, 0);
  }

  @Provide
  Arbitrary<Along> gathers() {
    return Combinators.combine(Sample.shapes(1, MAX_RANK - 1), Sample.shapes(0, 2))
        .flatAs(
            (shape, picks) ->
                Sample.axis(shape)
                    .flatMap(
                        axis ->
                            Combinators.combine(
                                    Sample.of(shape, -9, 9),
                                    indices(shape[Math.floorMod(axis, shape.length)], picks))
                                .as((x, indices) -> new Along(x, axis, indices))));
  }

  @Property
  void gathersTakeSlices(
      @ForAll("gathers") Along along,
      @ForAll("numeric") DType dtype,
      @ForAll("whole") DType whole) {
    Grid expected = References.gather(along.normal()).of(along.x.grid(), along.indices.grid());
    Tensor indices = along.indices.tensor(whole);
    Sample.assertGives(
        expected, dtype, Indexing.gather(along.x.tensor(dtype), indices, along.axis));

    Grid weights = Sample.weights(expected.shape());
    int more = along.indices.shape().length;
    Grid back =
        accumulated(
            along.x.shape(),
            weights,
            i -> {
              int[] picks = Arrays.copyOfRange(i, along.normal(), along.normal() + more);
              int[] before = Arrays.copyOf(i, along.normal());
              int[] after = Arrays.copyOfRange(i, along.normal() + more, i.length);
              return concat(concat(before, (int) along.indices.grid().at(picks)), after);
            });
    Tensor x = along.x.tensor(DType.FLOAT64);
    Sample.assertNear(
        back.values(), 0, gradient(t -> Indexing.gather(t[0], indices, along.axis), weights, x));
  }

  @Property
  void indicesBeyondAnAxisAreRefused(@ForAll("gathers") Along along, @ForAll boolean before) {
    Sample x = along.x;
    int size = x.grid().size(along.normal());
    int outside = before ? -1 : size;
    Tensor tensor = x.tensor(DType.FLOAT32);
    if (Grid.count(x.shape()) > 0) {
      Tensor index = Tensor.of(new int[] {0, outside});
      assertThrows(
          IllegalArgumentException.class, () -> Indexing.gather(tensor, index, along.axis));
      Tensor line = Grid.of(with(x.shape(), along.normal(), 1), i -> outside).tensor(DType.INT32);
      assertThrows(
          IllegalArgumentException.class, () -> Scattering.takeAlongAxis(tensor, line, along.axis));
      int[] tuple = new int[x.shape().length];
      tuple[along.normal()] = outside;
      assertThrows(
          IllegalArgumentException.class, () -> Scattering.gatherNd(tensor, Tensor.of(tuple)));
    }
  }

  private static int[] with(int[] index, int axis, int value) {
    int[] changed = index.clone();
    changed[axis] = value;
    return changed;
  }

  @Provide
  Arbitrary<Along> lines() {
    return Combinators.combine(Sample.shapes(1, MAX_RANK), Arbitraries.integers().between(0, 4))
        .flatAs(
            (shape, picks) ->
                Sample.axis(shape)
                    .flatMap(
                        axis -> {
                          int along = Math.floorMod(axis, shape.length);
                          int[] own = with(shape, along, shape[along] == 0 ? 0 : picks);
                          return Combinators.combine(
                                  Sample.of(shape, -9, 9),
                                  Sample.of(own, 0, Math.max(0, shape[along] - 1)))
                              .as((x, indices) -> new Along(x, axis, indices));
                        }));
  }

  @Property
  void linesTakeTheirOwnElements(
      @ForAll("lines") Along along, @ForAll("numeric") DType dtype, @ForAll("whole") DType whole) {
    Grid picks = along.indices.grid();
    Grid expected =
        Grid.of(picks.shape(), i -> along.x.grid().at(with(i, along.normal(), (int) picks.at(i))));
    Tensor indices = along.indices.tensor(whole);
    Sample.assertGives(
        expected, dtype, Scattering.takeAlongAxis(along.x.tensor(dtype), indices, along.axis));

    Grid weights = Sample.weights(picks.shape());
    Grid back =
        accumulated(along.x.shape(), weights, i -> with(i, along.normal(), (int) picks.at(i)));
    Sample.assertNear(
        back.values(),
        0,
        gradient(
            t -> Scattering.takeAlongAxis(t[0], indices, along.axis),
            weights,
            along.x.tensor(DType.FLOAT64)));
  }

  /** A tensor, tuples of indices into it, and a slice of it for each. */
  record Tuples(Sample x, Sample indices, Sample updates) {
    int depth() {
      return indices.grid().size(indices.shape().length - 1);
    }

    /** Returns where in the tensor an element of the slices belongs. */
    int[] place(int... slice) {
      int outer = indices.shape().length - 1;
      int[] tuple = Arrays.copyOf(slice, outer);
      int[] at = new int[x.shape().length];
      for (int axis = 0; axis < at.length; axis++) {
        boolean named = axis < depth();
        at[axis] =
            named ? (int) indices.grid().at(concat(tuple, axis)) : slice[outer + axis - depth()];
      }
      return at;
    }

    Grid gathered(Grid from) {
      return Grid.of(updates.shape(), i -> from.at(place(i)));
    }

    Grid scattered(Grid slices) {
      return accumulated(x.shape(), slices, this::place);
    }
  }

  @Provide
  Arbitrary<Tuples> tuples() {
    return Combinators.combine(
            Sample.shapes(0, MAX_RANK - 1),
            Sample.shapes(0, 2),
            Arbitraries.integers().between(0, MAX_RANK))
        .flatAs(
            (shape, count, most) -> {
              int depth = Math.min(most, shape.length);
              int[] named = Arrays.copyOf(shape, depth);
              int[] outer = Grid.count(named) > 0 ? count : concat(count, 0);
              int[] rest = Arrays.copyOfRange(shape, depth, shape.length);
              return Combinators.combine(
                      Sample.of(shape, -9, 9),
                      Sample.of(concat(outer, depth), 0, 11),
                      Sample.of(concat(outer, rest), -9, 9))
                  .as((x, indices, updates) -> new Tuples(x, within(named, indices), updates));
            });
  }

  /** Returns indices with each limited to the size of its axis. */
  private static Sample within(int[] named, Sample indices) {
    int last = indices.shape().length - 1;
    List<Sample.Step> steps = new ArrayList<>(indices.steps());
    steps.set(last, Sample.Step.FORWARD); // what repeats along it cannot be limited by axis
    Grid limited = Grid.of(indices.shape(), i -> indices.grid().at(i) % named[i[last]]);
    return new Sample(limited, steps, indices.transposed());
  }

  @Property
  void tuplesTakeSlices(
      @ForAll("tuples") Tuples tuples,
      @ForAll("numeric") DType dtype,
      @ForAll("whole") DType whole) {
    Tensor indices = tuples.indices.tensor(whole);
    Sample.assertGives(
        tuples.gathered(tuples.x.grid()),
        dtype,
        Scattering.gatherNd(tuples.x.tensor(dtype), indices));

    Grid weights = Sample.weights(tuples.updates.shape());
    Sample.assertNear(
        tuples.scattered(weights).values(),
        0,
        gradient(t -> Scattering.gatherNd(t[0], indices), weights, tuples.x.tensor(DType.FLOAT64)));
  }

  @Property
  void scatteringAdds(
      @ForAll("tuples") Tuples tuples,
      @ForAll("numeric") DType dtype,
      @ForAll("whole") DType whole) {
    Tensor indices = tuples.indices.tensor(whole);
    long[] shape = Arrays.stream(tuples.x.shape()).asLongStream().toArray();
    Tensor updates = tuples.updates.tensor(dtype);
    Tensor x = tuples.x.tensor(dtype);
    Grid sums = tuples.scattered(tuples.updates.grid());
    Sample.assertGives(sums, dtype, Scattering.scatterNd(indices, updates, shape));
    Sample.assertGives(
        Grid.pointwise(v -> v[0] + v[1], tuples.x.grid(), sums),
        dtype,
        Scattering.tensorScatterAdd(x, indices, updates));

    Grid weights = Sample.weights(tuples.x.shape());
    Tensor slices = tuples.updates.tensor(DType.FLOAT64);
    Tensor whole64 = tuples.x.tensor(DType.FLOAT64);
    double[] back = tuples.gathered(weights).values();
    Sample.assertNear(
        back, 0, gradient(t -> Scattering.scatterNd(indices, t[0], shape), weights, slices));
    Sample.assertNear(
        back,
        0,
        gradient(t -> Scattering.tensorScatterAdd(whole64, indices, t[0]), weights, slices));
    Sample.assertNear(
        weights.values(),
        0,
        gradient(t -> Scattering.tensorScatterAdd(t[0], indices, slices), weights, whole64));
  }

  @Property
  void scatteringReplaces(
      @ForAll("tuples") Tuples tuples,
      @ForAll("numeric") DType dtype,
      @ForAll("whole") DType whole) {
    Tensor indices = tuples.indices.tensor(whole);
    Tensor updates = tuples.updates.tensor(dtype);
    Grid places =
        new Grid(
            tuples.x.shape(),
            IntStream.range(0, Grid.count(tuples.x.shape())).asDoubleStream().toArray());
    double[] replaced = tuples.x.grid().values().clone();
    Grid.of(
        tuples.updates.shape(),
        i -> replaced[(int) places.at(tuples.place(i))] = tuples.updates.grid().at(i));
    Sample.assertGives(
        new Grid(tuples.x.shape(), replaced),
        dtype,
        Scattering.tensorScatterUpdate(tuples.x.tensor(dtype), indices, updates));

    Grid weights = Sample.weights(tuples.x.shape());
    Tensor slices = tuples.updates.tensor(DType.FLOAT64);
    Tensor x = tuples.x.tensor(DType.FLOAT64);
    Grid times = tuples.scattered(Grid.of(tuples.updates.shape(), i -> 1));
    Sample.assertNear(
        Grid.pointwise(v -> v[1] > 0 ? 0 : v[0], weights, times).values(),
        0,
        gradient(t -> Scattering.tensorScatterUpdate(t[0], indices, slices), weights, x));
    Sample.assertNear(
        tuples.gathered(weights).values(),
        0,
        gradient(t -> Scattering.tensorScatterUpdate(x, indices, t[0]), weights, slices));
  }

  record Masked(Sample x, Sample mask) {}

  @Provide
  Arbitrary<Masked> masks() {
    return Sample.shapes(1, MAX_RANK)
        .flatMap(
            shape ->
                Arbitraries.integers()
                    .between(1, shape.length)
                    .flatMap(
                        rank ->
                            Combinators.combine(
                                    Sample.of(shape, -9, 9),
                                    Sample.of(Arrays.copyOf(shape, rank), 0, 1))
                                .as(Masked::new)));
  }

  @Property
  void masksTakeWhatIsTrue(@ForAll("masks") Masked masked, @ForAll("numeric") DType dtype) {
    int[] shape = masked.x.shape();
    int rank = masked.mask.shape().length;
    int[] rest = Arrays.copyOfRange(shape, rank, shape.length);
    ToDoubleFunction<int[]> chosen = i -> masked.mask.grid().at(Arrays.copyOf(i, rank));
    List<Double> taken = new ArrayList<>();
    Grid.of(shape, i -> chosen.applyAsDouble(i) != 0 && taken.add(masked.x.grid().at(i)) ? 1 : 0);
    int count = (int) Arrays.stream(masked.mask.grid().values()).sum();
    Grid expected =
        new Grid(concat(new int[] {count}, rest), taken.stream().mapToDouble(v -> v).toArray());
    Tensor mask = masked.mask.tensor(DType.BOOL);
    Sample.assertGives(expected, dtype, Indexing.booleanMask(masked.x.tensor(dtype), mask));

    Grid weights = Sample.weights(expected.shape());
    int[] next = {0};
    Grid back = Grid.of(shape, i -> chosen.applyAsDouble(i) != 0 ? weights.values()[next[0]++] : 0);
    Sample.assertNear(
        back.values(),
        0,
        gradient(t -> Indexing.booleanMask(t[0], mask), weights, masked.x.tensor(DType.FLOAT64)));
  }

  @Provide
  Arbitrary<Sample> classes() {
    return Sample.shapes(0, MAX_RANK - 1).flatMap(shape -> Sample.of(shape, 0, 4));
  }

  @Property
  void oneHotMarksItsIndex(
      @ForAll("classes") Sample classes,
      @ForAll("numeric") DType dtype,
      @ForAll("whole") DType whole) {
    Sample.assertGives(
        References.oneHot(5).of(classes.grid()),
        dtype,
        Indexing.oneHot(classes.tensor(whole), 5, dtype));
  }
}
