package dev.tapedeck.savedmodel;

import static dev.tapedeck.ops.expr.Primitive.AND;
import static dev.tapedeck.ops.expr.Primitive.NOT;
import static dev.tapedeck.ops.expr.Primitive.OR;
import static dev.tapedeck.ops.expr.Primitive.XOR;
import static dev.tapedeck.tensor.Index.ALL;
import static dev.tapedeck.tensor.Index.ELLIPSIS;
import static dev.tapedeck.tensor.Index.NEW_AXIS;
import static dev.tapedeck.tensor.Index.range;

import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.preprocessing.CategoryEncoding;
import dev.tapedeck.layers.preprocessing.OutputMode;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.CheckRange;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Counting;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.MatchShape;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.ops.linalg.Decompositions;
import dev.tapedeck.ops.linalg.Determinants;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.ops.linalg.Fourier;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.linalg.Solving;
import dev.tapedeck.ops.neural.Attention;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Functions that together have every op that is exported. */
final class OpsTable {
  private OpsTable() {}

  /** A function of tensors to a list of them, and its arguments. */
  record Row(Function<List<Tensor>, List<Tensor>> function, List<Tensor> arguments) {
    ConcreteFunction traced() {
      return traced(arguments.toArray());
    }

    /**
     * Returns the function for arguments of any sizes.
     *
     * @throws IllegalArgumentException if it needs known ones
     */
    ConcreteFunction ofAnySizes() {
      return traced(arguments.stream().map(Row::open).toArray());
    }

    private static TensorSpec open(Tensor tensor) {
      long[] sizes = tensor.shape().toArray();
      Arrays.fill(sizes, Shape.UNKNOWN);
      return new TensorSpec(tensor.dtype(), Shape.of(sizes));
    }

    private ConcreteFunction traced(Object... specs) {
      return TracedFunction.<List<Tensor>>ofAll(
              "row", all -> function.apply(all.stream().map(Tensor.class::cast).toList()))
          .concreteFunction(specs);
    }

    List<Tensor> expected() {
      return List.copyOf(function.apply(arguments));
    }
  }

  private static final Map<String, Row> ROWS = new LinkedHashMap<>();

  private static final Tensor SQUARE = matrix(4, 1, -2, 1, 5, 0.5, -1, 2, 3);
  private static final Tensor LOWER = matrix(2, 0, 0, 1, 3, 0, 0.5, -1, 2);
  private static final Tensor LINE = Tensor.of(new float[] {3, -1, 2, 2, 0.5f, 7});
  private static final Tensor IDS = Tensor.of(new int[] {0, 0, 1, 1, 2, 2});

  private static Tensor matrix(double... values) {
    return Tensor.of(values).cast(DType.FLOAT32).reshape(3, 3);
  }

  private static Tensor drawn(int... sizes) {
    long[] shape = Arrays.stream(sizes).asLongStream().toArray();
    return Randoms.normal(RandomKey.of(sizes.length), DType.FLOAT32, 0, 1, shape);
  }

  static Map<String, Row> rows() {
    return ROWS;
  }

  private static void row(String name, UnaryOperator<Tensor> function, Tensor argument) {
    several(name, in -> List.of(function.apply(in.getFirst())), argument);
  }

  private static void several(
      String name, Function<List<Tensor>, List<Tensor>> function, Tensor... arguments) {
    ROWS.put(name, new Row(function, List.of(arguments)));
  }

  /** Adds a row for each type that a primitive takes. */
  private static void primitive(Primitive primitive) {
    for (DType dtype : List.of(DType.FLOAT32, DType.INT32, DType.BOOL)) {
      DType[] types = new DType[primitive.arity()];
      Arrays.fill(types, dtype);
      types[0] = primitive == Primitive.SELECT ? DType.BOOL : dtype;
      Formula formula = Formula.of(primitive.name(), primitive);
      boolean ofBools = Set.of(AND, OR, XOR, NOT).contains(primitive);
      if (ofBools ? dtype == DType.BOOL : formula.type(List.of(types)).isPresent()) {
        Pointwise op = Pointwise.group(formula);
        several(
            primitive + " of " + dtype,
            in -> List.of(op.applyTo(in.toArray(Tensor[]::new))),
            operands(primitive, types));
      }
    }
  }

