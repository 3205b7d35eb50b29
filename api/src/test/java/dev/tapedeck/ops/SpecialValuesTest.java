package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Operand;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN, infinities, zeros of both signs and denormals. */
final class SpecialValuesTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final Set<String> ROUNDED = Set.of("lerp", "celu of an alpha");

  /** All but those that round on their way to a result near 0. */
  static List<OpCheck> pointwise() {
    return PointwiseTable.ROWS.stream()
        .filter(row -> row.types().accepts(DType.FLOAT64) && !ROUNDED.contains(row.name()))
        .filter(
            row ->
                Arrays.stream(row.cases().getFirst())
                    .noneMatch(o -> o.kind() == Operand.Kind.INDEX))
        .toList();
  }

  private static double[] values(DType dtype) {
    return dtype == DType.FLOAT32
        ? new double[] {
          NAN, INF, -INF, 0.0, -0.0, Float.MIN_VALUE, -1e-40f, Float.MAX_VALUE, -1, 1, 1e-6f
        }
        : new double[] {
          NAN, INF, -INF, 0.0, -0.0, Double.MIN_VALUE, -1e-310, Double.MAX_VALUE, -1, 1, 1e-12
        };
  }

  /** Every combination of special operands, few at a time (Java loops) and all (native kernels). */
  @ParameterizedTest
  @MethodSource("pointwise")
  void agreeWithTheDefinition(OpCheck row) {
    List<String> wrong = new ArrayList<>();
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      double[] values = values(dtype);
      int count = (int) Math.pow(values.length, row.arity());
      Grid[] operands = new Grid[row.arity()];
      DType[] types = new DType[row.arity()];
      for (int i = 0, step = 1; i < row.arity(); i++, step *= values.length) {
        int every = step;
        types[i] = row.cases().getFirst()[i].dtype(dtype);
        boolean isBool = types[i] == DType.BOOL;
        operands[i] =
            Grid.of(
                Grid.shape(count), n -> isBool ? n[0] % 2 : values[n[0] / every % values.length]);
      }
      double[] few = results(row, types, operands);
      Grid[] repeated = new Grid[row.arity()];
      int more = Math.max(1, 400 / count);
      Arrays.setAll(
          repeated, i -> Grid.of(Grid.shape(count * more), n -> operands[i].at(n[0] % count)));
      double[] many = results(row, types, repeated);
      for (int n = 0; n < count * more; n++) {
        int at = n;
        double[] x = Arrays.stream(repeated).mapToDouble(grid -> grid.at(at)).toArray();
        DType result = row.result(dtype);
        double expected = row.scalar().applyAsDouble(x);
        for (double actual : new double[] {few[n % count], many[n]}) {
          if (!near(expected, actual, result)) {
            wrong.add(
                row + " " + dtype + " " + Arrays.toString(x) + ": " + actual + " not " + expected);
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  private static double[] results(OpCheck row, DType[] types, Grid... operands) {
    Tensor[] tensors = new Tensor[operands.length];
    Arrays.setAll(tensors, i -> operands[i].tensor(types[i]));
    return row.function().of(tensors).toDoubleArray();
  }

  private static boolean near(double exact, double actual, DType dtype) {
    double expected = dtype == DType.FLOAT32 ? (float) exact : exact;
    double relative = dtype == DType.FLOAT64 ? 1e-14 : 1e-6;
    double denormal = dtype == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return expected == actual
        || (Double.isNaN(expected) && Double.isNaN(actual))
        || Math.abs(expected - actual) <= relative * Math.max(Math.abs(expected), denormal);
  }

  /** The sign of zero, where arithmetic defines it. */
  @ParameterizedTest
  @ValueSource(ints = {3, 300})
  void zerosKeepTheirSign(int size) {
    Tensor zero = Tensor.full(DType.FLOAT32, -0.0, size);
    for (OpCheck.Unary op :
        List.<OpCheck.Unary>of(
            Maths::sqrt,
            Maths::sin,
            Maths::tanh,
            Maths::floor,
            Maths::ceil,
            Maths::round,
            Maths::rint,
            Maths::trunc,
            Maths::cbrt,
            Maths::log1p,
            Maths::expm1,
            Maths::tan,
            Maths::asin,
            Maths::atan,
            Maths::sinh,
            Maths::asinh,
            Maths::atanh,
            SpecialFunctions::erf,
            SpecialFunctions::erfinv,
            Activations::elu,
            Activations::selu,
            Activations::gelu,
            Activations::silu,
            Activations::mish,
            Activations::softsign,
            Activations::tanhShrink,
            x -> Maths.mul(x, 3),
            x -> Maths.neg(Maths.abs(x)))) {
      float result = op.of(zero).toFloatArray()[size - 1];
      assertEquals(-0f, result); // tells the zeros apart
    }
    assertEquals(0f, Maths.neg(zero).toFloatArray()[0]);
    assertEquals(0f, Maths.abs(zero).toFloatArray()[0]);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void saturatedFunctionsReachTheirLimits(DType dtype) {
    double[] sizes = {40, 100, 1e4, 1e30};
    for (int copies : new int[] {1, 20}) { // single elements, and vectors
      Tensor x = Rearranging.tile(Tensor.of(sizes), copies).cast(dtype);
      double[] ones = new double[sizes.length * copies];
      Arrays.fill(ones, 1);
      double[] zeros = new double[ones.length];
      assertArrayEquals(ones, SpecialFunctions.erf(x).toDoubleArray());
      assertArrayEquals(ones, Maths.tanh(x).toDoubleArray());
      assertArrayEquals(zeros, SpecialFunctions.erfc(x).toDoubleArray());
      assertArrayEquals(zeros, Activations.gelu(x.neg()).neg().toDoubleArray());
      assertArrayEquals(zeros, Activations.geluTanh(x.neg()).neg().toDoubleArray());
      assertArrayEquals(x.toDoubleArray(), Activations.gelu(x).toDoubleArray());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void reductionsKeepNan(DType dtype) {
    for (int size : new int[] {3, 700}) {
      for (int at : new int[] {0, 1, size - 1}) {
        Tensor x =
            Grid.of(Grid.shape(2, size), i -> i[0] == 1 && i[1] == at ? NAN : i[1] - 5)
                .tensor(dtype);
        assertArrayEquals(new double[] {size - 6, NAN}, x.max(1).toDoubleArray());
        assertArrayEquals(new double[] {-5, NAN}, x.min(1).toDoubleArray());
        assertEquals(NAN, x.max().item());
        assertEquals(NAN, x.min().item());
        assertEquals(NAN, x.sum().item());
        assertEquals(NAN, x.mean().item());
        assertEquals(NAN, x.max(0).toDoubleArray()[at]);
      }
    }
    Tensor infinite = Grid.of(Grid.shape(2), i -> i[0] == 0 ? INF : -INF).tensor(dtype);
    assertEquals(INF, infinite.max().item());
    assertEquals(-INF, infinite.min().item());
    assertEquals(NAN, infinite.sum().item());
  }

  /** As NumPy: the first NaN is both the largest and the smallest. */
  @Test
  void argmaxAndArgminFindNan() {
    double[] x = {1, NAN, 3, NAN, -INF, INF};
    assertEquals(1, Reductions.argmax(x, 0).item());
    assertEquals(1, Reductions.argmin(x, 0).item());
    assertEquals(0, Reductions.argmax(new double[] {-INF, -INF}, 0).item());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void softmaxAtTheEdges(DType dtype) {
    double e = 1 / (1 + Math.E);
    double[][] table = {
      // logits, softmax
      {-INF, 0, 1, 0, e, 1 - e},
      {1e4, 0, -1e4, 1, 0, 0},
      {-1e4, -1e4, -1e4, 1 / 3., 1 / 3., 1 / 3.},
      {NAN, 0, 1, NAN, NAN, NAN},
      {-INF, -INF, -INF, NAN, NAN, NAN},
      {INF, 0, 1, NAN, NAN, NAN},
    };
    for (double[] row : table) {
      Tensor logits = new Grid(Grid.shape(3), Arrays.copyOf(row, 3)).tensor(dtype);
      double[] expected = Arrays.copyOfRange(row, 3, 6);
      assertArrayEquals(expected, Softmax.softmax(logits).toDoubleArray(), 1e-7);
    }
    Tensor far = new Grid(Grid.shape(2), 1e4, 0).tensor(dtype);
    assertArrayEquals(new double[] {0, -1e4}, Softmax.logSoftmax(far).toDoubleArray());
    assertEquals(1e4, Softmax.sparseSoftmaxCrossEntropy(1, far).item());
    Tensor labels = new Grid(Grid.shape(3), 0, 1, 0).tensor(dtype);
    Tensor certain = new Grid(Grid.shape(3), 1e4, 1e4, -1e4).tensor(dtype);
    double[] losses = Softmax.sigmoidCrossEntropy(labels, certain).toDoubleArray();
    assertArrayEquals(new double[] {1e4, 0, 0}, losses);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void poolingKeepsNanAndInfinity(DType dtype) {
    double[] values = {NAN, 1, -INF, -INF, 2, 3, -INF, -INF};
    Tensor x = Grid.of(Grid.shape(1, 2, 4, 1), i -> values[4 * i[1] + i[2]]).tensor(dtype);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = Pooling.maxPool2d(x, Window.of(2).strides(2));
      assertArrayEquals(new double[] {NAN, -INF}, y.toDoubleArray());
      double[] first = {1, 0, 1, 0, 0, 0, 0, 0};
      assertArrayEquals(first, tape.gradient(y, x).toDoubleArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 700})
  void aPowerOfZeroHasNoSlope(int size) {
    Tensor x = Tensor.zeros(DType.FLOAT64, size);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      assertArrayEquals(new double[size], tape.gradient(x.pow(0), x).toDoubleArray());
    }
  }

  static List<OpCheck> activations() {
    Set<String> names =
        Arrays.stream(Activations.class.getMethods())
            .map(Method::getName)
            .filter(name -> !name.equals("exponential")) // its slopes are as large as it is
            .collect(Collectors.toSet());
    return PointwiseTable.ROWS.stream()
        .filter(row -> row.arity() == 1 && names.contains(row.op()))
        .toList();
  }

  /** Of an activation the first and second derivatives are numbers however large the input. */
  @ParameterizedTest
  @MethodSource("activations")
  void slopesOfLargeNumbersAreNumbers(OpCheck row) {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      double large = dtype == DType.FLOAT32 ? 1e38 : 1e307;
      Tensor x =
          new Grid(Grid.shape(8), -large, -1e20, -1e3, -50, 50, 1e3, 1e20, large).tensor(dtype);
      try (GradientTape outer = new GradientTape();
          GradientTape inner = new GradientTape()) {
        outer.watch(x);
        inner.watch(x);
        Tensor slope = inner.gradient(row.function().of(x), x);
        Tensor curvature = outer.gradient(slope, x);
        for (Tensor derivative : Arrays.asList(slope, curvature)) {
          if (derivative != null) {
            double[] values = derivative.toDoubleArray();
            assertTrue(Arrays.stream(values).allMatch(Double::isFinite), Arrays.toString(values));
          }
        }
      }
    }
  }

  /** Where a function says 0 for what else were none, its slopes are none either. */
  @Test
  void chosenZerosHaveNoSlope() {
    double[] zeros = new double[4];
    Tensor none = Tensor.of(new double[] {0, INF, NAN, -1});
    Tensor zero = Tensor.of(zeros);
    for (OpCheck.Binary op :
        List.<OpCheck.Binary>of(
            Maths::xlogy,
            Maths::xlog1py,
            (y, x) -> Maths.divNoNan(x, y),
            (x, y) -> Maths.hypot(x, x))) {
      try (GradientTape tape = new GradientTape()) {
        tape.watch(zero, none);
        Tensor result = op.of(zero, none);
        assertArrayEquals(zeros, result.toDoubleArray());
        for (Tensor gradient : tape.gradient(result, List.of(zero, none))) {
          assertArrayEquals(zeros, gradient == null ? zeros : Maths.abs(gradient).toDoubleArray());
        }
      }
    }
  }

  /** Though the way from one to the other is so long that a step of it is lost. */
  @Test
  void interpolationMeetsBothEnds() {
    double[] ends = {1e30, 1};
    assertArrayEquals(ends, Maths.lerp(ends, new double[] {1, 1e30}, 0).toDoubleArray());
    assertArrayEquals(ends, Maths.lerp(new double[] {1, 1e30}, ends, 1).toDoubleArray());
  }

  @Test
  void logarithmsOfPowersAreExact() {
    for (int n = -1074; n < 1024; n++) {
      assertEquals(n, Maths.log2(Math.scalb(1.0, n)).item());
    }
    assertEquals(-3, Maths.log10(1e-3).item());
  }

  /** A million equal numbers have just that mean, along every axis but the leading ones. */
  @Test
  void manyNumbersAddUp() {
    Tensor many = Tensor.full(DType.FLOAT32, 0.1, 1000, 1000);
    assertEquals(0.1f, many.mean().item());
    assertEquals(0.1f, (float) many.mean(1).max().item());
    assertEquals(100_000, many.sum().item(), 0.01);
  }
}
