package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Unconnected;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.OpCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where nothing flows down, a gradient is 0, though the derivative be infinite or NaN. */
final class PolesTest {
  private static final int MANY = 400;

  /** An alpha of 0 leaves no function to differentiate: NaN. */
  private static final Set<String> EXEMPT = Set.of("celu of an alpha");

  static Stream<OpCheck> pointwise() {
    return PointwiseTable.ROWS.stream()
        .filter(row -> !EXEMPT.contains(row.name()))
        .filter(row -> row.types().accepts(DType.FLOAT64))
        .filter(row -> row.result(DType.FLOAT64).isFloating());
  }

  private static double[] values(DType dtype) {
    double least = dtype == DType.FLOAT64 ? Double.MIN_VALUE : Float.MIN_VALUE;
    return new double[] {0, -0.0, 1, -1, 2, -3, 0.5, -0.5, 10, -10, least, -least};
  }

  /** Returns every combination of operands, repeated to at least a number of elements. */
  private static List<Tensor> operands(OpCheck row, DType dtype, int least) {
    double[] values = values(dtype);
    int count = (int) Math.pow(values.length, row.arity());
    int all = count * Math.max(1, (least + count - 1) / count);
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0, step = 1; i < row.arity(); i++, step *= values.length) {
      int every = step;
      DType type = row.cases().getFirst()[i].dtype(dtype);
      boolean isBool = type == DType.BOOL;
      double[] elements = new double[all];
      Arrays.setAll(elements, n -> isBool ? n % 2 : values[n % count / every % values.length]);
      operands.add(Tensor.of(elements).cast(type));
    }
    return operands;
  }

  /** What a mask hides: the op's result, or its gradients. */
  private enum Masked {
    VALUE,
    GRADIENT
  }

  /** Returns the gradients of what is masked, and theirs. */
  private static List<Tensor> gradients(OpCheck row, List<Tensor> operands, Masked of) {
    List<Tensor> sources = operands.stream().filter(x -> x.dtype().isFloating()).toList();
    try (GradientTape outer = new GradientTape();
        GradientTape inner = new GradientTape()) {
      outer.watch(sources.toArray(Tensor[]::new));
      inner.watch(sources.toArray(Tensor[]::new));
      Tensor value = row.function().of(operands.toArray(Tensor[]::new));
      boolean before = of == Masked.VALUE;
      List<Tensor> first =
          inner.gradient(List.of(before ? masked(value) : value), sources, null, Unconnected.ZERO);
      List<Tensor> targets = before ? first : first.stream().map(PolesTest::masked).toList();
      List<Tensor> second = outer.gradient(targets, sources, null, Unconnected.ZERO);
      return before ? Stream.concat(first.stream(), second.stream()).toList() : second;
    }
  }

  private static Tensor masked(Tensor value) {
    return Logic.where(Tensor.of(false), value, Creation.zerosLike(value));
  }

  @ParameterizedTest
  @MethodSource("pointwise")
  void nothingComesOfNothing(OpCheck row) {
    List<String> wrong = new ArrayList<>();
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (int least : new int[] {1, MANY}) {
        if (least > 1 && row.arity() == 3) {
          continue; // they are many already
        }
        List<Tensor> operands = operands(row, dtype, least);
        for (Masked of : Masked.values()) {
          Function<List<Tensor>, List<Tensor>> f = x -> gradients(row, x, of);
          check(row, operands, f.apply(operands), of + ", eager", wrong);
          TracedFunction<List<Tensor>> traced = TracedFunction.of(row.name(), f);
          check(row, operands, traced.call(operands), of + ", traced", wrong);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static double slope(UnaryOperator<Tensor> f, double x) {
    try (GradientTape tape = new GradientTape()) {
      Tensor at = Tensor.of(x);
      tape.watch(at);
      return tape.gradient(f.apply(at), at).item();
    }
  }

  @Test
  void theOtherBranchCounts() {
    assertEquals(1, slope(x -> Logic.where(x.greater(0), Maths.sqrt(x), x), -1));
    assertEquals(0, slope(x -> Maths.square(Maths.sqrt(x)), 0));
    assertEquals(2, slope(x -> Logic.where(x.equal(0), x.mul(2), Maths.reciprocal(x)), 0));
    assertEquals(3, slope(x -> Logic.where(x.greater(0), x.pow(0.5), x.mul(3)), -4));
    assertEquals(1, slope(x -> Logic.where(x.less(1), Maths.acos(x), x), 2));
  }

  /** What is no pointwise op, at a pole: the norm of zeros, the deviation of equals. */
  private static final Map<String, UnaryOperator<Tensor>> REDUCTIONS =
      Map.ofEntries(
          Map.entry("norm", x -> Reductions.norm(x)),
          Map.entry("norm of order 1", x -> Reductions.norm(x, 1, false)),
          Map.entry("norm of order 3", x -> Reductions.norm(x, 3, false)),
          Map.entry("norm of order 0.5", x -> Reductions.norm(x, 0.5, false)),
          Map.entry("std", x -> Reductions.std(x)),
          Map.entry("variance", x -> Reductions.variance(x)),
          Map.entry("prod", x -> Reductions.prod(x)),
          Map.entry("cumprod", x -> Cumulative.cumprod(x, 0)),
          Map.entry("logSumExp", x -> Reductions.logSumExp(x)),
          Map.entry("softmax of logarithms", x -> Softmax.softmax(Maths.log(x))),
          Map.entry("l2Normalize", x -> Normalization.l2Normalize(x, 0, 0)),
          Map.entry("layerNorm", x -> Normalization.layerNorm(x, null, null, 0)),
          Map.entry("entropy", x -> x.mul(Maths.xlogy(x, x)).sum()));

  static Stream<Arguments> reductions() {
    return REDUCTIONS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reductions")
  void nothingComesOfNothingReduced(String name, UnaryOperator<Tensor> f) {
    for (double value : new double[] {0, 2}) {
      Tensor x = Tensor.full(DType.FLOAT64, value, 3);
      try (GradientTape outer = new GradientTape();
          GradientTape inner = new GradientTape()) {
        outer.watch(x);
        inner.watch(x);
        Tensor first = inner.gradient(masked(f.apply(x)), x);
        assertArrayEquals(new double[3], first.toDoubleArray(), name + ", first order at " + value);
        Tensor second = outer.gradient(List.of(first), List.of(x), null, Unconnected.ZERO).get(0);
        assertArrayEquals(
            new double[3], second.toDoubleArray(), name + ", second order at " + value);
      }
    }
  }

  private static void check(
      OpCheck row, List<Tensor> operands, List<Tensor> gradients, String how, List<String> wrong) {
    for (int i = 0; i < gradients.size(); i++) {
      double[] found = gradients.get(i).toDoubleArray();
      for (int n = 0; n < found.length; n++) {
        if (found[n] != 0) {
          List<String> at = new ArrayList<>();
          for (Tensor operand : operands) {
            at.add("" + operand.toDoubleArray()[n]);
          }
          wrong.add(
              row
                  + ", "
                  + how
                  + ", gradient "
                  + i
                  + " at "
                  + at
                  + " "
                  + operands.getLast().dtype()
                  + ": "
                  + found[n]);
          break;
        }
      }
    }
  }
}
