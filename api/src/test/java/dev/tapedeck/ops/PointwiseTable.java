package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.UINT8;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.bool;
import static dev.tapedeck.testing.Operand.index;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;
import static dev.tapedeck.testing.Types.LOGICAL;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.testing.OpCheck;
import java.util.List;

/** Ops that are computed element by element. */
final class PointwiseTable {
  private PointwiseTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          op("add", Maths::add).over(-2, 2).takes(NUMERIC).is((x, y) -> x + y),
          op("sub", Maths::sub).over(-2, 2).takes(NUMERIC).is((x, y) -> x - y),
          op("mul", Maths::mul).over(-2, 2).takes(NUMERIC).is((x, y) -> x * y),
          op("div", Maths::div).over(real(), real().within(0.5, 2)).is((x, y) -> x / y),
          op("floorDiv", Maths::floorDiv)
              .over(real(), real().within(3, 4))
              .whole(1, 9)
              .takes(NUMERIC)
              .is((x, y) -> Math.floor(x / y)),
          op("mod", Maths::mod)
              .over(real(), real().within(3, 4))
              .whole(1, 9)
              .takes(NUMERIC)
              .is((x, y) -> Math.signum(x % y) * Math.signum(y) < 0 ? x % y + y : x % y),
          op("pow", Maths::pow)
              .over(real().within(0.5, 2), real())
              .whole(0, 4)
              .takes(NUMERIC)
              .is((x, y) -> x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : Math.pow(x, y)),
          op("maximum", Maths::maximum).over(-2, 2).takes(NUMERIC).is(Math::max),
          op("minimum", Maths::minimum).over(-2, 2).takes(NUMERIC).is(Math::min),
          op("divNoNan", Maths::divNoNan)
              .over(real(), real().within(0.5, 2))
              .is((x, y) -> y == 0 ? 0 : x / y),
          op("reciprocal", Maths::reciprocal).over(0.5, 2).is(x -> 1 / x),
          op("logAddExp", Maths::logAddExp)
              .over(-2, 2)
              .is((x, y) -> Math.max(x, y) + Math.log1p(Math.exp(x == y ? 0 : -Math.abs(x - y)))),
          op("hypot", Maths::hypot).over(real().within(0.5, 2), real()).is(Math::hypot),
          op("lerp", Maths::lerp)
              .over(real(), real(), real().within(0, 1))
              .pointwise(
                  x ->
                      x[2] < 0.5 ? x[0] + x[2] * (x[1] - x[0]) : x[1] - (1 - x[2]) * (x[1] - x[0])),
          op("squaredDifference", Maths::squaredDifference)
              .over(-2, 2)
              .takes(NUMERIC)
              .is((x, y) -> (x - y) * (x - y)),
          op("neg", Maths::neg).over(-2, 2).takes(NUMERIC).is(x -> -x),
          op("abs", Maths::abs).over(-2, 2).takes(NUMERIC).is(Math::abs),
          op("sign", Maths::sign).over(-2, 2).takes(NUMERIC).is(Math::signum),
          op("square", Maths::square).over(-2, 2).takes(NUMERIC).is(x -> x * x),
          op("sqrt", Maths::sqrt).over(0.5, 4).is(Math::sqrt),
          op("rsqrt", Maths::rsqrt).over(0.5, 4).is(x -> 1 / Math.sqrt(x)),
          op("cbrt", Maths::cbrt).over(0.5, 4).is(Math::cbrt),
          op("exp", Maths::exp).over(-2, 2).is(Math::exp),
          op("exp2", Maths::exp2).over(-2, 2).is(x -> Math.pow(2, x)),
          op("expm1", Maths::expm1).over(-2, 2).is(Math::expm1),
          op("log", Maths::log).over(0.5, 4).is(Math::log),
          op("log2", Maths::log2).over(0.5, 4).is(x -> Math.log(x) / Math.log(2)),
          op("log10", Maths::log10).over(0.5, 4).is(Math::log10),
          op("log1p", Maths::log1p).over(-0.5, 4).is(Math::log1p),
          op("xlogy", Maths::xlogy)
              .over(real(), real().within(0.5, 4))
              .is((x, y) -> x == 0 ? 0 : x * Math.log(y)),
          op("xlog1py", Maths::xlog1py)
              .over(real(), real().within(-0.5, 4))
              .is((x, y) -> x == 0 ? 0 : x * Math.log1p(y)),
          op("sin", Maths::sin).over(-4, 4).is(Math::sin),
          op("cos", Maths::cos).over(-4, 4).is(Math::cos),
          op("tan", Maths::tan).over(-1.2, 1.2).is(Math::tan),
          op("asin", Maths::asin).over(-0.8, 0.8).is(Math::asin),
          op("acos", Maths::acos).over(-0.8, 0.8).is(Math::acos),
          op("atan", Maths::atan).over(-4, 4).is(Math::atan),
          op("atan2", Maths::atan2).over(real(), real().within(0.5, 2)).is(Math::atan2),
          op("sinh", Maths::sinh).over(-2, 2).is(Math::sinh),
          op("cosh", Maths::cosh).over(-2, 2).is(Math::cosh),
          op("tanh", Maths::tanh).over(-2, 2).is(Math::tanh),
          op("asinh", Maths::asinh).over(-4, 4).is(ScalarReferences::asinh),
          op("acosh", Maths::acosh).over(1.5, 4).is(ScalarReferences::acosh),
          op("atanh", Maths::atanh).over(-0.8, 0.8).is(ScalarReferences::atanh),
          op("floor", Maths::floor).over(-4, 4).is(Math::floor),
          op("ceil", Maths::ceil).over(-4, 4).is(Math::ceil),
          op("round", Maths::round).over(-4, 4).takes(NUMERIC).is(Math::rint),
          op("rint", Maths::rint).over(-4, 4).is(Math::rint),
          op("trunc", Maths::trunc).over(-4, 4).is(x -> Double.isFinite(x) ? x - x % 1 : x),
          op("erf", SpecialFunctions::erf).over(-2, 2).is(ScalarReferences::erf),
          op("erfc", SpecialFunctions::erfc).over(-2, 2).is(ScalarReferences::erfc),
          op("erfinv", SpecialFunctions::erfinv).over(-0.9, 0.9).is(ScalarReferences::erfinv),
          op("lgamma", SpecialFunctions::lgamma).over(0.1, 6).is(ScalarReferences::lgamma),
          op("digamma", SpecialFunctions::digamma)
              .over(0.5, 6)
              .within(16)
              .is(x -> ScalarReferences.polygamma(0, x)),
          op("polygamma 1", x -> SpecialFunctions.polygamma(1, x))
              .over(0.5, 6)
              .within(8)
              .is(x -> ScalarReferences.polygamma(1, x)),
          op("polygamma 2", x -> SpecialFunctions.polygamma(2, x))
              .over(0.5, 6)
              .is(x -> ScalarReferences.polygamma(2, x)),
          op("clip", Maths::clip)
              .over(real(), real().within(-1.5, -0.5), real().within(0.5, 1.5))
              .takes(NUMERIC)
              .pointwise(x -> Math.min(Math.max(x[0], x[1]), x[2])),
          op("equal", Logic::equal).over(0, 2).takes(ANY).gives(BOOL).is((x, y) -> is(x == y)),
          op("notEqual", Logic::notEqual)
              .over(0, 2)
              .takes(ANY)
              .gives(BOOL)
              .is((x, y) -> is(x != y)),
          op("less", Logic::less).over(0, 2).takes(NUMERIC).gives(BOOL).is((x, y) -> is(x < y)),
          op("lessEqual", Logic::lessEqual)
              .over(0, 2)
              .takes(NUMERIC)
              .gives(BOOL)
              .is((x, y) -> is(x <= y)),
          op("greater", Logic::greater)
              .over(0, 2)
              .takes(NUMERIC)
              .gives(BOOL)
              .is((x, y) -> is(x > y)),
          op("greaterEqual", Logic::greaterEqual)
              .over(0, 2)
              .takes(NUMERIC)
              .gives(BOOL)
              .is((x, y) -> is(x >= y)),
          op("isNan", Logic::isNan).over(0, 2).gives(BOOL).is(x -> is(Double.isNaN(x))),
          op("isInf", Logic::isInf).over(0, 2).gives(BOOL).is(x -> is(Double.isInfinite(x))),
          op("isFinite", Logic::isFinite).over(0, 2).gives(BOOL).is(x -> is(Double.isFinite(x))),
          op("logicalAnd", Logic::logicalAnd).over(0, 1).takes(LOGICAL).is((x, y) -> x * y),
          op("logicalOr", Logic::logicalOr).over(0, 1).takes(LOGICAL).is(Math::max),
          op("logicalXor", Logic::logicalXor).over(0, 1).takes(LOGICAL).is((x, y) -> is(x != y)),
          op("logicalNot", Logic::logicalNot).over(0, 1).takes(LOGICAL).is(x -> 1 - x),
          op("where", Logic::where)
              .over(bool(), real(), real())
              .takes(ANY)
              .pointwise(x -> x[0] != 0 ? x[1] : x[2]),
          op("bitwiseAnd", Bitwise::bitwiseAnd)
              .over(index(100), index(100))
              .gives(INT32)
              .is((x, y) -> (int) x & (int) y),
          op("bitwiseOr", Bitwise::bitwiseOr)
              .over(index(100), index(100))
              .gives(INT32)
              .is((x, y) -> (int) x | (int) y),
          op("bitwiseXor", Bitwise::bitwiseXor)
              .over(index(100), index(100))
              .gives(INT32)
              .is((x, y) -> (int) x ^ (int) y),
          op("bitwiseNot", Bitwise::bitwiseNot).over(index(100)).gives(INT32).is(x -> ~(int) x),
          op("leftShift", Bitwise::leftShift)
              .over(index(100), index(20))
              .gives(INT32)
              .is((x, y) -> (int) x << (int) y),
          op("rightShift", Bitwise::rightShift)
              .over(index(100), index(8))
              .gives(INT32)
              .is((x, y) -> (int) x >> (int) y),
          op("linear", Activations::linear).over(-2, 2).takes(ANY).is(x -> x),
          op("relu", x -> Activations.relu(x)).over(-2, 2).takes(NUMERIC).is(x -> Math.max(x, 0)),
          op("relu6", Activations::relu6)
              .over(-2, 8)
              .takes(NUMERIC)
              .is(x -> Math.min(Math.max(x, 0), 6)),
          op("relu with a maximum", x -> Activations.relu(x, 0.25, 1.5, 0.5))
              .over(-3, 3)
              .is(x -> ScalarReferences.relu(x, 0.25, 1.5, 0.5)),
          op("relu of a slope", (x, slope, limit) -> Activations.relu(x, slope, limit, 0.5))
              .over(real(), real().within(0.1, 0.5), real().within(1, 1.5))
              .pointwise(x -> ScalarReferences.relu(x[0], x[1], x[2], 0.5)),
          op("threshold", (x, limit, other) -> Activations.threshold(x, limit, other))
              .over(-2, 2)
              .takes(NUMERIC)
              .pointwise(x -> x[0] > x[1] ? x[0] : x[2]),
          op("exponential", Activations::exponential).over(-4, 4).is(Math::exp),
          op("leakyRelu", x -> Activations.leakyRelu(x)).over(-2, 2).is(x -> x > 0 ? x : 0.2 * x),
          op("leakyRelu of a slope", (x, slope) -> Activations.leakyRelu(x, slope))
              .over(real(), real().within(0.1, 0.5))
              .is((x, slope) -> x > 0 ? x : slope * x),
          op("elu", x -> Activations.elu(x)).over(-2, 2).is(x -> x > 0 ? x : Math.expm1(x)),
          op("elu of an alpha", (x, alpha) -> Activations.elu(x, alpha))
              .over(real(), real().within(0.5, 2))
              .is((x, alpha) -> x > 0 ? x : alpha * Math.expm1(x)),
          op("selu", Activations::selu)
              .over(-2, 2)
              .is(x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
          op("celu", x -> Activations.celu(x)).over(-2, 2).is(x -> x > 0 ? x : Math.expm1(x)),
          op("celu of an alpha", (x, alpha) -> Activations.celu(x, alpha))
              .over(real(), real().within(0.5, 2))
              .is((x, alpha) -> x > 0 ? x : alpha * Math.expm1(x / alpha)),
          op("gelu", Activations::gelu)
              .over(-4, 4)
              .is(x -> x / 2 * ScalarReferences.erfc(-x / Math.sqrt(2))),
          op("geluTanh", Activations::geluTanh)
              .over(-4, 4)
              .within(16)
              .is(
                  x ->
                      x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
          op("silu", Activations::silu).over(-4, 4).is(x -> x * References.sigmoid(x)),
          op("mish", Activations::mish)
              .over(-4, 4)
              .within(16)
              .is(x -> x * Math.tanh(ScalarReferences.softplus(x))),
          op("sigmoid", Activations::sigmoid).over(-4, 4).is(References::sigmoid),
          op("logSigmoid", Activations::logSigmoid)
              .over(-4, 4)
              .is(x -> -ScalarReferences.softplus(-x)),
          op("softplus", Activations::softplus).over(-4, 4).is(ScalarReferences::softplus),
          op("squareplus", x -> Activations.squareplus(x))
              .over(-4, 4)
              .is(x -> ScalarReferences.squareplus(x, 4)),
          op("squareplus of a b", (x, b) -> Activations.squareplus(x, b))
              .over(real().within(-4, 4), real().within(0.5, 2))
              .is(ScalarReferences::squareplus),
          op("sparsePlus", Activations::sparsePlus)
              .over(-2, 2)
              .is(x -> x >= 1 ? x : Math.pow(Math.max(x, -1) + 1, 2) / 4),
          op("sparseSigmoid", Activations::sparseSigmoid)
              .over(-2, 2)
              .is(x -> Math.clamp((x + 1) / 2, 0, 1)),
          op("softsign", Activations::softsign).over(-2, 2).is(x -> x / (1 + Math.abs(x))),
          op("tanhShrink", Activations::tanhShrink)
              .over(-2, 2)
              .is(x -> Math.abs(x) < 1e-4 ? x * x * x / 3 : x - Math.tanh(x)),
          op("hardSigmoid", Activations::hardSigmoid)
              .over(-4, 4)
              .is(x -> Math.min(Math.max(x + 3, 0), 6) / 6),
          op("hardSwish", Activations::hardSwish)
              .over(-4, 4)
              .is(x -> x * (Math.min(Math.max(x + 3, 0), 6) / 6)),
          op("hardTanh", Activations::hardTanh).over(-2, 2).is(x -> Math.min(Math.max(x, -1), 1)),
          op("softShrink", x -> Activations.softShrink(x))
              .over(-2, 2)
              .is(x -> ScalarReferences.softShrink(x, 0.5)),
          op("softShrink of a lambda", (x, lambda) -> Activations.softShrink(x, lambda))
              .over(real(), real().within(0.2, 0.8))
              .is(ScalarReferences::softShrink),
          op("hardShrink", x -> Activations.hardShrink(x))
              .over(-2, 2)
              .is(x -> Math.abs(x) > 0.5 ? x : 0),
          op("hardShrink of a lambda", (x, lambda) -> Activations.hardShrink(x, lambda))
              .over(real(), real().within(0.2, 0.8))
              .is((x, lambda) -> Math.abs(x) > lambda ? x : 0),
          op("cast", x -> Casting.cast(x, FLOAT64))
              .over(-2, 2)
              .takes(ANY)
              .gives(FLOAT64)
              .is(x -> x),
          op("cast to int32", x -> Casting.cast(x, INT32))
              .over(-9, 9)
              .takes(ANY)
              .gives(INT32)
              .is(x -> (int) x),
          op("cast to uint8", x -> Casting.cast(x, UINT8))
              .over(0, 9)
              .takes(ANY)
              .gives(UINT8)
              .is(x -> Math.clamp((long) x, 0, 255)),
          op("cast to bool", x -> Casting.cast(x, BOOL))
              .over(-2, 2)
              .takes(ANY)
              .gives(BOOL)
              .is(x -> is(x != 0)));

  private static double is(boolean condition) {
    return condition ? 1 : 0;
  }
}