  private static Tensor[] operands(Primitive primitive, DType... types) {
    double[][] numbers = {
      {0.5, -0.25, 2, 1, -3, 0, 0.75}, {2, 0.5, -0.75, 3, 2, 1, 0}, {4, 5, 6, 7, 8, 9, 1}
    };
    boolean order = primitive == Primitive.POLYGAMMA;
    boolean divisor = primitive.name().startsWith("FLOOR_");
    Tensor[] operands = new Tensor[types.length];
    for (int i = 0; i < types.length; i++) {
      Tensor x = Tensor.of(numbers[i]);
      Tensor positive = order || (types[i] == DType.INT32 && i == 1) ? x.abs() : x;
      Tensor whole = order && i == 0 ? Maths.floor(positive).add(1) : positive;
      boolean nonzero = divisor && i == 1 && types[i] == DType.INT32;
      operands[i] = nonzero ? whole.cast(types[i]).add(1) : whole.cast(types[i]);
    }
    return operands;
  }

  private static Function<List<Tensor>, List<Tensor>> loop(int steps) {
    return in -> {
      var made =
          ControlFlow.scan(
              (carried, slices) -> {
                Tensor next = Maths.sin(carried.getFirst()).add(slices.getFirst());
                return new ControlFlow.Step<>(List.of(next), List.of(next.mul(2)));
              },
              List.of(in.get(0)),
              List.of(in.get(1)));
      return List.of(made.carried().getFirst(), made.given().getFirst().mul(steps));
    };
  }

