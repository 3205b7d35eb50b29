package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.nd4j.Nd4jKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every primitive and every pointwise op by both providers, against Java's own functions. */
class ProvidersTest {
  /**
   * How far results may be from the nearest ones.
   *
   * @param cpu units in the last place by vectors
   * @param nd4j units in the last place by ND4J
   * @param least what a result of float32 may be off besides; of float64 as many digits less
   */
  private record Bound(double cpu, double nd4j, double least) {
    static final Bound EXACT = new Bound(0, 0, 0);

    Bound(double cpu, double nd4j) {
      this(cpu, nd4j, 0);
    }
  }

  /** What is not here is exact. */
  private static final Map<String, Bound> BOUNDS =
      Map.ofEntries(
          Map.entry("exp", new Bound(1, 2)),
          Map.entry("exponential", new Bound(1, 2)),
          Map.entry("expm1", new Bound(3, 0)),
          Map.entry("exp2", new Bound(1, 2)),
          Map.entry("pow", new Bound(1, 2)),
          Map.entry("log", new Bound(1, 2)),
          Map.entry("log2", new Bound(2, 0)),
          Map.entry("log10", new Bound(2, 0)),
          Map.entry("log1p", new Bound(3, 0)),
          // Near 0 it is a difference of larger numbers.
          Map.entry("logaddexp", new Bound(3, 3, 6e-08)),
          Map.entry("xlogy", new Bound(2, 3)),
          Map.entry("xlog1py", new Bound(4, 0)),
          Map.entry("sin", new Bound(2, 2)),
          Map.entry("cos", new Bound(2, 2)),
          Map.entry("tan", new Bound(4, 0)),
          Map.entry("asin", new Bound(2, 0)),
          Map.entry("acos", new Bound(2, 0)),
          Map.entry("atan", new Bound(2, 0)),
          Map.entry("atan2", new Bound(3, 0)),
          Map.entry("sinh", new Bound(3, 0)),
          Map.entry("cosh", new Bound(2, 2)),
          Map.entry("tanh", new Bound(3, 2)),
          Map.entry("asinh", new Bound(4, 0)),
          Map.entry("acosh", new Bound(4, 0)),
          Map.entry("atanh", new Bound(4, 0)),
          Map.entry("cbrt", new Bound(1, 0)),
          Map.entry("hypot", new Bound(1, 0)),
          Map.entry("erf", new Bound(3, 2)),
          Map.entry("erfc", new Bound(5, 3)),
          Map.entry("erfinv", new Bound(5, 0)),
          Map.entry("lgamma", new Bound(4, 0)),
          // Below -88.7 the power overflows: 0 in place of 3e-39, times x in what is made of it.
          Map.entry("sigmoid", new Bound(3, 3, 3e-39)),
          Map.entry("silu", new Bound(4, 4, 3e-37)),
          Map.entry("gelutanh", new Bound(4, 4, 4e-38)),
          Map.entry("softplus", new Bound(3, 3)),
          Map.entry("logsigmoid", new Bound(3, 3)),
          Map.entry("mish", new Bound(4, 4, 2e-43)),
          Map.entry("gelu", new Bound(6, 4)),
          Map.entry("elu", new Bound(4, 0)),
          Map.entry("celu", new Bound(4, 0)),
          Map.entry("selu", new Bound(4, 0)),
          Map.entry("squareplus", new Bound(2, 0)));

  /** What vectors have no whole-number instruction for. */
  private static final Set<String> NOT_COMPILED =
      Set.of(
          "floordiv",
          "floormod",
          "mod",
          "pow",
          "shiftleft",
          "shiftright",
          "leftshift",
          "rightshift");

  private static final Kernels CPU = new CpuKernels();
  private static final Kernels ND4J = new Nd4jKernels();

  static Stream<FormulaCase> cases() {
    return FormulaCase.all();
  }

  /** Returns {@code divnonan} for the op, {@code floordiv} for the primitive. */
  private static String name(FormulaCase c) {
    return c.formula().name().replace("_", "").toLowerCase(Locale.ROOT);
  }

  @Test
  void boundsAreOfWhatThereIs() {
    Set<String> names = cases().map(ProvidersTest::name).collect(Collectors.toSet());
    assertTrue(names.containsAll(BOUNDS.keySet()));
    assertTrue(names.containsAll(NOT_COMPILED));
    assertTrue(names.size() > 100, "found only " + names);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithJava(FormulaCase c) {
    ScalarFormula scalar = new ScalarFormula(c.formula(), c.type());
    List<Number[]> rows = Samples.harmless(c);
    List<Number> expected = rows.stream().map(scalar::of).toList();
    Shape shape = Shape.of(rows.size());
    EagerTensor[] inputs = Samples.columns(c, rows, shape);
    EagerTensor byVectors = EagerTensor.allocate(new TensorSpec(c.result(), shape));
    EagerTensor byNd4j = EagerTensor.allocate(new TensorSpec(c.result(), shape));
    boolean compiled = c.type().isFloating() || !NOT_COMPILED.contains(name(c));
    assertEquals(compiled, new CompiledFormula(c.formula()).run(byVectors, inputs), "compiled");
    CPU.pointwise().compute(c.formula(), byVectors, inputs);
    ND4J.pointwise().compute(c.formula(), byNd4j, inputs);
    Bound bound = BOUNDS.getOrDefault(name(c), Bound.EXACT);
    boolean narrow = c.type() == DType.FLOAT32;
    for (int i = 0; i < rows.size(); i++) {
      double least = narrow ? bound.least : bound.least * 0x1p-29;
      check("cpu", bound.cpu, least, expected.get(i), byVectors, i, rows.get(i));
      check("nd4j", bound.nd4j, least, expected.get(i), byNd4j, i, rows.get(i));
    }
  }

  private static void check(
      String provider,
      double ulps,
      double least,
      Number expected,
      EagerTensor results,
      int index,
      Number... row) {
    DType type = results.dtype();
    Number actual =
        type.isFloating()
            ? (Number) Elements.getDouble(type, results.memory(), index)
            : (Number) Elements.getLong(type, results.memory(), index);
    // Equal doubles have equal bits, but for NaN: the zeros differ.
    boolean right = actual.equals(expected);
    if (!right && ulps > 0) {
      double nearest = expected.doubleValue();
      double ulp = type == DType.FLOAT32 ? Math.ulp((float) nearest) : Math.ulp(nearest);
      right = Math.abs(actual.doubleValue() - nearest) <= ulps * ulp + least;
      right &= nearest != 0 || Math.copySign(1, nearest) == Math.copySign(1, actual.doubleValue());
    }
    assertTrue(
        right,
        () -> provider + ": " + actual + " of " + Arrays.toString(row) + ", not " + expected);
  }
}
