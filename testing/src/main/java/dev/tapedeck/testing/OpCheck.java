package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The checks of an op: a function, operands to try it on, and a naive reference in double.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> softsign() {
 *   return OpCheck.op("softsign", MyOps::softsign).over(-2, 2).is(x -> x / (1 + Math.abs(x))).tests();
 * }
 * }</pre>
 *
 * <p>{@link #tests} holds every element type that the op takes against the reference, in dense and
 * in strided memory; the op against its own rule; its gradients, of first and second order, against
 * differences; and the traced op against the eager one.
 */
public final class OpCheck {
  /** A function of an operand. */
  @FunctionalInterface
  public interface Unary {
    /** Returns the output. */
    Tensor of(Object x);
  }

  /** A function of two operands. */
  @FunctionalInterface
  public interface Binary {
    /** Returns the output. */
    Tensor of(Object x, Object y);
  }

  /** A function of three operands. */
  @FunctionalInterface
  public interface Ternary {
    /** Returns the output. */
    Tensor of(Object x, Object y, Object z);
  }

  /** The definition of an op, in double. */
  @FunctionalInterface
  public interface Reference {
    /** Returns the output. */
    Grid of(Grid... x);
  }

  /**
   * The element types that an op takes, and how it refuses the others: {@code softsign: needs a
   * floating point type, received int32; cast it first}.
   */
  public enum Types {
    /** Floating ones. */
    FLOATING("a floating point type", "cast it first"),
    /** Those that LAPACK has. */
    WIDE_FLOATING("float32 or float64", "cast it first"),
    /** All but bool. */
    NUMERIC("a numeric type", "cast it first"),
    /** For operands that are truth values. */
    LOGICAL("bool", "cast it first"),
    /** For operands that are results of comparisons. */
    ANY_BOOL("bool", "compare it first"),
    /** Every one. */
    ANY("", "");

    private final String expected;
    private final String remedy;

    Types(String expected, String remedy) {
      this.expected = expected;
      this.remedy = remedy;
    }

    /** Returns whether an element type is among them. */
    public boolean accepts(DType dtype) {
      return switch (this) {
        case FLOATING -> dtype.isFloating();
        case WIDE_FLOATING -> dtype.isFloating() && dtype.bytes() >= 4;
        case NUMERIC -> dtype.isNumeric();
        case LOGICAL, ANY_BOOL -> dtype == DType.BOOL;
        case ANY -> true;
      };
    }
  }

  /** A check of one case. */
  @FunctionalInterface
  public interface Case {
    /** Runs it on operands of an element type. */
    void run(Operand[] operands, DType dtype);
  }

  /** More elements are not worth a second-order check; the ops are the same. */
  private static final int SMALL = 256;

  /** Shapes for pointwise ops of one, two and three operands. */
  private static final int[][][][] SHAPES = {
    {{{3, 4}}, {{20, 30}}, {{}}, {{0, 3}}},
    {
      {{3, 4}, {3, 4}},
      {{3, 1}, {1, 4}},
      {{1, 4}, {3, 1}},
      {{2, 3, 4}, {4}},
      {{4}, {2, 3, 4}},
      {{}, {3, 4}},
      {{3, 4}, {}},
      {{}, {}},
      {{1, 1}, {1}},
      {{20, 30}, {20, 30}},
      {{20, 1}, {1, 30}},
      {{20, 30}, {30}},
      {{1, 30}, {20, 30}},
      {{20, 30}, {}},
      {{}, {20, 30}},
      {{0, 3}, {0, 3}},
      {{0, 3}, {1, 3}},
      {{}, {0}},
    },
    {
      {{3, 4}, {3, 4}, {3, 4}},
      {{3, 1}, {1, 4}, {}},
      {{4}, {2, 3, 4}, {3, 1}},
      {{}, {3, 1}, {4}},
      {{}, {}, {}},
      {{20, 30}, {20, 30}, {20, 30}},
      {{20, 1}, {30}, {20, 30}},
      {{20, 30}, {}, {1, 30}},
      {{0, 3}, {3}, {}},
    }
  };

  private final String name;
  private final TensorFunction function;
  private final int arity;
  private final List<Operand[]> cases = new ArrayList<>();
  private Types types = Types.FLOATING;
  private DType result;
  private double[] whole;
  private Reference reference;
  private ToDoubleFunction<double[]> scalar;
  private double ulps = 4;

  private OpCheck(String name, int arity, TensorFunction function) {
    this.name = name;
    this.arity = arity;
    this.function = function;
  }

  /**
   * Returns checks of an op with one operand.
   *
   * @param name the op's own, alone or followed by a space and what is special about this check
   */
  public static OpCheck op(String name, Unary op) {
    return new OpCheck(name, 1, x -> op.of(x[0]));
  }

  /** Returns checks of an op with two operands. */
  public static OpCheck op(String name, Binary op) {
    return new OpCheck(name, 2, x -> op.of(x[0], x[1]));
  }

  /** Returns checks of an op with three operands. */
  public static OpCheck op(String name, Ternary op) {
    return new OpCheck(name, 3, x -> op.of(x[0], x[1], x[2]));
  }

  /** Returns checks of an op without operands. */
  public static OpCheck op(String name, Supplier<Tensor> op) {
    return new OpCheck(name, 0, x -> op.get()).on();
  }

  /** Tries a pointwise op on operands in a range, in all shapes. */
  public OpCheck over(double low, double high) {
    Operand[] operands = new Operand[arity];
    Arrays.fill(operands, Operand.real().within(low, high));
    return over(operands);
  }

  /** Tries a pointwise op on these kinds of operands, in all shapes. */
  public OpCheck over(Operand... operands) {
    for (int[][] shapes : SHAPES[arity - 1]) {
      Operand[] shaped = new Operand[arity];
      Arrays.setAll(shaped, i -> operands[i].shaped(shapes[i]));
      cases.add(shaped);
    }
    return this;
  }

  /** Tries the op on operands; may be called for more. */
  public OpCheck on(Operand... operands) {
    cases.add(operands);
    return this;
  }

  /** Sets the element types that the op takes; by default the floating ones. */
  public OpCheck takes(Types types) {
    this.types = types;
    return this;
  }

  /** Sets the output's element type; by default the operand's. */
  public OpCheck gives(DType dtype) {
    result = dtype;
    return this;
  }

  /** Sets another range for operands of whole numbers. */
  public OpCheck whole(int low, int high) {
    whole = new double[] {low, high};
    return this;
  }

  /** Sets the reference of a pointwise op with one operand. */
  public OpCheck is(DoubleUnaryOperator reference) {
    return pointwise(x -> reference.applyAsDouble(x[0]));
  }

  /** Sets the reference of a pointwise op with two operands. */
  public OpCheck is(DoubleBinaryOperator reference) {
    return pointwise(x -> reference.applyAsDouble(x[0], x[1]));
  }

  /** Sets the reference of a pointwise op. */
  public OpCheck pointwise(ToDoubleFunction<double[]> reference) {
    scalar = reference;
    return matches(x -> Grid.pointwise(reference, x));
  }

  /** Sets the reference. */
  public OpCheck matches(Reference reference) {
    this.reference = reference;
    return this;
  }

  /**
   * Sets how far a result may be from TensorFlow's, in units in the last place; by default 4. Only
   * a pointwise op is measured element by element, others by their largest element.
   */
  public OpCheck within(double ulps) {
    this.ulps = ulps;
    return this;
  }

  /** Returns the name of these checks. */
  public String name() {
    return name;
  }

  /** Returns the op's name: the first word. */
  public String op() {
    return name.split(" ", 2)[0];
  }

  /** Returns the op. */
  public TensorFunction function() {
    return function;
  }

  /** Returns the number of operands. */
  public int arity() {
    return arity;
  }

  /** Returns the operands of each case. */
  public List<Operand[]> cases() {
    return cases;
  }

  /** Returns the element types that the op takes. */
  public Types types() {
    return types;
  }

  /** Returns the output's element type for operands of one. */
  public DType result(DType dtype) {
    return result == null ? dtype : result;
  }

  /** Returns the reference of a pointwise op; null for others. */
  public ToDoubleFunction<double[]> scalar() {
    return scalar;
  }

  /** Returns how far a result may be from TensorFlow's, in units in the last place. */
  public double ulps() {
    return ulps;
  }

  /** Returns the types to try: one, where no operand has the type that is tested. */
  public List<DType> accepted() {
    boolean typed = isTyped(cases.getFirst());
    return Arrays.stream(DType.values())
        .filter(dtype -> typed ? types.accepts(dtype) : dtype == DType.FLOAT64)
        .toList();
  }

  private static boolean isTyped(Operand... operands) {
    return Arrays.stream(operands).anyMatch(o -> o.kind() == Operand.Kind.REAL);
  }

  /** Returns whether the op has a gradient: it takes float64, and gives a floating type. */
  public boolean isDifferentiable() {
    return accepted().contains(DType.FLOAT64) && result(DType.FLOAT64).isFloating();
  }

  /** Draws operands; those of each round are others. */
  public Grid[] draw(Operand[] operands, DType dtype, int round) {
    Grid[] drawn = new Grid[operands.length];
    for (int i = 0; i < drawn.length; i++) {
      boolean other = whole != null && dtype.isInteger();
      drawn[i] =
          (other ? operands[i].within(whole[0], whole[1]) : operands[i])
              .draw(dtype, i + round * drawn.length);
    }
    return drawn;
  }

  /** Returns drawn operands as tensors: dense ones, or strided views. */
  public Tensor[] tensors(Operand[] operands, DType dtype, int round, boolean strided) {
    Grid[] grids = draw(operands, dtype, round);
    Tensor[] tensors = new Tensor[grids.length];
    for (int i = 0; i < tensors.length; i++) {
      DType own = operands[i].dtype(dtype);
      tensors[i] = strided ? grids[i].strided(own) : grids[i].tensor(own);
    }
    return tensors;
  }

  private Tensor[] tensors(Operand[] operands, DType dtype, boolean strided) {
    return tensors(operands, dtype, 0, strided);
  }

  /** Runs a check on each case in each type; a failure names its case. */
  public void forEach(List<DType> dtypes, Case check) {
    for (Operand[] operands : cases) {
      for (DType dtype : dtypes) {
        try {
          check.run(operands, dtype);
        } catch (AssertionError | RuntimeException e) {
          String shapes =
              Arrays.stream(operands)
                  .map(o -> Arrays.toString(o.shape()))
                  .collect(Collectors.joining(" "));
          throw new AssertionError(name + " of " + dtype + " " + shapes + ": " + e, e);
        }
      }
    }
  }

  /** Returns every check as a test. */
  public Stream<DynamicTest> tests() {
    return Stream.of(
        dynamicTest("values", this::values),
        dynamicTest("rules", this::rules),
        dynamicTest("inputs stay", this::inputsStay),
        dynamicTest("refused types", this::refusedTypes),
        dynamicTest("gradient", this::gradient),
        dynamicTest("second order", this::secondOrder),
        dynamicTest("float32 gradient", this::float32Gradient),
        dynamicTest("traced equals eager", this::tracedEqualsEager));
  }

  private List<DType> differentiable(DType dtype) {
    return isDifferentiable() ? List.of(dtype) : List.of();
  }

  private void values() {
    forEach(
        accepted(),
        (operands, dtype) -> {
          Grid expected = reference.of(draw(operands, dtype, 0));
          DType given = result(dtype);
          for (boolean strided : new boolean[] {false, true}) {
            Tensor actual = function.of(tensors(operands, dtype, strided));
            assertEquals(expected.spec(given), actual.spec());
            assertNear(expected.values(), actual.toDoubleArray(), given);
          }
        });
  }

  private static void assertNear(double[] expected, double[] actual, DType dtype) {
    assertEquals(expected.length, actual.length);
    double tolerance =
        switch (dtype) {
          case FLOAT64 -> 1e-12;
          case FLOAT16 -> 4e-3;
          case BFLOAT16 -> 2e-2;
          default -> 4e-6;
        };
    for (int i = 0; i < expected.length; i++) {
      double kept = dtype.isFloating() ? expected[i] : wrapped(expected[i], dtype);
      boolean near = Math.abs(actual[i] - kept) <= tolerance * (1 + Math.abs(kept));
      assertTrue(
          near || (Double.isNaN(kept) && Double.isNaN(actual[i])),
          "element " + i + ": " + actual[i] + " instead of " + kept);
    }
  }

  /** Returns a whole number as its type keeps it. */
  private static double wrapped(double value, DType dtype) {
    return switch (dtype) {
      case UINT8 -> (long) value & 0xff;
      case UINT16 -> (long) value & 0xffff;
      case INT8 -> (byte) (long) value;
      case INT16 -> (short) (long) value;
      case INT32 -> (int) (long) value;
      default -> value;
    };
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Applied(Op op, TensorSpec[] inputs, TensorSpec[] outputs) {}

  private static TensorSpec[] specs(Tensor... tensors) {
    return Arrays.stream(tensors).map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  /** What an op and its gradient apply gives what its rule says. */
  private void rules() {
    forEach(
        accepted(),
        (operands, dtype) -> {
          List<Applied> applied = new ArrayList<>();
          Dispatch.Recorder recorder =
              (op, inputs, outputs) ->
                  applied.add(new Applied((Op) op, specs(inputs), specs(outputs)));
          Tensor[] inputs = tensors(operands, dtype, false);
          Dispatch.open(recorder);
          try {
            Tensor output = function.of(inputs);
            if (output.dtype().isFloating()) {
              GradientChecker.gradients(function, inputs);
            }
          } finally {
            Dispatch.close(recorder);
          }
          for (Applied one : applied) {
            TensorSpec[] inferred = one.op.infer(one.inputs);
            assertEquals(inferred.length, one.outputs.length, one.op.name());
            for (int i = 0; i < inferred.length; i++) {
              assertFits(inferred[i], one.outputs[i], one.op.name());
            }
          }
        });
  }

  /** A size that depends on values is unknown to the rule. */
  private static void assertFits(TensorSpec inferred, TensorSpec actual, String op) {
    Shape shape = inferred.shape();
    for (int axis = 0; axis < shape.rank() && shape.rank() == actual.shape().rank(); axis++) {
      shape =
          shape.size(axis) == Shape.UNKNOWN ? shape.with(axis, actual.shape().size(axis)) : shape;
    }
    assertEquals(new TensorSpec(inferred.dtype(), shape), actual, op);
  }

  private void inputsStay() {
    forEach(
        accepted(),
        (operands, dtype) -> {
          for (boolean strided : new boolean[] {false, true}) {
            Tensor[] inputs = tensors(operands, dtype, strided);
            List<byte[]> before = Arrays.stream(inputs).map(OpCheck::memory).toList();
            if (function.of(inputs).dtype().isFloating()) {
              GradientChecker.gradients(function, inputs);
            }
            for (int i = 0; i < inputs.length; i++) {
              assertArrayEquals(before.get(i), memory(inputs[i]), "operand " + i);
            }
          }
        });
  }

  private static byte[] memory(Tensor tensor) {
    return ((EagerTensor) tensor).memory().toArray(Elements.BYTE);
  }

  private void refusedTypes() {
    Operand[] operands = cases.getFirst();
    for (DType dtype : DType.values()) {
      if (isTyped(operands) && !types.accepts(dtype)) {
        String message =
            op() + ": needs " + types.expected + ", received " + dtype + "; " + types.remedy;
        Tensor[] inputs = tensors(operands, dtype, false);
        assertEquals(
            message,
            assertThrows(IllegalArgumentException.class, () -> function.of(inputs)).getMessage());
      }
    }
  }

  private void gradient() {
    forEach(
        differentiable(DType.FLOAT64),
        (operands, dtype) -> {
          Tensor[] dense = tensors(operands, dtype, false);
          Tensor[] strided = tensors(operands, dtype, true);
          GradientChecker.check(function, dense);
          TensorFunction loss = GradientChecker.weighted(function);
          assertNear(
              GradientChecker.gradients(loss, dense),
              GradientChecker.gradients(loss, strided),
              1e-12);
        });
  }

  private static void assertNear(double[][] expected, double[][] actual, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      double largest = Arrays.stream(expected[i]).map(Math::abs).max().orElse(0);
      assertArrayEquals(expected[i], actual[i], tolerance * (1 + largest), "operand " + i);
    }
  }

  private void secondOrder() {
    forEach(
        differentiable(DType.FLOAT64),
        (operands, dtype) -> {
          if (Arrays.stream(operands).allMatch(o -> Grid.count(o.shape()) <= SMALL)) {
            TensorFunction gradient = GradientChecker.gradient(function);
            GradientChecker.check(gradient, tensors(operands, dtype, false));
          }
        });
  }

  /** The float32 gradient, often of other native code, against the float64 one. */
  private void float32Gradient() {
    forEach(
        differentiable(DType.FLOAT64),
        (operands, dtype) -> {
          TensorFunction loss = GradientChecker.weighted(function);
          assertNear(
              GradientChecker.gradients(loss, tensors(operands, DType.FLOAT64, false)),
              GradientChecker.gradients(loss, tensors(operands, DType.FLOAT32, false)),
              1e-5);
        });
  }

  /** The traced op gives the bits of the eager one, and, differentiated, its gradient. */
  private void tracedEqualsEager() {
    forEach(
        accepted(),
        (operands, dtype) -> {
          TracedFunction<Tensor> traced =
              TracedFunction.ofAll(op(), x -> function.of(x.toArray(Tensor[]::new)));
          for (Tensor[] x :
              List.of(
                  tensors(operands, dtype, 0, false),
                  tensors(operands, dtype, 1, false),
                  tensors(operands, dtype, 0, true))) {
            Tensor expected = function.of(x);
            Tensor actual = traced.call((Object[]) x);
            assertEquals(expected.spec(), actual.spec());
            assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
          }
        });
    forEach(
        differentiable(DType.FLOAT32),
        (operands, dtype) -> {
          TracedFunction<Tensor[]> traced =
              TracedFunction.ofAll(
                  op(),
                  x ->
                      GradientChecker.tape(function, x.toArray(Tensor[]::new))
                          .toArray(Tensor[]::new));
          Tensor[] x = tensors(operands, dtype, false);
          Tensor[] gradients = traced.call((Object[]) x);
          double[][] expected = GradientChecker.gradients(function, x);
          double[][] actual = new double[x.length][];
          Arrays.setAll(
              actual,
              i ->
                  gradients[i] == null
                      ? new double[expected[i].length]
                      : gradients[i].toDoubleArray());
          assertNear(expected, actual, 1e-5);
        });
  }

  @Override
  public String toString() {
    return name;
  }
}
