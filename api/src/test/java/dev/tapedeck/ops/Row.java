package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * A row of the {@link OpTable}: an op, the operands to try it on, and a naive reference in double.
 *
 * <p>The first word of the name is the op's.
 */
final class Row {
  /** The op, as a function of tensors. */
  @FunctionalInterface
  public interface Function {
    Tensor of(Tensor... x);
  }

  @FunctionalInterface
  interface Unary {
    Tensor of(Object x);
  }

  @FunctionalInterface
  interface Binary {
    Tensor of(Object x, Object y);
  }

  @FunctionalInterface
  interface Ternary {
    Tensor of(Object x, Object y, Object z);
  }

  @FunctionalInterface
  interface Reference {
    Grid of(Grid... x);
  }

  /** The element types that an op takes, and how it refuses the others. */
  enum Types {
    FLOATING("a floating point type", "cast it first"),
    WIDE_FLOATING("float32 or float64", "cast it first"),
    NUMERIC("a numeric type", "cast it first"),
    LOGICAL("bool", "cast it first"),
    ANY_BOOL("bool", "compare it first"),
    ANY("", "");

    final String expected;
    final String remedy;

    Types(String expected, String remedy) {
      this.expected = expected;
      this.remedy = remedy;
    }

    boolean accepts(DType dtype) {
      return switch (this) {
        case FLOATING -> dtype.isFloating();
        case WIDE_FLOATING -> dtype.isFloating() && dtype.bytes() >= 4;
        case NUMERIC -> dtype.isNumeric();
        case LOGICAL, ANY_BOOL -> dtype == DType.BOOL;
        case ANY -> true;
      };
    }
  }

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

  final String name;
  final Function function;
  final int arity;
  final List<Operand[]> cases = new ArrayList<>();
  Types types = Types.FLOATING;
  DType result;
  double[] whole;
  Reference reference;
  ToDoubleFunction<double[]> scalar;
  double ulps = 4;

  private Row(String name, int arity, Function function) {
    this.name = name;
    this.arity = arity;
    this.function = function;
  }

  static Row row(String name, Unary op) {
    return new Row(name, 1, x -> op.of(x[0]));
  }

  static Row row(String name, Binary op) {
    return new Row(name, 2, x -> op.of(x[0], x[1]));
  }

  static Row row(String name, Ternary op) {
    return new Row(name, 3, x -> op.of(x[0], x[1], x[2]));
  }

  /** A row of an op without operands. */
  static Row row(String name, java.util.function.Supplier<Tensor> op) {
    return new Row(name, 0, x -> op.get()).on();
  }

  /** Tries a pointwise op on operands in a range, in all shapes. */
  Row over(double low, double high) {
    Operand[] operands = new Operand[arity];
    Arrays.fill(operands, Operand.real().within(low, high));
    return over(operands);
  }

  /** Tries a pointwise op on these kinds of operands, in all shapes. */
  Row over(Operand... operands) {
    for (int[][] shapes : SHAPES[arity - 1]) {
      Operand[] shaped = new Operand[arity];
      Arrays.setAll(shaped, i -> operands[i].shaped(shapes[i]));
      cases.add(shaped);
    }
    return this;
  }

  /** Tries the op on operands; may be called for more. */
  Row on(Operand... operands) {
    cases.add(operands);
    return this;
  }

  /** Sets the element types that the op takes; without it, the floating ones. */
  Row takes(Types types) {
    this.types = types;
    return this;
  }

  /** Sets the result's element type; without it, the operand's. */
  Row gives(DType dtype) {
    result = dtype;
    return this;
  }

  /** Sets another range for operands of whole numbers. */
  Row whole(int low, int high) {
    whole = new double[] {low, high};
    return this;
  }

  Row is(DoubleUnaryOperator reference) {
    return pointwise(x -> reference.applyAsDouble(x[0]));
  }

  Row is(DoubleBinaryOperator reference) {
    return pointwise(x -> reference.applyAsDouble(x[0], x[1]));
  }

  /** Sets the reference of a pointwise op. */
  Row pointwise(ToDoubleFunction<double[]> reference) {
    scalar = reference;
    return matches(x -> Grid.pointwise(reference, x));
  }

  Row matches(Reference reference) {
    this.reference = reference;
    return this;
  }

  /**
   * Sets how far a result may be from TensorFlow's, in units in the last place; without it, 4. Only
   * a pointwise op is measured element by element, others by their largest element.
   */
  Row within(double ulps) {
    this.ulps = ulps;
    return this;
  }

  /** Returns the op's name. */
  String op() {
    return name.split(" ", 2)[0];
  }

  /** Returns the types to try: one, where no operand has the type that is tested. */
  List<DType> accepted() {
    boolean typed = Arrays.stream(cases.getFirst()).anyMatch(o -> o.kind() == Operand.Kind.REAL);
    return Arrays.stream(DType.values())
        .filter(dtype -> typed ? types.accepts(dtype) : dtype == DType.FLOAT64)
        .toList();
  }

  Grid[] draw(Operand[] operands, DType dtype) {
    return draw(operands, dtype, 0);
  }

  /** Draws operands; those of each round are others. */
  Grid[] draw(Operand[] operands, DType dtype, int round) {
    Grid[] drawn = new Grid[operands.length];
    for (int i = 0; i < drawn.length; i++) {
      boolean other = whole != null && dtype.isInteger();
      drawn[i] =
          (other ? operands[i].within(whole[0], whole[1]) : operands[i])
              .draw(dtype, i + round * drawn.length);
    }
    return drawn;
  }

  @Override
  public String toString() {
    return name;
  }
}