  static {
    Arrays.stream(Primitive.values()).forEach(OpsTable::primitive);
    Map<String, UnaryOperator<Tensor>> activations = new LinkedHashMap<>();
    activations.put("relu", Activations::relu);
    activations.put("relu6", Activations::relu6);
    activations.put("leakyRelu", Activations::leakyRelu);
    activations.put("elu", Activations::elu);
    activations.put("selu", Activations::selu);
    activations.put("celu", Activations::celu);
    activations.put("gelu", Activations::gelu);
    activations.put("geluTanh", Activations::geluTanh);
    activations.put("silu", Activations::silu);
    activations.put("mish", Activations::mish);
    activations.put("logSigmoid", Activations::logSigmoid);
    activations.put("softsign", Activations::softsign);
    activations.put("squareplus", Activations::squareplus);
    activations.put("hardSigmoid", Activations::hardSigmoid);
    activations.put("sparsemax", Activations::sparsemax);
    activations.put("glu", Activations::glu);
    activations.put("logSoftmax", Activations::logSoftmax);
    activations.put("square", Maths::square);
    activations.put("rsqrt", Maths::rsqrt);
    activations.put("zerosLike", Creation::zerosLike);
    activations.forEach((name, function) -> row(name, function, LINE));

    Tensor edges =
        Tensor.of(
            new float[] {
              Float.NEGATIVE_INFINITY, -1e30f, -0f, 1, Float.POSITIVE_INFINITY, Float.NaN
            });
    several(
        "hypot of edges",
        in -> List.of(Maths.hypot(in.get(0), in.get(1))),
        edges.reshape(6, 1),
        edges);
    row(
        "floorDiv just below whole numbers",
        x -> Maths.floorDiv(x, 0.1f),
        Tensor.of(new float[] {7, -7, 0.3f}));
    Tensor bytes = Tensor.of(new int[] {0, 3, 255}).cast(DType.UINT8);
    row("neg of bytes", Maths::neg, bytes);
    row("abs of bytes", Maths::abs, bytes);
    row("sign of bytes", Maths::sign, bytes);
    row("pow of bytes", x -> Maths.pow(x, 3), bytes);
    row("erfinv of float16", SpecialFunctions::erfinv, Tensor.of(0f).cast(DType.FLOAT16));
    row("clip", x -> Maths.clip(x, -1, 2), LINE);
    row("matmul", x -> Linalg.matmul(x, SQUARE, true, false), SQUARE);
    row("solve", x -> Solving.solve(x, SQUARE, true), SQUARE);
    row("triangularSolve", x -> Solving.triangularSolve(x, SQUARE, true, true), LOWER);
    Tensor one = LOWER.reshape(1, 3, 3);
    Tensor two = Joining.stack(0, LOWER, LOWER.mul(2));
    row("solve of batches", x -> Solving.solve(x, one), two);
    row("triangularSolve of batches", x -> Solving.triangularSolve(x, one, true, false), two);
    row("inverse", Solving::inverse, SQUARE);
    row("det", Determinants::det, SQUARE);
    several(
        "slogdet",
        in -> {
          var made = Determinants.slogdet(in.getFirst());
          return List.of(made.sign(), made.logAbsDet());
        },
        SQUARE);
    row("cholesky", x -> Decompositions.cholesky(Linalg.matmul(x, x, false, true)), LOWER);
    row(
        "qr",
        x -> {
          var made = Decompositions.qr(x);
          return made.q().abs().matmul(made.r().abs());
        },
        SQUARE);
    row(
        "svd",
        x -> {
          var made = Decompositions.svd(x);
          return made.u().mul(made.s()).matmul(made.v().transpose());
        },
        SQUARE);
    row("eigh", x -> Decompositions.eigh(Linalg.matmul(x, x, false, true)).values(), SQUARE);
    row("singularValues", Decompositions::singularValues, SQUARE);
    row("fft", x -> Fourier.fft(new Complex(x, x.mul(2))).imaginary(), SQUARE);
    row("irfft", x -> Fourier.irfft(Fourier.rfft(x)).mul(x), LINE);
    row("diag", Diagonals::diag, LINE);
    row("diagPart", Diagonals::diagPart, SQUARE);
    row("tril", x -> Diagonals.tril(x, -1), SQUARE);
    row("triu", x -> Diagonals.triu(x, 0), SQUARE);

    row("sum", x -> Reductions.sum(x, true, 1), SQUARE);
    row("mean", x -> Reductions.mean(x, 0), SQUARE);
    row("prod", x -> Reductions.prod(x, 1), SQUARE);
    row("min", x -> Reductions.min(x), SQUARE);
    row("logSumExp", x -> Reductions.logSumExp(x, 1), SQUARE);
    row("any", x -> Reductions.any(x.greater(4), 0), SQUARE);
    row("all", x -> Reductions.all(x.greater(0), 0), SQUARE);
    row("argmax", x -> Reductions.argmax(x, 1), SQUARE);
    row("argmin", x -> Reductions.argmin(x, 0), SQUARE);
    row("cast", x -> x.cast(DType.BFLOAT16).cast(DType.FLOAT32), SQUARE);
    row("segmentMax", x -> Segments.unsortedSegmentMax(x, IDS, 4), LINE);
    row("segmentMin", x -> Segments.segmentMin(x, Tensor.of(new int[] {0, 0, 2, 2, 3, 3})), LINE);
    row("segmentSum", x -> Segments.unsortedSegmentSum(x, IDS, 4), LINE);
    row("lookup", x -> Indexing.embeddingLookup(x, new int[][] {{2, 0}}), SQUARE);
    row("cumsum", x -> Cumulative.cumsum(x, 0, true, true), LINE);
    row("cumprod", x -> Cumulative.cumprod(x, 0), LINE);
    several(
        "unique",
        in -> {
          var made = Counting.unique(in.getFirst());
          return List.of(made.values(), made.indices(), made.counts());
        },
        LINE);
    row("bincount", x -> Counting.bincount(x, 5), IDS);
    row("bincount of weights", x -> Counting.bincount(IDS, 2, x), LINE);
    row("sort", x -> Sorting.sort(x, 0, true), LINE);
    row("argsort", x -> Sorting.argsort(x, 0), SQUARE);
    row("topK", x -> Sorting.topK(x, 2).values(), SQUARE);
    row("searchSorted", x -> Sorting.searchSorted(new float[] {0, 1, 2}, x, true), LINE);
    row("searchSorted by row", x -> Sorting.searchSorted(Sorting.sort(x, 1), x), SQUARE);
    row("nonZero", x -> Indexing.nonZero(x.greater(0)), SQUARE);
    row("oneHot", x -> Indexing.oneHot(x, 3, DType.FLOAT32), IDS);
    row("encode", x -> new CategoryEncoding(3).outputMode(OutputMode.COUNT).apply(x), IDS);
    row("gather", x -> Indexing.gather(x, new int[] {2, 0}, 1), SQUARE);
    row("gatherNd", x -> Scattering.gatherNd(x, new int[][] {{0, 1}, {2, 2}}), SQUARE);
    row("scatterNd", x -> Scattering.scatterNd(new int[][] {{1}, {1}, {0}}, x, 4, 3), SQUARE);
    row(
        "scatterUpdate",
        x -> Scattering.tensorScatterUpdate(x, new int[][] {{1}}, new float[] {5}),
        LINE);
    row("takeAlongAxis", x -> Scattering.takeAlongAxis(x, new int[][] {{2, 0, 1}}, 0), SQUARE);

    row("get", x -> x.get(range(-3, -1).by(1), NEW_AXIS, ELLIPSIS, -1), SQUARE);
    row("get backwards", x -> x.get(ALL.by(-2), 1), SQUARE);
    row("get mixed", x -> x.get(ELLIPSIS, NEW_AXIS, range(0, 5)), SQUARE);
    row("pad", x -> Rearranging.pad(x, new int[][] {{1, 0}, {0, 2}}, 0.5f), SQUARE);
    row("reverse", x -> Rearranging.reverse(x, 1), SQUARE);
    row("reshape", x -> x.reshape(9, 1).reshape(1, -1), SQUARE);
    row("transpose", x -> Shaping.transpose(x, 1, 0).contiguous(), SQUARE);
    row("broadcastTo", x -> Shaping.broadcastTo(x, 2, 6), LINE);
    row("concat", x -> Joining.concat(0, x, LINE, x), LINE);
    row("split", x -> Joining.split(x, 3, 0).get(1), LINE);
    several("split unevenly", in -> Joining.split(in.getFirst(), new long[] {1, 5}, 0), LINE);
    row("withMask", x -> x.withMask(x.equal(x)).mul(x), SQUARE);
    row("masked", x -> x.withMask(x.equal(x)), SQUARE);
    row("stopGradient", x -> x.mul(Gradients.stopGradient(x)), LINE);
    row("recompute", x -> Gradients.recompute(in -> Maths.sin(in[0]).mul(in[0]), x), LINE);
    row("what it was given", x -> x, LINE);
    several(
        "same sizes",
        in -> {
          Tensor positive = in.getFirst().greater(0);
          Tensor x = Indexing.booleanMask(in.getFirst(), positive);
          return List.of(CheckSizes.check("row", "x", x, Indexing.booleanMask(LINE, positive)));
        },
        LINE);
    row("in range", x -> new CheckRange("row", "ids", 0, 5, "give others").applyTo(x), IDS);
    row(
        "matchShape",
        x -> new MatchShape().applyTo(Tensor.of(2f), Indexing.booleanMask(x, x.greater(0))),
        LINE);

    Window window = Window.of(2, 3).strides(2, 1).padding(Window.Padding.SAME);
    row("maxPool2d", x -> Pooling.maxPool2d(x, window), drawn(2, 6, 6, 4));
    row("padded", x -> Pooling.maxPool2d(x, Window.of(3, 3).padding(1)), drawn(2, 6, 6, 4));
    row("avgPool2d", x -> Pooling.avgPool2d(x, window), drawn(2, 6, 6, 4));
    var grouped = new ConvOptions().strides(2).groups(2);
    row("conv2d", x -> Convolution.conv2d(x, drawn(3, 3, 2, 6), grouped), drawn(2, 6, 6, 4));
    row(
        "conv2dTranspose",
        x -> Convolution.conv2dTranspose(x, drawn(3, 2, 3, 4), grouped),
        drawn(2, 6, 6, 4));
    row("softmax", x -> Softmax.softmax(x, 0), SQUARE);
    row("batchNormTraining", x -> Normalization.batchNormTraining(x, null, null, 0.1).y(), SQUARE);
    row(
        "attention",
        x -> Attention.dotProductAttention(x, x, x, x.get(ALL, ALL, 0, 0).greater(0), true, 0.5),
        drawn(1, 3, 1, 3));
    for (int time : new int[] {4, 20}) {
      Tensor h = drawn(2, 3);
      several(
          "lstm of " + time,
          in -> {
            var made = Recurrent.lstm(in.getFirst(), h, h, drawn(2, 12), drawn(3, 12), null, null);
            return List.of(made.outputs(), made.memories());
          },
          drawn(time, 2, 2));
      several("scan of " + time, loop(time), drawn(2, 3), drawn(time, 2, 3));
      several(
          "accumulate of " + time,
          in -> List.of(ControlFlow.accumulate((a, b) -> a.mul(b).add(0.5), 1.0f, in.getFirst())),
          drawn(time));
    }
    several(
        "whileLoop",
        in ->
            List.of(
                ControlFlow.whileLoop(
                        state -> state.getFirst().less(3),
                        state ->
                            List.of(
                                state.get(0).add(1), Maths.sin(state.get(1)).mul(in.getFirst())),
                        List.of(0, in.getFirst()))
                    .get(1)),
        SQUARE);
    row(
        "cond",
        x -> ControlFlow.cond(x.sum().greater(0), () -> x.mul(x), () -> Maths.exp(x)),
        SQUARE);
    row(
        "switchCase",
        x ->
            ControlFlow.switchCase(
                    Reductions.max(x).cast(DType.INT32),
                    List.of(() -> List.of(x), () -> List.of(x.mul(2)), () -> List.of(x.mul(3))))
                .getFirst(),
        SQUARE);
    Variable fixed = Variable.of(new float[] {1, 2, 3, 4, 5, 6}, "fixed");
    row("variable", x -> x.mul(fixed), LINE);
    several("no arguments", _ -> List.of(fixed.mul(2)));
    Variable written = Variable.untrainable(new float[] {1, 1, 1, 1, 1, 1}, "written");
    Pointwise twice = Pointwise.numeric(Formula.of("twice", (x, y) -> x.plus(y).plus(y)));
    several(
        "assignments",
        in -> {
          written.assign(in.getFirst());
          Tensor first = written.mul(1);
          twice.into(written, written, in.getFirst());
          Tensor second = written.value();
          written.assign(new float[] {1, 1, 1, 1, 1, 1});
          return List.of(first, second);
        },
        LINE);
  }
}
