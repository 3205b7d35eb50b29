package dev.tapedeck.ops;

import static dev.tapedeck.ops.Operand.bool;
import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.Types.ANY;
import static dev.tapedeck.ops.Row.Types.LOGICAL;
import static dev.tapedeck.ops.Row.Types.NUMERIC;
import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.UINT8;

import java.util.List;

/** Ops that are computed element by element. */
final class PointwiseTable {
  private PointwiseTable() {}

  static final List<Row> ROWS =
      List.of(
          row("add", Maths::add).over(-2, 2).takes(NUMERIC).is((x, y) -> x + y),
          row("sub", Maths::sub).over(-2, 2).takes(NUMERIC).is((x, y) -> x - y),
          row("mul", Maths::mul).over(-2, 2).takes(NUMERIC).is((x, y) -> x * y),
          row("div", Maths::div).over(real(), real().within(0.5, 2)).is((x, y) -> x / y),
          row("floorDiv", Maths::floorDiv)
              .over(real(), real().within(3, 4))
              .whole(1, 9)
              .takes(NUMERIC)
              .is((x, y) -> Math.floor(x / y)),
          row("mod", Maths::mod)
              .over(real(), real().within(3, 4))
              .whole(1, 9)
              .takes(NUMERIC)
              .is((x, y) -> Math.signum(x % y) * Math.signum(y) < 0 ? x % y + y : x % y),
          row("pow", Maths::pow)
              .over(real().within(0.5, 2), real())
              .whole(0, 4)
              .takes(NUMERIC)
              .is((x, y) -> x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : Math.pow(x, y)),
          row("maximum", Maths::maximum).over(-2, 2).takes(NUMERIC).is(Math::max),
          row("minimum", Maths::minimum).over(-2, 2).takes(NUMERIC).is(Math::min),
          row("squaredDifference", Maths::squaredDifference)
              .over(-2, 2)
              .takes(NUMERIC)
              .is((x, y) -> (x - y) * (x - y)),
          row("neg", Maths::neg).over(-2, 2).takes(NUMERIC).is(x -> -x),
          row("abs", Maths::abs).over(-2, 2).takes(NUMERIC).is(Math::abs),
          row("sign", Maths::sign).over(-2, 2).takes(NUMERIC).is(Math::signum),
          row("square", Maths::square).over(-2, 2).takes(NUMERIC).is(x -> x * x),
          row("sqrt", Maths::sqrt).over(0.5, 4).is(Math::sqrt),
          row("exp", Maths::exp).over(-2, 2).is(Math::exp),
          row("log", Maths::log).over(0.5, 4).is(Math::log),
          row("log1p", Maths::log1p).over(-0.5, 4).is(Math::log1p),
          row("sin", Maths::sin).over(-4, 4).is(Math::sin),
          row("cos", Maths::cos).over(-4, 4).is(Math::cos),
          row("tanh", Maths::tanh).over(-2, 2).is(Math::tanh),
          row("floor", Maths::floor).over(-4, 4).is(Math::floor),
          row("ceil", Maths::ceil).over(-4, 4).is(Math::ceil),
          row("round", Maths::round).over(-4, 4).is(Math::rint),
          row("sigmoid", Maths::sigmoid).over(-4, 4).is(References::sigmoid),
          row("softplus", Maths::softplus)
              .over(-4, 4)
              .is(x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
          row("relu", Maths::relu).over(-2, 2).takes(NUMERIC).is(x -> Math.max(x, 0)),
          row("clip", Maths::clip)
              .over(real(), real().within(-1.5, -0.5), real().within(0.5, 1.5))
              .takes(NUMERIC)
              .pointwise(x -> Math.min(Math.max(x[0], x[1]), x[2])),
          row("equal", Logic::equal).over(0, 2).takes(ANY).gives(BOOL).is((x, y) -> is(x == y)),
          row("notEqual", Logic::notEqual)
              .over(0, 2)
              .takes(ANY)
              .gives(BOOL)
              .is((x, y) -> is(x != y)),
          row("less", Logic::less).over(0, 2).takes(NUMERIC).gives(BOOL).is((x, y) -> is(x < y)),
          row("lessEqual", Logic::lessEqual)
              .over(0, 2)
              .takes(NUMERIC)
              .gives(BOOL)
              .is((x, y) -> is(x <= y)),
          row("greater", Logic::greater)
              .over(0, 2)
              .takes(NUMERIC)
              .gives(BOOL)
              .is((x, y) -> is(x > y)),
          row("greaterEqual", Logic::greaterEqual)
              .over(0, 2)
              .takes(NUMERIC)
              .gives(BOOL)
              .is((x, y) -> is(x >= y)),
          row("logicalAnd", Logic::logicalAnd).over(0, 1).takes(LOGICAL).is((x, y) -> x * y),
          row("logicalOr", Logic::logicalOr).over(0, 1).takes(LOGICAL).is(Math::max),
          row("logicalXor", Logic::logicalXor).over(0, 1).takes(LOGICAL).is((x, y) -> is(x != y)),
          row("logicalNot", Logic::logicalNot).over(0, 1).takes(LOGICAL).is(x -> 1 - x),
          row("where", Logic::where)
              .over(bool(), real(), real())
              .takes(ANY)
              .pointwise(x -> x[0] != 0 ? x[1] : x[2]),
          row("cast", x -> Casting.cast(x, FLOAT64))
              .over(-2, 2)
              .takes(ANY)
              .gives(FLOAT64)
              .is(x -> x),
          row("cast to int32", x -> Casting.cast(x, INT32))
              .over(-9, 9)
              .takes(ANY)
              .gives(INT32)
              .is(x -> (int) x),
          row("cast to uint8", x -> Casting.cast(x, UINT8))
              .over(0, 9)
              .takes(ANY)
              .gives(UINT8)
              .is(x -> Math.clamp((long) x, 0, 255)),
          row("cast to bool", x -> Casting.cast(x, BOOL))
              .over(-2, 2)
              .takes(ANY)
              .gives(BOOL)
              .is(x -> is(x != 0)));

  private static double is(boolean condition) {
    return condition ? 1 : 0;
  }
}
