package dev.tapedeck.ops;

import static dev.tapedeck.ops.Grid.shape;
import static dev.tapedeck.ops.Operand.bool;
import static dev.tapedeck.ops.Operand.index;
import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.Types.ANY;
import static dev.tapedeck.ops.Row.Types.ANY_BOOL;
import static dev.tapedeck.ops.Row.Types.LOGICAL;
import static dev.tapedeck.ops.Row.Types.NUMERIC;
import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.ops.Window.Padding.SAME;
import static dev.tapedeck.ops.Window.Padding.VALID;
import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.UINT8;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Every op, with the operands it is tried on and its definition; {@link OpTest} tries them. */
final class OpTable {
  private OpTable() {}

  private static final RandomKey KEY = new RandomKey(0x123456789abcdefL, 7);

  /** Ops that are computed element by element. */
  static final List<Row> POINTWISE =
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

  private static final Window HALVING = new Window(2, 2, 2, 2, VALID);
  private static final Window PADDED = new Window(3, 2, 1, 2, SAME);
  private static final Window SPARSE = new Window(1, 2, 3, 4, SAME);
  private static final Window OVERLAPPING = new Window(3, 3, 2, 1, VALID);

  /** Ops on whole axes. */
  private static final List<Row> OTHERS =
      List.of(
          reduction("sum", x -> Reductions.sum(x), References::sum)
              .on(real())
              .on(real(0, 3))
              .takes(NUMERIC),
          reduction("sum over 1", x -> Reductions.sum(x, 1), References::sum, 1).takes(NUMERIC),
          reduction("sum over ends", x -> Reductions.sum(x, -1, 0), References::sum, 0, 2)
              .takes(NUMERIC),
          row("sum keeping 1", x -> Reductions.sum(x, true, 1))
              .on(real(2, 3, 4))
              .on(real(0, 3))
              .takes(NUMERIC)
              .matches(References.reduce(References::sum, true, 1)),
          reduction("mean", x -> Reductions.mean(x), References::mean).on(real()).on(real(0, 3)),
          reduction("mean over 0", x -> Reductions.mean(x, 0), References::mean, 0),
          row("mean keeping -1", x -> Reductions.mean(x, true, -1))
              .on(real(2, 3, 4))
              .on(real(40, 20))
              .matches(References.reduce(References::mean, true, -1)),
          reduction("max", x -> Reductions.max(x), References::largest).on(real()).takes(NUMERIC),
          reduction("max over 2", x -> Reductions.max(x, 2), References::largest, 2)
              .on(real(0, 3, 4))
              .takes(NUMERIC),
          row("max keeping 0", x -> Reductions.max(x, true, 0))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .matches(References.reduce(References::largest, true, 0)),
          reduction("min", x -> Reductions.min(x), References::smallest).on(real()).takes(NUMERIC),
          reduction("min over 1", x -> Reductions.min(x, 1), References::smallest, 1)
              .takes(NUMERIC),
          row("min keeping 0 and 1", x -> Reductions.min(x, true, 0, 1))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .matches(References.reduce(References::smallest, true, 0, 1)),
          reduction(
                  "any",
                  x -> Reductions.any(x, 1),
                  x -> is(Arrays.stream(x).anyMatch(v -> v != 0)),
                  1)
              .on(real(2, 0, 4))
              .takes(ANY_BOOL),
          reduction(
                  "all",
                  x -> Reductions.all(x, 1),
                  x -> is(Arrays.stream(x).allMatch(v -> v != 0)),
                  1)
              .on(real(2, 0, 4))
              .takes(ANY_BOOL),
          row("argmax", x -> Reductions.argmax(x, 1))
              .on(real(2, 3, 4))
              .on(real(6, 20, 10))
              .on(real(0, 3))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.first(1, 1)),
          row("argmin", x -> Reductions.argmin(x, -1))
              .on(real(2, 3, 4))
              .on(real(60, 20))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.first(-1, -1)),
          row("reshape", x -> Shaping.reshape(x, 4, 3))
              .on(real(2, 6))
              .takes(ANY)
              .matches(References.reshape(4, 3)),
          row("reshape -1", x -> Shaping.reshape(x, 30, -1))
              .on(real(20, 30))
              .takes(ANY)
              .matches(References.reshape(30, 20)),
          row("reshape to a scalar", x -> Shaping.reshape(x))
              .on(real(1, 1))
              .takes(ANY)
              .matches(References.reshape()),
          row("reshape of nothing", x -> Shaping.reshape(x, 3, -1))
              .on(real(2, 0, 3))
              .takes(ANY)
              .matches(References.reshape(3, 0)),
          row("transpose", x -> Shaping.transpose(x))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.transpose(2, 1, 0)),
          row("transpose of a large matrix", x -> Shaping.transpose(x, 1, 0))
              .on(real(20, 30))
              .takes(ANY)
              .matches(References.transpose(1, 0)),
          row("transpose by order", x -> Shaping.transpose(x, -1, 0, 1))
              .on(real(2, 3, 4))
              .on(real(2, 0, 4))
              .takes(ANY)
              .matches(References.transpose(2, 0, 1)),
          row("transpose of a scalar", x -> Shaping.transpose(x))
              .on(real())
              .takes(ANY)
              .matches(References.reshape()),
          row("expandDims", x -> Shaping.expandDims(x, 1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.reshape(2, 1, 3)),
          row("expandDims behind", x -> Shaping.expandDims(x, -1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.reshape(2, 3, 1)),
          row("squeeze", x -> Shaping.squeeze(x))
              .on(real(1, 3, 1))
              .takes(ANY)
              .matches(References.reshape(3)),
          row("squeeze one", x -> Shaping.squeeze(x, -1))
              .on(real(1, 3, 1))
              .takes(ANY)
              .matches(References.reshape(1, 3)),
          row("broadcastTo", x -> Shaping.broadcastTo(x, 2, 3, 4))
              .on(real(3, 1))
              .on(real())
              .on(real(2, 1, 4))
              .takes(ANY)
              .matches(References.broadcast(2, 3, 4)),
          row("broadcastTo large", x -> Shaping.broadcastTo(x, 20, 30))
              .on(real(30))
              .takes(ANY)
              .matches(References.broadcast(20, 30)),
          row("concat", (x, y, z) -> Shaping.concat(1, x, y, z))
              .on(real(2, 3, 2), real(2, 1, 2), real(2, 2, 2))
              .on(real(20, 3), real(20, 0), real(20, 40))
              .takes(ANY)
              .matches(References.concat(1)),
          row("concat behind", (x, y) -> Shaping.concat(-1, x, y))
              .on(real(2, 3), real(2, 1))
              .takes(ANY)
              .matches(References.concat(-1)),
          row("stack", (x, y) -> Shaping.stack(1, x, y))
              .on(real(2, 3), real(2, 3))
              .on(real(20, 30), real(20, 30))
              .takes(ANY)
              .matches(References.stack(1)),
          row("stack of scalars", (x, y, z) -> Shaping.stack(-1, x, y, z))
              .on(real(), real(), real())
              .takes(ANY)
              .matches(References.stack(0)),
          row("slice", x -> Indexing.slice(x, new long[] {1, 0}, new long[] {2, -1}))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(1, 0), 2, 3)),
          row("slice of nothing", x -> Indexing.slice(x, new long[] {4, 1}, new long[] {0, 2}))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(4, 1), 0, 2)),
          row("narrow", x -> Indexing.narrow(x, -1, 1, 10))
              .on(real(2, 12))
              .on(real(30, 12))
              .takes(ANY)
              .matches(x -> References.slice(shape(0, 1), x[0].size(0), 10).of(x)),
          row("gather", (x, i) -> Indexing.gather(x, i, 0))
              .on(real(4, 3), index(4, 2, 5))
              .on(real(20, 30), index(20, 15))
              .on(real(4, 3), index(4))
              .on(real(4, 3), index(4, 0))
              .takes(ANY)
              .matches(References.gather(0)),
          row("gather along 1", (x, i) -> Indexing.gather(x, i, -2))
              .on(real(2, 3, 4), index(3, 5))
              .takes(ANY)
              .matches(References.gather(1)),
          row("oneHot", i -> Indexing.oneHot(i, 5, FLOAT64))
              .on(index(5, 2, 3))
              .on(index(5, 100))
              .on(index(5))
              .on(index(5, 0))
              .gives(FLOAT64)
              .matches(References.oneHot(5)),
          row("oneHot of bools", i -> Indexing.oneHot(i, 3, BOOL))
              .on(index(3, 4))
              .gives(BOOL)
              .matches(References.oneHot(3)),
          product(false, false, shape(3, 4), shape(4, 2), shape(30, 20), shape(20, 40)),
          product(true, false, shape(4, 3), shape(4, 2), shape(20, 30), shape(20, 40)),
          product(false, true, shape(3, 4), shape(2, 4), shape(30, 20), shape(40, 20)),
          product(true, true, shape(4, 3), shape(2, 4), shape(20, 30), shape(40, 20)),
          row("matmul of vectors", (a, b) -> Linalg.matmul(a, b))
              .on(real(1, 1), real(1, 1))
              .on(real(1, 300), real(300, 1))
              .on(real(30, 1), real(1, 30))
              .on(real(2, 0), real(0, 3))
              .on(real(0, 2), real(2, 3))
              .matches(References.matmul(false, false)),
          row("matmul of batches", (a, b) -> Linalg.matmul(a, b))
              .on(real(2, 3, 4), real(2, 4, 5))
              .on(real(2, 2, 3, 4), real(2, 2, 4, 1))
              .on(real(5, 8, 9), real(5, 9, 10))
              .matches(References.matmul(false, false)),
          convolution(1, VALID),
          convolution(2, VALID),
          convolution(1, SAME),
          convolution(2, SAME),
          convolution(4, SAME),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, HALVING),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, PADDED),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, OVERLAPPING),
          pooling("maxPool2d", Pooling::maxPool2d, References::largest, SPARSE),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, HALVING),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, PADDED),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, OVERLAPPING),
          pooling("avgPool2d", Pooling::avgPool2d, References::mean, SPARSE),
          classes(row("softmax", Softmax::softmax)).matches(References.softmax(p -> p)),
          classes(row("logSoftmax", Softmax::logSoftmax)).matches(References.softmax(Math::log)),
          row("sparseSoftmaxCrossEntropy", Softmax::sparseSoftmaxCrossEntropy)
              .on(index(4, 3), real(3, 4))
              .on(index(30, 20), real(20, 30))
              .on(index(3, 2, 2), real(2, 2, 3))
              .on(index(4), real(4))
              .on(index(4, 0), real(0, 4))
              .matches(References::sparse),
          row("softmaxCrossEntropy", Softmax::softmaxCrossEntropy)
              .on(real(3, 4).within(0, 1), real(3, 4))
              .on(real(20, 30).within(0, 1), real(20, 30))
              .on(real(4).within(0, 1), real(4))
              .matches(References::crossEntropy),
          row("sigmoidCrossEntropy", Softmax::sigmoidCrossEntropy)
              .on(real(3, 4).within(0, 1), real(3, 4))
              .on(real(20, 30).within(0, 1), real(20, 30))
              .on(real().within(0, 1), real())
              .on(real(0, 3).within(0, 1), real(0, 3))
              .is(
                  (z, x) ->
                      -z * Math.log(References.sigmoid(x))
                          - (1 - z) * Math.log(1 - References.sigmoid(x))),
          row("uniform", () -> Randoms.uniform(KEY, FLOAT64, 0, 1, 5, 3))
              .gives(FLOAT64)
              .matches(References.uniform(KEY, 5, 3)),
          row("normal", () -> Randoms.normal(KEY, FLOAT64, 0, 1, 5, 3))
              .gives(FLOAT64)
              .matches(References.normal(KEY, 5, 3)),
          row("truncatedNormal", () -> Randoms.truncatedNormal(KEY, FLOAT64, 0, 1, 4))
              .gives(FLOAT64)
              .matches(References.normal(KEY, 4)));

  static final List<Row> ROWS = Stream.of(POINTWISE, OTHERS).flatMap(List::stream).toList();

  private static double is(boolean condition) {
    return condition ? 1 : 0;
  }

  private static Row reduction(
      String name, Row.Unary op, ToDoubleFunction<double[]> function, int... axes) {
    return row(name, op)
        .on(real(2, 3, 4))
        .on(real(6, 20, 10))
        .matches(References.reduce(function, false, axes));
  }

  private static Row product(boolean left, boolean right, int[]... shapes) {
    return row(
            "matmul" + (left ? " transposed" : "") + (right ? " by transposed" : ""),
            (a, b) -> Linalg.matmul(a, b, left, right))
        .on(real(shapes[0]), real(shapes[1]))
        .on(real(shapes[2]), real(shapes[3]))
        .matches(References.matmul(left, right));
  }

  private static Row convolution(int step, Window.Padding padding) {
    return row(
            "conv2d " + padding + " by " + step, (x, k) -> Convolution.conv2d(x, k, step, padding))
        .on(real(2, 4, 5, 2), real(3, 2, 2, 3))
        .on(real(1, 3, 3, 1), real(1, 1, 1, 1))
        .on(real(3, 10, 9, 4), real(3, 3, 4, 5))
        .on(real(0, 4, 5, 2), real(3, 2, 2, 3))
        .on(real(2, 4, 5, 0), real(3, 2, 0, 3))
        .matches(References.conv2d(step, padding == SAME));
  }

  private static Row pooling(
      String name,
      BiFunction<Object, Window, Tensor> op,
      ToDoubleFunction<double[]> function,
      Window window) {
    return row(name + " " + window, x -> op.apply(x, window))
        .on(real(2, 4, 5, 2))
        .on(real(2, 4, 5, 2).within(-2, -1))
        .on(real(3, 10, 9, 4))
        .on(real(0, 4, 5, 2))
        .matches(References.pool(window, function));
  }

  private static Row classes(Row row) {
    return row.on(real(3, 4)).on(real(20, 30)).on(real(5)).on(real(2, 2, 3)).on(real(0, 4));
  }
}
