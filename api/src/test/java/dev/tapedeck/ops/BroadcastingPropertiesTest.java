package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Pointwise ops of operands of all shapes that broadcast, however they lie in memory. */
final class BroadcastingPropertiesTest {
  private static final int MAX_RANK = 5;

  private static Arbitrary<List<Sample>> operands(int count, int low, int high) {
    return Sample.shapes(0, MAX_RANK)
        .flatMap(
            full ->
                Sample.stretchingTo(full)
                    .flatMap(shape -> Sample.of(shape, low, high))
                    .list()
                    .ofSize(count));
  }

  @Provide
  Arbitrary<List<Sample>> pairs() {
    return operands(2, -3, 3);
  }

  @Provide
  Arbitrary<List<Sample>> naturalPairs() {
    return operands(2, 0, 3);
  }

  @Provide
  Arbitrary<List<Sample>> triples() {
    return operands(3, -3, 3);
  }

  @Provide
  Arbitrary<DType> signed() {
    return Arbitraries.of(DType.fixedSize())
        .filter(dtype -> dtype.isNumeric() && dtype != DType.UINT8 && dtype != DType.UINT16);
  }

  private static Grid reference(ToDoubleFunction<double[]> function, List<Sample> operands) {
    return Grid.pointwise(function, operands.stream().map(Sample::grid).toArray(Grid[]::new));
  }

  @Property
  void pairsGiveWhatEachElementGives(
      @ForAll("pairs") List<Sample> operands, @ForAll("signed") DType dtype) {
    Tensor x = operands.getFirst().tensor(dtype);
    Tensor y = operands.getLast().tensor(dtype);
    Sample.assertGives(reference(v -> v[0] + v[1], operands), dtype, Maths.add(x, y));
    Sample.assertGives(reference(v -> v[0] - v[1], operands), dtype, Maths.sub(x, y));
    Sample.assertGives(reference(v -> v[0] * v[1], operands), dtype, Maths.mul(x, y));
    Sample.assertGives(reference(v -> Math.max(v[0], v[1]), operands), dtype, Maths.maximum(x, y));
    Sample.assertGives(reference(v -> v[0] < v[1] ? 1 : 0, operands), DType.BOOL, Logic.less(x, y));
  }

  @Property
  void powersGiveWhatEachElementGives(
      @ForAll("naturalPairs") List<Sample> operands, @ForAll("signed") DType dtype) {
    Tensor x = operands.getFirst().tensor(dtype);
    Tensor y = operands.getLast().tensor(dtype);
    Sample.assertGives(reference(v -> Math.pow(v[0], v[1]), operands), dtype, Maths.pow(x, y));
  }

  @Property
  void triplesGiveWhatEachElementGives(
      @ForAll("triples") List<Sample> operands, @ForAll("signed") DType dtype) {
    Tensor condition = operands.getFirst().tensor(DType.BOOL);
    Tensor x = operands.getFirst().tensor(dtype);
    Tensor y = operands.get(1).tensor(dtype);
    Tensor z = operands.getLast().tensor(dtype);
    Sample.assertGives(
        reference(v -> v[0] != 0 ? v[1] : v[2], operands), dtype, Logic.where(condition, y, z));
    Sample.assertGives(
        reference(v -> Math.min(Math.max(v[0], v[1]), v[2]), operands), dtype, Maths.clip(x, y, z));
  }

  /** Sums a gradient over the axes along which an operand was stretched. */
  private static double[] summed(Grid gradient, Sample operand) {
    int[] shape = operand.shape();
    double[] sums = new double[Grid.count(shape)];
    Grid.of(
        gradient.shape(),
        index -> {
          int at = 0;
          for (int axis = 0; axis < shape.length; axis++) {
            int own = shape[axis] == 1 ? 0 : index[index.length - shape.length + axis];
            at = at * shape[axis] + own;
          }
          return sums[at] += gradient.at(index);
        });
    return sums;
  }

