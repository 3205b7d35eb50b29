package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A lowering of a formula to primitives that have vector instructions. */
final class Lowering {
  private final DType type;
  private final Map<Expr, Expr> done = new IdentityHashMap<>();

  Lowering(DType type) {
    this.type = type;
  }

  Expr of(Expr node) {
    if (!(node instanceof Expr.Apply call)) {
      return node;
    }
    Expr known = done.get(node);
    if (known == null) {
      List<Expr> arguments = call.arguments().stream().map(this::of).toList();
      known = lower(call.primitive(), arguments);
      done.put(node, known);
    }
    return known;
  }

  private Expr lower(Primitive primitive, List<Expr> arguments) {
    Expr x = arguments.getFirst();
    return switch (primitive) {
      case SIGN -> Expr.of(0).lt(x).select(Expr.of(1), x.lt(0).select(Expr.of(-1), x));
      case FLOOR -> type.isFloating() ? floor(x) : x;
      case CEIL -> type.isFloating() ? floor(x.negate()).negate() : x;
      case ROUND -> type.isFloating() ? round(x) : x;
      case TRUNC -> type.isFloating() ? x.lt(0).select(floor(x.negate()).negate(), floor(x)) : x;
      case XMULY -> x.eq(0).select(x, x.times(arguments.get(1)));
      case MUL_NO_NAN -> {
        Expr y = arguments.get(1);
        yield x.eq(0).select(Expr.of(0), y.eq(0).select(Expr.of(0), x.times(y)));
      }
      case XDIVY -> x.eq(0).select(x, x.over(arguments.get(1)));
      case SIGMOID -> Expr.of(1).over(x.negate().exp().plus(1));
      case SOFTPLUS -> x.max(0).plus(x.abs().negate().exp().log1p());
      default -> new Expr.Apply(primitive, arguments);
    };
  }

  private static Expr floor(Expr x, Expr rounded) {
    return x.lt(rounded).select(rounded.minus(1), rounded);
  }

  private Expr floor(Expr x) {
    return floor(x, round(x));
  }

  /** Numbers from 2^23, or 2^52, up are whole; adding it to smaller ones rounds them. */
  private Expr round(Expr x) {
    double whole = type == DType.FLOAT32 ? 0x1p23 : 0x1p52;
    Expr size = x.abs();
    Expr rounded = Expr.apply(Primitive.SUB, size.plus(whole), Expr.of(whole));
    Expr signed = x.lt(0).select(rounded.negate(), rounded);
    // Zero keeps its sign; NaN and large numbers stay unchanged.
    Expr changes = Expr.apply(Primitive.NE, size, Expr.of(0));
    return Expr.apply(Primitive.AND, changes, size.lt(whole)).select(signed, x);
  }
}
