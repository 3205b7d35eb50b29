package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The functions' errors, in units in the last place: of float32 against float64, of float64 against
 * numbers of many digits.
 *
 * <p>{@code -Dtapedeck.functions.all} tries all float32 numbers, otherwise a sample of them.
 */
class FunctionsTest {
  private static final boolean ALL = Boolean.getBoolean("tapedeck.functions.all");
  private static final int PIECE = 1 << 16;
  private static final int SAMPLE = 3;

  /** The largest errors of each function, in float32 and float64. */
  private record Bound(Primitive primitive, double narrow, double wide) {}

  private static final List<Bound> BOUNDS =
      List.of(
          new Bound(Primitive.EXP, 1, 1),
          new Bound(Primitive.EXPM1, 3, 2),
          new Bound(Primitive.LOG, 1, 1),
          new Bound(Primitive.LOG2, 0.51, 2),
          new Bound(Primitive.LOG10, 0.51, 2),
          new Bound(Primitive.LOG1P, 3, 2),
          new Bound(Primitive.SINH, 0.51, 2),
          new Bound(Primitive.COSH, 0.51, 2),
          new Bound(Primitive.TANH, 2, 3),
          new Bound(Primitive.ASINH, 0.51, 4),
          new Bound(Primitive.ACOSH, 0.51, 4),
          new Bound(Primitive.ATANH, 0.51, 4),
          new Bound(Primitive.SIN, 2, 2),
          new Bound(Primitive.COS, 2, 2),
          new Bound(Primitive.TAN, 0.51, 4),
          new Bound(Primitive.ASIN, 0.51, 2),
          new Bound(Primitive.ACOS, 0.51, 2),
          new Bound(Primitive.ATAN, 0.51, 2),
          new Bound(Primitive.CBRT, 0.51, 1),
          new Bound(Primitive.ERF, 2, 2),
          new Bound(Primitive.ERFC, 4.01, 5),
          new Bound(Primitive.ERFINV, 0.51, 4),
          new Bound(Primitive.LGAMMA, 0.51, 4));

  @TestFactory
  Stream<DynamicTest> float32() {
    return BOUNDS.stream()
        .map(b -> DynamicTest.dynamicTest(b.primitive + "", () -> float32(b.primitive, b.narrow)));
  }

  private static void float32(Primitive primitive, double bound) {
    EagerTensor x = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(PIECE)));
    EagerTensor y = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(PIECE)));
    CompiledFormula formula = new CompiledFormula(Formula.of("f", primitive));
    Random random = new Random(primitive.name().hashCode());
    for (long piece = 0; piece < (ALL ? 1L << 16 : SAMPLE); piece++) {
      for (int i = 0; i < PIECE; i++) {
        int bits = ALL ? (int) (piece * PIECE + i) : random.nextInt();
        Elements.setDouble(DType.FLOAT32, x.memory(), i, Float.intBitsToFloat(bits));
      }
      assertTrue(formula.run(y, x));
      for (int i = 0; i < PIECE; i++) {
        double of = Elements.getDouble(DType.FLOAT32, x.memory(), i);
        double actual = Elements.getDouble(DType.FLOAT32, y.memory(), i);
        check(
            primitive, of, primitive.of(of), 0, actual, Math.ulp((float) primitive.of(of)), bound);
      }
    }
  }

  private static void check(
      Primitive primitive,
      double of,
      double expected,
      double low,
      double actual,
      double ulp,
      double bound) {
    boolean same = actual == expected || (Double.isNaN(actual) && Double.isNaN(expected));
    boolean overflown = Double.isInfinite(actual) && Math.abs(expected) > Float.MAX_VALUE;
    double error = Math.abs(actual - expected - low) / ulp;
    assertTrue(
        same || overflown || error <= bound,
        () -> primitive + " of " + of + " is " + actual + ", not " + expected + ": " + error);
  }

  /** Each line of the file: the function, the argument, and the value as the sum of two numbers. */
  @TestFactory
  Stream<DynamicTest> float64() throws IOException {
    List<String[]> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                FunctionsTest.class.getResourceAsStream("functions.txt"),
                StandardCharsets.US_ASCII))) {
      reader.lines().map(line -> line.split(" ", -1)).forEach(lines::add);
    }
    return BOUNDS.stream()
        .map(
            b ->
                DynamicTest.dynamicTest(
                    b.primitive + "",
                    () ->
                        float64(
                            b,
                            lines.stream()
                                .filter(line -> line[0].equals(b.primitive.name()))
                                .map(FunctionsTest::numbers)
                                .toList())));
  }

  private static double[] numbers(String... line) {
    return Arrays.stream(line).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  private static void float64(Bound bound, List<double[]> rows) {
    assertTrue(rows.size() >= 100);
    double[] x = rows.stream().mapToDouble(row -> row[0]).toArray();
    double[] y = run(new CompiledFormula(Formula.of("f", bound.primitive)), x);
    for (int i = 0; i < y.length; i++) {
      double[] row = rows.get(i);
      check(bound.primitive, row[0], row[1], row[2], y[i], Math.ulp(row[1]), bound.wide);
    }
  }

  private static double[] run(CompiledFormula formula, double... x) {
    EagerTensor in = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, Shape.of(x.length)));
    EagerTensor out = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, Shape.of(x.length)));
    for (int i = 0; i < x.length; i++) {
      Elements.setDouble(DType.FLOAT64, in.memory(), i, x[i]);
    }
    assertTrue(formula.run(out, in));
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Elements.getDouble(DType.FLOAT64, out.memory(), i);
    }
    return y;
  }

  /** Loops over single elements give the bits of loops over vectors. */
  @TestFactory
  Stream<DynamicTest> elementsAreThoseOfVectors() {
    return FormulaCase.all()
        .filter(c -> c.inputs().stream().allMatch(t -> t == c.type()) && c.result() == c.type())
        .filter(c -> c.type().isFloating())
        .map(c -> DynamicTest.dynamicTest(c.toString(), () -> elements(c)));
  }

  private static void elements(FormulaCase c) {
    List<Number[]> rows = Samples.harmless(c);
    Shape shape = Shape.of(rows.size());
    EagerTensor[] inputs = Samples.columns(c, rows, shape);
    EagerTensor output = EagerTensor.allocate(new TensorSpec(c.type(), shape));
    assertTrue(new CompiledFormula(c.formula()).run(output, inputs));
    Expr body = new Lowering(c.type()).of(c.formula().body());
    ElementLoop loop = ElementEmitter.compile(body, c.type(), inputs.length);
    boolean narrow = c.type() == DType.FLOAT32;
    Object results = narrow ? new float[rows.size()] : new double[rows.size()];
    Object[] arguments = Arrays.stream(inputs).map(x -> array(x, rows.size())).toArray();
    loop.run(rows.size(), results, arguments);
    for (int i = 0; i < rows.size(); i++) {
      double expected = Elements.getDouble(c.type(), output.memory(), i);
      double actual = narrow ? ((float[]) results)[i] : ((double[]) results)[i];
      // NaNs may differ in their bits.
      assertEquals(expected, actual, c + " of " + Arrays.toString(rows.get(i)));
    }
  }

  private static Object array(EagerTensor tensor, int size) {
    if (tensor.dtype() == DType.FLOAT64) {
      double[] all = new double[size];
      Arrays.setAll(all, i -> Elements.getDouble(DType.FLOAT64, tensor.memory(), i));
      return all;
    }
    float[] all = new float[size];
    for (int i = 0; i < size; i++) {
      all[i] = (float) Elements.getDouble(DType.FLOAT32, tensor.memory(), i);
    }
    return all;
  }
}
