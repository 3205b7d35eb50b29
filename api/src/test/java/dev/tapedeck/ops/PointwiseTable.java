package dev.tapedeck.ops;

import static dev.tapedeck.ops.Operand.bool;
import static dev.tapedeck.ops.Operand.index;
import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.Types.ANY;
import static dev.tapedeck.ops.Row.Types.LOGICAL;
import static dev.tapedeck.ops.Row.Types.NUMERIC;
import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.UINT8;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
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
          row("divNoNan", Maths::divNoNan)
              .over(real(), real().within(0.5, 2))
              .is((x, y) -> y == 0 ? 0 : x / y),
          row("reciprocal", Maths::reciprocal).over(0.5, 2).is(x -> 1 / x),
          row("hypot", Maths::hypot).over(real().within(0.5, 2), real()).is(Math::hypot),
          row("lerp", Maths::lerp)
              .over(real(), real(), real().within(0, 1))
              .pointwise(
                  x ->
                      x[2] < 0.5 ? x[0] + x[2] * (x[1] - x[0]) : x[1] - (1 - x[2]) * (x[1] - x[0])),
          row("squaredDifference", Maths::squaredDifference)
              .over(-2, 2)
              .takes(NUMERIC)
              .is((x, y) -> (x - y) * (x - y)),
          row("neg", Maths::neg).over(-2, 2).takes(NUMERIC).is(x -> -x),
          row("abs", Maths::abs).over(-2, 2).takes(NUMERIC).is(Math::abs),
          row("sign", Maths::sign).over(-2, 2).takes(NUMERIC).is(Math::signum),
          row("square", Maths::square).over(-2, 2).takes(NUMERIC).is(x -> x * x),
          row("sqrt", Maths::sqrt).over(0.5, 4).is(Math::sqrt),
          row("rsqrt", Maths::rsqrt).over(0.5, 4).is(x -> 1 / Math.sqrt(x)),
          row("cbrt", Maths::cbrt).over(0.5, 4).is(Math::cbrt),
          row("exp", Maths::exp).over(-2, 2).is(Math::exp),
          row("exp2", Maths::exp2).over(-2, 2).is(x -> Math.pow(2, x)),
          row("expm1", Maths::expm1).over(-2, 2).is(Math::expm1),
          row("log", Maths::log).over(0.5, 4).is(Math::log),
          row("log2", Maths::log2).over(0.5, 4).is(x -> Math.log(x) / Math.log(2)),
          row("log10", Maths::log10).over(0.5, 4).is(Math::log10),
          row("log1p", Maths::log1p).over(-0.5, 4).is(Math::log1p),
          row("xlogy", Maths::xlogy)
              .over(real(), real().within(0.5, 4))
              .is((x, y) -> x == 0 ? 0 : x * Math.log(y)),
          row("xlog1py", Maths::xlog1py)
              .over(real(), real().within(-0.5, 4))
              .is((x, y) -> x == 0 ? 0 : x * Math.log1p(y)),
          row("sin", Maths::sin).over(-4, 4).is(Math::sin),
          row("cos", Maths::cos).over(-4, 4).is(Math::cos),
          row("tan", Maths::tan).over(-1.2, 1.2).is(Math::tan),
          row("asin", Maths::asin).over(-0.8, 0.8).is(Math::asin),
          row("acos", Maths::acos).over(-0.8, 0.8).is(Math::acos),
          row("atan", Maths::atan).over(-4, 4).is(Math::atan),
          row("atan2", Maths::atan2).over(real(), real().within(0.5, 2)).is(Math::atan2),
          row("sinh", Maths::sinh).over(-2, 2).is(Math::sinh),
          row("cosh", Maths::cosh).over(-2, 2).is(Math::cosh),
          row("tanh", Maths::tanh).over(-2, 2).is(Math::tanh),
          row("asinh", Maths::asinh).over(-4, 4).is(ScalarReferences::asinh),
          row("acosh", Maths::acosh).over(1.5, 4).is(ScalarReferences::acosh),
          row("atanh", Maths::atanh).over(-0.8, 0.8).is(ScalarReferences::atanh),
          row("floor", Maths::floor).over(-4, 4).is(Math::floor),
          row("ceil", Maths::ceil).over(-4, 4).is(Math::ceil),
          row("round", Maths::round).over(-4, 4).takes(NUMERIC).is(Math::rint),
          row("rint", Maths::rint).over(-4, 4).is(Math::rint),
          row("trunc", Maths::trunc).over(-4, 4).is(x -> Double.isFinite(x) ? x - x % 1 : x),
          row("erf", SpecialFunctions::erf).over(-2, 2).is(ScalarReferences::erf),
          row("erfc", SpecialFunctions::erfc).over(-2, 2).is(ScalarReferences::erfc),
          row("erfinv", SpecialFunctions::erfinv).over(-0.9, 0.9).is(ScalarReferences::erfinv),
          row("lgamma", SpecialFunctions::lgamma).over(0.1, 6).is(ScalarReferences::lgamma),
          row("digamma", SpecialFunctions::digamma)
              .over(0.5, 6)
              .within(16)
              .is(x -> ScalarReferences.polygamma(0, x)),
          row("polygamma 1", x -> SpecialFunctions.polygamma(1, x))
              .over(0.5, 6)
              .within(8)
              .is(x -> ScalarReferences.polygamma(1, x)),
          row("polygamma 2", x -> SpecialFunctions.polygamma(2, x))
              .over(0.5, 6)
              .is(x -> ScalarReferences.polygamma(2, x)),
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
          row("isNan", Logic::isNan).over(0, 2).gives(BOOL).is(x -> is(Double.isNaN(x))),
          row("isInf", Logic::isInf).over(0, 2).gives(BOOL).is(x -> is(Double.isInfinite(x))),
          row("isFinite", Logic::isFinite).over(0, 2).gives(BOOL).is(x -> is(Double.isFinite(x))),
          row("logicalAnd", Logic::logicalAnd).over(0, 1).takes(LOGICAL).is((x, y) -> x * y),
          row("logicalOr", Logic::logicalOr).over(0, 1).takes(LOGICAL).is(Math::max),
          row("logicalXor", Logic::logicalXor).over(0, 1).takes(LOGICAL).is((x, y) -> is(x != y)),
          row("logicalNot", Logic::logicalNot).over(0, 1).takes(LOGICAL).is(x -> 1 - x),
          row("where", Logic::where)
              .over(bool(), real(), real())
              .takes(ANY)
              .pointwise(x -> x[0] != 0 ? x[1] : x[2]),
          row("bitwiseAnd", Bitwise::bitwiseAnd)
              .over(index(100), index(100))
              .gives(INT32)
              .is((x, y) -> (int) x & (int) y),
          row("bitwiseOr", Bitwise::bitwiseOr)
              .over(index(100), index(100))
              .gives(INT32)
              .is((x, y) -> (int) x | (int) y),
          row("bitwiseXor", Bitwise::bitwiseXor)
              .over(index(100), index(100))
              .gives(INT32)
              .is((x, y) -> (int) x ^ (int) y),
          row("bitwiseNot", Bitwise::bitwiseNot).over(index(100)).gives(INT32).is(x -> ~(int) x),
          row("leftShift", Bitwise::leftShift)
              .over(index(100), index(20))
              .gives(INT32)
              .is((x, y) -> (int) x << (int) y),
          row("rightShift", Bitwise::rightShift)
              .over(index(100), index(8))
              .gives(INT32)
              .is((x, y) -> (int) x >> (int) y),
          row("linear", Activations::linear).over(-2, 2).takes(ANY).is(x -> x),
          row("relu", Activations::relu).over(-2, 2).takes(NUMERIC).is(x -> Math.max(x, 0)),
          row("relu6", Activations::relu6)
              .over(-2, 8)
              .takes(NUMERIC)
              .is(x -> Math.min(Math.max(x, 0), 6)),
          row("leakyRelu", x -> Activations.leakyRelu(x)).over(-2, 2).is(x -> x > 0 ? x : 0.2 * x),
          row("leakyRelu of a slope", (x, slope) -> Activations.leakyRelu(x, slope))
              .over(real(), real().within(0.1, 0.5))
              .is((x, slope) -> x > 0 ? x : slope * x),
          row("elu", x -> Activations.elu(x)).over(-2, 2).is(x -> x > 0 ? x : Math.expm1(x)),
          row("elu of an alpha", (x, alpha) -> Activations.elu(x, alpha))
              .over(real(), real().within(0.5, 2))
              .is((x, alpha) -> x > 0 ? x : alpha * Math.expm1(x)),
          row("selu", Activations::selu)
              .over(-2, 2)
              .is(x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
          row("celu", x -> Activations.celu(x)).over(-2, 2).is(x -> x > 0 ? x : Math.expm1(x)),
          row("celu of an alpha", (x, alpha) -> Activations.celu(x, alpha))
              .over(real(), real().within(0.5, 2))
              .is((x, alpha) -> x > 0 ? x : alpha * Math.expm1(x / alpha)),
          row("gelu", Activations::gelu)
              .over(-4, 4)
              .is(x -> x / 2 * ScalarReferences.erfc(-x / Math.sqrt(2))),
          row("geluTanh", Activations::geluTanh)
              .over(-4, 4)
              .within(16)
              .is(
                  x ->
                      x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
          row("silu", Activations::silu).over(-4, 4).is(x -> x * References.sigmoid(x)),
          row("mish", Activations::mish)
              .over(-4, 4)
              .within(16)
              .is(x -> x * Math.tanh(ScalarReferences.softplus(x))),
          row("sigmoid", Activations::sigmoid).over(-4, 4).is(References::sigmoid),
          row("logSigmoid", Activations::logSigmoid)
              .over(-4, 4)
              .is(x -> -ScalarReferences.softplus(-x)),
          row("softplus", Activations::softplus).over(-4, 4).is(ScalarReferences::softplus),
          row("softsign", Activations::softsign).over(-2, 2).is(x -> x / (1 + Math.abs(x))),
          row("tanhShrink", Activations::tanhShrink)
              .over(-2, 2)
              .is(x -> Math.abs(x) < 1e-4 ? x * x * x / 3 : x - Math.tanh(x)),
          row("hardSigmoid", Activations::hardSigmoid)
              .over(-4, 4)
              .is(x -> Math.min(Math.max(x + 3, 0), 6) / 6),
          row("hardSwish", Activations::hardSwish)
              .over(-4, 4)
              .is(x -> x * (Math.min(Math.max(x + 3, 0), 6) / 6)),
          row("hardTanh", Activations::hardTanh).over(-2, 2).is(x -> Math.min(Math.max(x, -1), 1)),
          row("softShrink", x -> Activations.softShrink(x))
              .over(-2, 2)
              .is(x -> ScalarReferences.softShrink(x, 0.5)),
          row("softShrink of a lambda", (x, lambda) -> Activations.softShrink(x, lambda))
              .over(real(), real().within(0.2, 0.8))
              .is(ScalarReferences::softShrink),
          row("hardShrink", x -> Activations.hardShrink(x))
              .over(-2, 2)
              .is(x -> Math.abs(x) > 0.5 ? x : 0),
          row("hardShrink of a lambda", (x, lambda) -> Activations.hardShrink(x, lambda))
              .over(real(), real().within(0.2, 0.8))
              .is((x, lambda) -> Math.abs(x) > lambda ? x : 0),
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
