package dev.tapedeck.ops.expr;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/**
 * Algebraic identities of expressions, such as {@code x * 1 = x}, that hold to the last bit for all
 * values, including infinities, NaN and signed zeros. {@code x + 0} is none: for -0 it is 0.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class AlgebraicIdentities {
  /** The largest constant whose elements are examined. */
  private static final long MOST = 1024;

  private AlgebraicIdentities() {}

  /** Returns the index of the input that an expression equals; -1 if there is none. */
  public static int input(Expr body, Tensor... inputs) {
    return switch (body) {
      case Expr.Input input -> input.index();
      case Expr.Apply call when call.arguments().size() == 2 -> {
        Expr x = call.argument(0);
        Expr y = call.argument(1);
        boolean whole = !inputs[0].dtype().isFloating();
        if (x instanceof Expr.Input left
            && isNeutral(call.primitive(), value(y, inputs), true, whole)) {
          yield left.index();
        }
        yield y instanceof Expr.Input right
                && isNeutral(call.primitive(), value(x, inputs), false, whole)
            ? right.index()
            : -1;
      }
      case Expr.Apply call when call.primitive() == Primitive.SELECT ->
          call.argument(1) instanceof Expr.Input yes
                  && call.argument(2) instanceof Expr.Input no
                  && inputs[yes.index()].equals(inputs[no.index()])
              ? yes.index()
              : -1;
      default -> -1;
    };
  }

  /** Returns whether an expression is input 1 or 0, as input 0 decides. */
  public static boolean isMask(Expr body) {
    return switch (body) {
      case Expr.Apply call when call.primitive() == Primitive.SELECT ->
          call.argument(0).nodes().stream()
                  .noneMatch(node -> node instanceof Expr.Input input && input.index() == 1)
              && isChoice(call.argument(1))
              && isChoice(call.argument(2));
      default -> false;
    };
  }

  private static boolean isChoice(Expr expr) {
    return switch (expr) {
      case Expr.Input input -> input.index() == 1;
      case Expr.Constant constant -> Double.valueOf(0.0).equals(constant.value());
      default -> isMask(expr);
    };
  }

  /** Returns whether an expression is the inverse of another. */
  public static boolean undo(Expr outer, Expr inner) {
    return outer instanceof Expr.Apply call
        && call.arguments().size() == 1
        && call.argument(0) instanceof Expr.Input
        && outer.equals(inner)
        && switch (call.primitive()) {
          case NEG, NOT, BIT_NOT -> true;
          default -> false;
        };
  }

  /** Returns the number that every element of an expression has; null if there is none. */
  private static Double value(Expr expr, Tensor... inputs) {
    return switch (expr) {
      case Expr.Constant constant -> constant.value();
      case Expr.Input input
          when inputs[input.index()] instanceof EagerTensor tensor
              && tensor.shape().count() > 0
              && tensor.shape().count() <= MOST -> {
        double[] values = tensor.toDoubleArray();
        Double first = values[0]; // compared as objects, since == does not distinguish -0 from 0
        yield Arrays.stream(values).boxed().allMatch(first::equals) ? first : null;
      }
      default -> null;
    };
  }

  private static boolean isNeutral(
      Primitive primitive, Double value, boolean right, boolean whole) {
    if (value == null) {
      return false;
    }
    return switch (primitive) {
      case MUL -> value == 1;
      case DIV, FLOOR_DIV -> right && value == 1 && (whole || primitive == Primitive.DIV);
      case ADD -> whole ? value == 0 : value.equals(-0.0);
      case SUB -> right && (whole ? value == 0 : value.equals(0.0));
      default -> false;
    };
  }
}