  /** Checks gradients against derivatives, functions of the weight of a result and the operands. */
  @SafeVarargs
  private static void assertGradients(
      TensorFunction function, List<Sample> operands, ToDoubleFunction<double[]>... derivatives) {
    Tensor[] tensors =
        operands.stream().map(x -> x.tensor(DType.FLOAT64)).toArray(EagerTensor[]::new);
    Grid weights = Sample.weights(reference(v -> 0, operands).shape());
    Tensor factors = weights.tensor(DType.FLOAT64);
    double[][] gradients =
        GradientChecker.gradients(x -> function.of(x).mul(factors).sum(), tensors);
    Grid[] all = new Grid[operands.size() + 1];
    Arrays.setAll(all, i -> i == 0 ? weights : operands.get(i - 1).grid());
    for (int i = 0; i < derivatives.length; i++) {
      Grid gradient = Grid.pointwise(derivatives[i], all);
      Sample.assertNear(summed(gradient, operands.get(i)), 0, gradients[i]);
    }
  }

  @Property
  void gradientsAreSumsOverStretchedAxes(
      @ForAll("pairs") List<Sample> pair, @ForAll("triples") List<Sample> triple) {
    assertGradients(x -> Maths.add(x[0], x[1]), pair, v -> v[0], v -> v[0]);
    assertGradients(x -> Maths.mul(x[0], x[1]), pair, v -> v[0] * v[2], v -> v[0] * v[1]);
    assertGradients(
        x -> Maths.maximum(x[0], x[1]),
        pair,
        v -> v[1] >= v[2] ? v[0] : 0,
        v -> v[1] >= v[2] ? 0 : v[0]);
    assertGradients(
        x -> Logic.where(Logic.less(x[0], 0), x[1], x[2]),
        triple,
        v -> 0,
        v -> v[1] < 0 ? v[0] : 0,
        v -> v[1] < 0 ? 0 : v[0]);
  }

  /** Draws shapes that broadcast but for one axis. */
  @Provide
  Arbitrary<List<int[]>> conflicting() {
    return Sample.shapes(1, MAX_RANK)
        .flatMap(
            full ->
                Combinators.combine(
                        Sample.stretchingTo(full),
                        Sample.stretchingTo(full),
                        Arbitraries.integers().between(1, full.length),
                        Arbitraries.of(0, 2, 3, 4),
                        Arbitraries.of(5, 6))
                    .as(
                        (a, b, fromEnd, size, other) ->
                            List.of(
                                resized(a, full, fromEnd, size),
                                resized(b, full, fromEnd, other))));
  }

  private static int[] resized(int[] shape, int[] full, int fromEnd, int size) {
    int[] longer =
        shape.length >= fromEnd
            ? shape
            : Arrays.copyOfRange(full, full.length - fromEnd, full.length);
    longer[longer.length - fromEnd] = size;
    return longer;
  }

  @Property
  void conflictingShapesAreRefused(@ForAll("conflicting") List<int[]> shapes) {
    Tensor x = Grid.of(shapes.getFirst(), i -> 1).tensor(DType.FLOAT32);
    Tensor y = Grid.of(shapes.getLast(), i -> 1).tensor(DType.FLOAT32);
    Tensor condition = Tensor.of(true);
    assertThrows(IllegalArgumentException.class, () -> Maths.add(x, y));
    assertThrows(IllegalArgumentException.class, () -> Logic.less(y, x));
    assertThrows(IllegalArgumentException.class, () -> Logic.where(condition, x, y));
    assertThrows(
        IllegalArgumentException.class, () -> Shape.broadcast(x.shape(), y.shape(), "property"));
  }

  @Provide
  Arbitrary<Shape> anyShape() {
    return Arbitraries.of(1L, 2L, 3L, 0L, Shape.UNKNOWN)
        .array(long[].class)
        .ofMaxSize(3)
        .map(Shape::of);
  }

  /** Returns null for shapes that do not broadcast. */
  private static Shape broadcast(Shape a, Shape b) {
    try {
      return a == null || b == null ? null : Shape.broadcast(a, b, "property");
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Property(tries = 1000)
  void broadcastingIsSymmetricAndAssociative(
      @ForAll("anyShape") Shape a, @ForAll("anyShape") Shape b, @ForAll("anyShape") Shape c) {
    Shape both = broadcast(a, b);
    assertEquals(both, broadcast(b, a));
    assertEquals(broadcast(both, c), broadcast(a, broadcast(b, c)));
    assertEquals(a, broadcast(a, a));
    assertEquals(a, broadcast(a, Shape.of()));
    if (both != null && both.isKnown() && a.isKnown()) {
      assertTrue(a.broadcastsTo(both), a + " to " + both);
    }
  }
}
