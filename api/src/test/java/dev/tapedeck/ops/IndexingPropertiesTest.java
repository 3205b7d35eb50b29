package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Parts of tensors and variables against a model of Python's indexing. */
final class IndexingPropertiesTest {
  private static final int MAX_RANK = 4;

  /** What indices pick: a shape, and for each of its indices one of the whole. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Picked(int[] shape, UnaryOperator<int[]> from) {
    Grid of(Grid whole) {
      return Grid.of(shape, i -> whole.at(from.apply(i)));
    }

    /** Returns another grid in which the elements of a part are put. */
    Grid into(Grid whole, Grid part) {
      double[] values = whole.values().clone();
      Grid numbers = numbers(whole.shape());
      Grid.of(shape, i -> values[(int) of(numbers).at(i)] = part.at(i));
      return new Grid(whole.shape(), values);
    }

    private static Grid numbers(int... shape) {
      return new Grid(shape, IntStream.range(0, Grid.count(shape)).asDoubleStream().toArray());
    }
  }

  /** As {@code range(*slice(start, stop, step).indices(size))} in Python. */
  private static List<Integer> positions(Index.Range range, int size) {
    boolean back = range.step() < 0;
    // A longer step leaves the axis just so.
    int step = Math.clamp(range.step(), -size - 1, size + 1);
    int low = back ? -1 : 0;
    int high = back ? size - 1 : size;
    int start =
        range.start() == null ? (back ? high : low) : limited(range.start(), size, low, high);
    int stop = range.stop() == null ? (back ? low : high) : limited(range.stop(), size, low, high);
    List<Integer> positions = new ArrayList<>();
    for (int at = start; back ? at > stop : at < stop; at += step) {
      positions.add(at);
    }
    return positions;
  }

  private static int limited(long position, int size, int low, int high) {
    long counted = position < 0 ? position + size : position;
    return (int) Math.max(low, Math.min(high, counted));
  }

  private static Picked picked(int[] whole, List<Object> indices) {
    List<Object> full = new ArrayList<>(indices);
    long used = indices.stream().filter(index -> !(index instanceof Index.Mark)).count();
    int ellipsis = full.indexOf(Index.ELLIPSIS);
    int open = ellipsis < 0 ? full.size() : ellipsis;
    if (ellipsis >= 0) {
      full.remove(open);
    }
    full.addAll(open, Collections.nCopies((int) (whole.length - used), Index.ALL));
    List<Integer> sizes = new ArrayList<>();
    List<List<Integer>> positions = new ArrayList<>(); // along each axis of the whole
    List<Integer> axes = new ArrayList<>(); // of the part, for each axis of the whole
    for (Object index : full) {
      if (index instanceof Index.Range range) {
        positions.add(positions(range, whole[positions.size()]));
        axes.add(sizes.size());
        sizes.add(positions.getLast().size());
      } else if (index instanceof Integer position) {
        positions.add(List.of(position < 0 ? position + whole[positions.size()] : position));
        axes.add(-1);
      } else {
        sizes.add(1);
      }
    }
    return new Picked(
        sizes.stream().mapToInt(size -> size).toArray(),
        index -> {
          int[] from = new int[whole.length];
          Arrays.setAll(from, a -> positions.get(a).get(axes.get(a) < 0 ? 0 : index[axes.get(a)]));
          return from;
        });
  }

  private static Arbitrary<Object> index(int size) {
    Arbitrary<Long> near = Arbitraries.longs().between(-size - 2, size + 2);
    Arbitrary<Long> bound =
        Arbitraries.frequencyOf(
            Tuple.of(8, near),
            Tuple.of(1, Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE)),
            Tuple.of(4, Arbitraries.just(null)));
    Arbitrary<Long> step =
        Arbitraries.frequency(
            Tuple.of(9, 1L),
            Tuple.of(9, -1L),
            Tuple.of(5, 2L),
            Tuple.of(5, -2L),
            Tuple.of(2, 3L),
            Tuple.of(2, -3L),
            Tuple.of(1, Long.MAX_VALUE),
            Tuple.of(1, Long.MIN_VALUE));
    Arbitrary<Object> range = Combinators.combine(bound, bound, step).as(Index.Range::new);
    Arbitrary<Object> position = Arbitraries.integers().between(-size, size - 1).map(i -> i);
    return size == 0 ? range : Arbitraries.frequencyOf(Tuple.of(3, range), Tuple.of(1, position));
  }

  /** Draws indices for the first axes of a shape, and for its last behind ELLIPSIS, if at all. */
  private static Arbitrary<List<Object>> indices(int... shape) {
    int rank = shape.length;
    Arbitrary<List<Object>> each =
        Combinators.combine(Arrays.stream(shape).mapToObj(IndexingPropertiesTest::index).toList())
            .as(list -> list);
    return Combinators.combine(
            each,
            Arbitraries.integers().between(0, rank),
            Arbitraries.integers().between(0, rank),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 3 * rank + 3).list().ofMaxSize(2))
        .as(
            (all, one, other, ellipsis, places) -> {
              List<Object> indices = new ArrayList<>(all.subList(0, Math.min(one, other)));
              if (ellipsis) {
                indices.add(Index.ELLIPSIS);
                indices.addAll(all.subList(Math.max(one, other), rank));
              }
              for (int place : places) {
                if (place <= indices.size()) {
                  indices.add(place, Index.NEW_AXIS);
                }
              }
              return indices;
            });
  }

  record Part(Sample x, List<Object> indices) {
    Picked picked() {
      return IndexingPropertiesTest.picked(x.shape(), indices);
    }
  }

  @Provide
  Arbitrary<Part> parts() {
    return Sample.shapes(0, MAX_RANK)
        .flatMap(
            shape -> Combinators.combine(Sample.of(shape, -9, 9), indices(shape)).as(Part::new));
  }

  record PartOfPart(Part part, List<Object> indices) {}

  @Provide
  Arbitrary<PartOfPart> partsOfParts() {
    return parts()
        .flatMap(part -> indices(part.picked().shape).map(more -> new PartOfPart(part, more)));
  }

  @Provide
  Arbitrary<DType> types() {
    return Arbitraries.of(DType.FLOAT64, DType.FLOAT32, DType.INT16, DType.INT64, DType.INT8);
  }

  private static Tensor get(Tensor x, List<Object> indices) {
    return x.get(indices.toArray());
  }

  @Property
  void partsAreAsInPython(@ForAll("parts") Part part, @ForAll("types") DType dtype) {
    Grid expected = part.picked().of(part.x.grid());
    Sample.assertGives(expected, dtype, get(part.x.tensor(dtype), part.indices));
  }

  @Property
  void partsOfPartsAreAsInPython(
      @ForAll("partsOfParts") PartOfPart parts, @ForAll("types") DType dtype) {
    Part part = parts.part;
    Picked more = picked(part.picked().shape, parts.indices);
    Tensor once = get(part.x.tensor(dtype), part.indices);
    Grid expected = more.of(part.picked().of(part.x.grid()));
    Sample.assertGives(expected, dtype, get(once, parts.indices));
    // What is done to a view of a view sees the same elements.
    Sample.assertGives(
        Grid.pointwise(v -> 2 * v[0], expected), dtype, get(once, parts.indices).mul(2));
  }

  @Property
  void gradientsGoBackToTheirPlaces(@ForAll("parts") Part part) {
    Picked picked = part.picked();
    Grid weights = Sample.weights(picked.shape);
    Tensor factors = weights.tensor(DType.FLOAT64);
    double[][] gradients =
        GradientChecker.gradients(
            x -> get(x[0], part.indices).mul(factors).sum(), part.x.tensor(DType.FLOAT64));
    Grid expected = picked.into(Grid.of(part.x.shape(), i -> 0), weights);
    Sample.assertNear(expected.values(), 0, gradients[0]);
  }

  record Assignment(Part part, Sample value) {}

  @Provide
  Arbitrary<Assignment> assignments() {
    return parts()
        .flatMap(
            part ->
                Sample.stretchingTo(part.picked().shape)
                    .flatMap(shape -> Sample.of(shape, 10, 20))
                    .map(value -> new Assignment(part, value)));
  }

  @Property
  void assignmentsWriteTheirPartOnly(
      @ForAll("assignments") Assignment assignment, @ForAll("types") DType dtype) {
    Part part = assignment.part;
    Picked picked = part.picked();
    Grid before = part.x.grid();
    Tensor initial = part.x.tensor(dtype);
    Tensor value = assignment.value.tensor(dtype);
    Grid stretched =
        Grid.pointwise(v -> v[0], assignment.value.grid(), Grid.of(picked.shape, i -> 0));

    Variable assigned = Variable.of(initial);
    assigned.at(part.indices.toArray()).assign(value);
    Sample.assertGives(picked.into(before, stretched), dtype, assigned.value());

    Variable added = Variable.of(initial);
    added.at(part.indices.toArray()).assignAdd(value);
    Grid sum = Grid.pointwise(v -> v[0] + v[1], picked.of(before), stretched);
    Sample.assertGives(picked.into(before, sum), dtype, added.value());
    Sample.assertGives(before, dtype, initial);
  }

  /** Assigns a part its own elements backwards. */
  @Property
  void assignmentsMayReadWhatTheyWrite(@ForAll("parts") Part part) {
    Picked picked = part.picked();
    Variable variable = Variable.of(part.x.tensor(DType.INT32));
    Tensor own = get(variable.get(), part.indices);
    variable.at(part.indices.toArray()).assign(Rearranging.reverse(own));
    Grid elements = picked.of(part.x.grid());
    Grid reversed =
        Grid.of(
            picked.shape,
            i -> {
              int[] from = i.clone();
              Arrays.setAll(from, axis -> picked.shape[axis] - 1 - i[axis]);
              return elements.at(from);
            });
    Sample.assertGives(picked.into(part.x.grid(), reversed), DType.INT32, variable.value());
  }

  @Property
  void positionsBeyondAnAxisAreRefused(
      @ForAll("parts") Part part, @ForAll int outside, @ForAll boolean before) {
    Tensor x = part.x.tensor(DType.FLOAT32);
    for (int axis = 0; axis < part.x.shape().length; axis++) {
      long size = part.x.grid().size(axis);
      long position =
          before ? -size - 1 - Math.abs((long) outside) : size + Math.abs((long) outside);
      Object[] indices = new Object[axis + 1];
      Arrays.fill(indices, Index.ALL);
      indices[axis] = position;
      assertThrows(IllegalArgumentException.class, () -> x.get(indices));
    }
    Object[] tooMany = Collections.nCopies(part.x.shape().length + 1, Index.ALL).toArray();
    assertThrows(IllegalArgumentException.class, () -> x.get(tooMany));
  }

  /** A part by where it begins and how large it is, both on each axis. */
  record Slice(Sample x, List<Integer> begin, List<Integer> size) {}

  @Provide
  Arbitrary<Slice> slices() {
    return Sample.shapes(0, MAX_RANK)
        .flatMap(
            shape ->
                Combinators.combine(Sample.of(shape, -9, 9), below(shape))
                    .flatAs(
                        (x, begin) -> {
                          int[] left = shape.clone();
                          Arrays.setAll(left, axis -> left[axis] - begin.get(axis));
                          return below(left).map(size -> new Slice(x, begin, size));
                        }));
  }

  /** Draws a number for each of some, that or less. */
  private static Arbitrary<List<Integer>> below(int... most) {
    return Combinators.combine(
            Arrays.stream(most).mapToObj(m -> Arbitraries.integers().between(0, m)).toList())
        .as(list -> list);
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(v -> v).toArray();
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(v -> v).toArray();
  }

  @Property
  void slicesStartWhereTheyBegin(@ForAll("slices") Slice slice) {
    Tensor x = slice.x.tensor(DType.INT32);
    int[] begin = ints(slice.begin);
    int[] size = ints(slice.size);
    Sample.assertGives(
        References.slice(begin, size).of(slice.x.grid()),
        DType.INT32,
        Indexing.slice(x, longs(slice.begin), longs(slice.size)));
    for (int axis = 0; axis < begin.length; axis++) {
      long[] rest = longs(slice.size);
      rest[axis] = -1;
      int[] left = size.clone();
      left[axis] = slice.x.grid().size(axis) - begin[axis];
      Sample.assertGives(
          References.slice(begin, left).of(slice.x.grid()),
          DType.INT32,
          Indexing.slice(x, longs(slice.begin), rest));
      long[] beyond = longs(slice.size);
      beyond[axis] = left[axis] + 1L;
      assertThrows(
          IllegalArgumentException.class, () -> Indexing.slice(x, longs(slice.begin), beyond));
    }
  }
}
