package dev.tapedeck.ops.expr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FormulaTest {
  /** All but those of bits, which real numbers do not have. */
  private static final Primitive[] PRIMITIVES =
      Arrays.stream(Primitive.values())
          .filter(p -> p.compareTo(Primitive.BIT_AND) < 0)
          .toArray(Primitive[]::new);

  static Primitive[] primitives() {
    return PRIMITIVES.clone();
  }

  private final Random random = new Random(5);

  private static double value(Expr expr, double... inputs) {
    return switch (expr) {
      case Expr.Input input -> inputs[input.index()];
      case Expr.Constant constant -> constant.value();
      case Expr.Apply call -> {
        double[] x = call.arguments().stream().mapToDouble(a -> value(a, inputs)).toArray();
        yield switch (call.primitive()) {
          case AND -> Math.min(x[0], x[1]);
          case OR -> Math.max(x[0], x[1]);
          case XOR -> x[0] != x[1] ? 1 : 0;
          case NOT -> 1 - x[0];
          default -> call.primitive().of(x);
        };
      }
    };
  }

  /** Grows an expression from earlier ones, so that parts are shared. */
  private Expr grow(Primitive primitive, List<Expr> known) {
    Expr x = pick(known);
    Expr y = pick(known);
    return switch (primitive) {
      case SELECT -> x.lt(y).select(pick(known), pick(known));
      case LT, LE, EQ, NE -> Expr.apply(primitive, x, y).select(pick(known), pick(known));
      case AND, OR, XOR ->
          Expr.apply(primitive, x.lt(y), pick(known).le(y)).select(pick(known), pick(known));
      case NOT -> Expr.apply(primitive, x.lt(y)).select(pick(known), pick(known));
      case ASIN, ACOS, ATANH, ERFINV -> Expr.apply(primitive, x.tanh());
      case ACOSH -> Expr.apply(primitive, x.abs().plus(1.1));
      case POLYGAMMA -> Expr.apply(primitive, Expr.of(random.nextInt(3)), x);
      default -> primitive.unary() != null ? Expr.apply(primitive, x) : Expr.apply(primitive, x, y);
    };
  }

  private Expr pick(List<Expr> known) {
    return known.get(random.nextInt(known.size()));
  }

  /** Formulas at random, each with the primitive outermost and wherever else it falls. */
  @ParameterizedTest
  @MethodSource("primitives")
  void derivedGradientsAgreeWithDifferences(Primitive primitive) {
    int checked = 0;
    for (int n = 0; n < 300; n++) {
      Formula formula =
          Formula.of(
              "random",
              2,
              inputs -> {
                List<Expr> known = new ArrayList<>(Arrays.asList(inputs));
                known.add(Expr.of(random.nextInt(1, 5) * 0.5));
                for (int i = 0; i < 3; i++) {
                  known.add(grow(PRIMITIVES[random.nextInt(PRIMITIVES.length)], known));
                }
                return grow(primitive, known);
              });
      for (int input = 0; input < 2; input++) {
        checked +=
            agrees(formula, input, random.nextDouble(-2, 2), random.nextDouble(-2, 2)) ? 1 : 0;
      }
    }
    assertTrue(checked > 150, "smooth at only " + checked + " of 600 points");
  }

  /** Returns whether the formula is smooth enough there to be checked, having checked it. */
  private static boolean agrees(Formula formula, int input, double... x) {
    double coarse = difference(formula, input, 1e-4, x);
    double fine = difference(formula, input, 1e-5, x);
    if (!(Math.abs(coarse - fine) < 1e-5 * (1 + Math.abs(fine)) && Math.abs(fine) < 1e4)) {
      return false; // a jump, a corner, or no number
    }
    Formula gradient = formula.gradient(input);
    double upstream = 1.7;
    double derived =
        gradient == null
            ? 0
            : value(gradient.body(), x[0], x[1], value(formula.body(), x), upstream);
    if (!Double.isFinite(derived)) {
      return false; // a corner, or a branch that is not taken and has no number
    }
    double expected = upstream * fine;
    assertEquals(
        expected,
        derived,
        1e-4 * (1 + Math.abs(expected)),
        () -> formula + " for input " + input + " at " + Arrays.toString(x));
    return true;
  }

  private static double difference(Formula formula, int input, double step, double... x) {
    double[] up = x.clone();
    double[] down = x.clone();
    up[input] += step;
    down[input] -= step;
    return (value(formula.body(), up) - value(formula.body(), down)) / (2 * step);
  }

  @Test
  void whatIsKnownIsLeftOut() {
    Expr x = new Expr.Input(0);
    assertEquals(Expr.of(6), Expr.of(2).times(Expr.of(3)));
    for (Expr same :
        List.of(
            x.plus(0),
            Expr.of(0).plus(x),
            x.minus(0),
            x.times(1),
            Expr.of(1).times(x),
            x.over(Expr.of(1)),
            x.pow(Expr.of(1)),
            x.negate().negate())) {
      assertSame(x, same);
    }
  }

  @Test
  void aGradientUsesOnlyWhatItNeeds() {
    Formula product = Formula.of("mul", (x, y) -> x.times(y));
    assertArrayEquals(new int[] {1, 3}, product.gradient(0).inputs());
    assertEquals(2, product.gradient(0).compact().arity());
    assertEquals(12, value(product.gradient(0).compact().body(), 3, 4));
    assertArrayEquals(new int[] {1, 2}, Formula.of("exp", x -> x.exp()).gradient(0).inputs());
    assertNull(Formula.of("floor", x -> Expr.apply(Primitive.FLOOR, x)).gradient(0));
    assertNull(Formula.of("first", (x, y) -> x).gradient(1));
  }

  @Test
  void numbersAreNotMadeOfBools() {
    assertTrue(Formula.of("square", x -> x.times(x)).type(List.of(DType.BOOL)).isEmpty());
    Formula two = Formula.of("two", 2, x -> Expr.of(2));
    assertTrue(two.type(List.of(DType.BOOL, DType.BOOL)).isEmpty());
    assertEquals(Optional.of(DType.INT32), two.type(List.of(DType.BOOL, DType.INT32)));
    assertEquals(
        Optional.of(DType.BOOL), Formula.of("not", Primitive.NOT).type(List.of(DType.BOOL)));
  }
}
