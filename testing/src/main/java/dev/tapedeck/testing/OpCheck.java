package dev.tapedeck.testing;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
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
 * An op to check: a function, operands to try it on, and a naive reference in double.
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

  /** A check of one case. */
  @FunctionalInterface
  public interface Case {
    /** Runs it on operands of an element type. */
    void run(Operand[] operands, DType dtype);
  }

  private final String name;
  private final TensorFunction function;
  private final int arity;
  private final List<Operand[]> cases = new ArrayList<>();
  private Types types = Types.FLOATING;
  private DType elsewhere;
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
    PointwiseShapes.of(operands).forEach(cases::add);
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

  /** Leaves out an element type that the op takes in a way of its own, which other tests show. */
  public OpCheck except(DType dtype) {
    elsewhere = dtype;
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

  /** Returns the reference. */
  Reference reference() {
    return reference;
  }

  /** Returns the number of operands. */
  public int arity() {
    return arity;
  }

  /** Returns the operands of each case. */
  public List<Operand[]> cases() {
    return cases;
  }

  /** Returns whether the op refuses an element type. */
  boolean refuses(DType dtype) {
    return isTyped() && !types.accepts(dtype) && dtype != elsewhere;
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
    return DType.fixedSize().stream()
        .filter(dtype -> isTyped() ? types.accepts(dtype) : dtype == DType.FLOAT64)
        .toList();
  }

  /** Returns whether an operand has the type that is tested. */
  boolean isTyped() {
    return Arrays.stream(cases.getFirst()).anyMatch(o -> o.kind() == Operand.Kind.REAL);
  }

  /** Returns whether the op has a gradient: it takes float64, and gives a floating type. */
  public boolean isDifferentiable() {
    return accepted().contains(DType.FLOAT64) && result(DType.FLOAT64).isFloating();
  }

  /** Draws operands; those of each round are others. */
  public Grid[] draw(Operand[] operands, DType dtype, int round) {
    boolean other = whole != null && dtype.isInteger();
    Grid[] drawn = new Grid[operands.length];
    for (int i = 0; i < drawn.length; i++) {
      Operand operand = other ? operands[i].within(whole[0], whole[1]) : operands[i];
      drawn[i] = operand.draw(dtype, i + round * drawn.length);
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

  /** Returns operands of the first round as tensors. */
  Tensor[] tensors(Operand[] operands, DType dtype, boolean strided) {
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
            new OutputChecks(this).tests(),
            new GradientChecks(this).tests(),
            new TracingChecks(this).tests())
        .flatMap(tests -> tests);
  }

  @Override
  public String toString() {
    return name;
  }
}
