package dev.tapedeck.checkpoint;

import static dev.tapedeck.tensor.Index.ALL;
import static dev.tapedeck.tensor.Index.ELLIPSIS;
import static dev.tapedeck.tensor.Index.NEW_AXIS;
import static dev.tapedeck.tensor.Index.range;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.autodiff.Unconnected;
import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.ops.FusedUpdate;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Counting;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.expr.Formula;
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
import dev.tapedeck.ops.neural.Ctc;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Functions that together have every op, of tensors that begin with one to differentiate by. */
final class SavedOpsTable {
  private SavedOpsTable() {}

  /** A function of tensors, which may give a list of them, and its arguments. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(Function<List<Tensor>, Object> function, Tensor... arguments) {}

  private static final Map<String, Row> ROWS = new LinkedHashMap<>();

  private static final Tensor SQUARE = matrix(4, 1, -2, 1, 5, 0.5, -1, 2, 3);
  private static final Tensor LOWER = matrix(2, 0, 0, 1, 3, 0, 0.5, -1, 2);
  private static final Tensor IMAGES =
      Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 2, 6, 6, 4);
  private static final Tensor KERNEL =
      Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, 3, 3, 2, 6);
  private static final Tensor TALL =
      Randoms.normal(RandomKey.of(3), DType.FLOAT32, 0, 1, 3, 2, 3, 4);
  private static final Tensor LINE = Tensor.of(new double[] {3, -1, 2, 2, 0.5, 7});
  private static final Tensor IDS = Tensor.of(new int[] {0, 0, 1, 1, 2, 2});

  private static Tensor matrix(double... values) {
    return Tensor.of(values).reshape(3, 3);
  }

  static Map<String, Row> rows() {
    return ROWS;
  }

  private static void row(String name, Function<List<Tensor>, Object> f, Tensor... arguments) {
    ROWS.put(name, new Row(f, arguments));
  }

  /** A row of a function and its first and second gradients. */
  private static void smooth(String name, Function<Tensor, Object> f, Tensor x) {
    row(name, in -> f.apply(in.getFirst()), x);
    row(name + " gradients", in -> gradients(f, in.getFirst()), x);
  }

  private static Object gradients(Function<Tensor, Object> f, Tensor x) {
    try (GradientTape outer = new GradientTape().manual();
        GradientTape inner = new GradientTape().manual()) {
      outer.watch(x);
      inner.watch(x);
      Tensor y = (Tensor) f.apply(x);
      Tensor first =
          inner.gradient(List.of(Maths.square(y)), List.of(x), null, Unconnected.ZERO).getFirst();
      Tensor second =
          outer
              .gradient(List.of(Maths.square(first)), List.of(x), null, Unconnected.ZERO)
              .getFirst();
      return List.of(y, first, second);
    }
  }

  /** Returns steps of one sequence of one feature. */
  private static Tensor sequence(Tensor x) {
    return x.reshape(-1, 1, 1);
  }

  private static Tensor positive(Tensor x) {
    return Indexing.booleanMask(x, x.greater(0));
  }

  static {
    smooth("add", x -> x.add(1).mul(x).sub(2.5), LINE);
    smooth("explicit gradient", x -> Softmax.sigmoidCrossEntropy(LINE, x), LINE);
    smooth("same sizes", x -> Softmax.sigmoidCrossEntropy(positive(LINE), positive(x)), LINE);
    smooth("softmax", x -> Softmax.softmax(x), SQUARE);
    smooth(
        "attention",
        x ->
            Attention.dotProductAttention(
                x.reshape(3, 1, 3), x.reshape(3, 1, 3), x.reshape(3, 1, 3), null, true, 0.5),
        SQUARE);
    smooth(
        "masked attention",
        x ->
            Attention.dotProductAttention(
                x.reshape(3, 1, 3),
                x.reshape(3, 1, 3),
                x.reshape(3, 1, 3),
                x.greater(1),
                false,
                0.5),
        SQUARE);
    smooth("withMask", x -> x.withMask(x.equal(x)).mul(x), SQUARE);
    smooth("contiguous", x -> x.transpose().contiguous().mul(x), SQUARE);
    smooth("logSoftmax", x -> Softmax.logSoftmax(x), SQUARE);
    smooth("sparse", x -> Softmax.sparseSoftmaxCrossEntropy(new int[] {0, 2, 1}, x), SQUARE);
    smooth(
        "ofLabels",
        x -> new Softmax.LabelProbability().applyTo(Tensor.of(new int[] {0, 2, 1}), x).mul(x.sum()),
        SQUARE);
    smooth(
        "batchNormTraining",
        x -> Normalization.batchNormTraining(x, SQUARE.get(0), null, 0.1).y(),
        SQUARE);
    smooth("matmul", x -> Linalg.matmul(x, SQUARE, true, false), SQUARE);
    smooth("solve", x -> Solving.solve(x, SQUARE), SQUARE);
    smooth("triangularSolve", x -> Solving.triangularSolve(x, SQUARE, true, true), LOWER);
    smooth("inverse", x -> Solving.inverse(x), SQUARE);
    smooth("pinv", x -> Solving.pinv(x), SQUARE);
    smooth("det", x -> Determinants.det(x), SQUARE);
    row("slogdet", in -> Determinants.slogdet(in.getFirst()), SQUARE);
    smooth("cholesky", x -> Decompositions.cholesky(Linalg.matmul(x, x, false, true)), LOWER);
    row("qr", in -> Decompositions.qr(in.getFirst()), SQUARE);
    row("svd", in -> Decompositions.svd(in.getFirst()), SQUARE);
    row(
        "ctcBeamSearchDecode",
        in -> Ctc.ctcBeamSearchDecode(in.getFirst().reshape(1, 3, 3), new int[] {3}, 4, 2, 0),
        SQUARE);
    row("fft", in -> Fourier.fft(new Complex(in.getFirst(), in.getFirst())), SQUARE);
    smooth("irfft", x -> Fourier.irfft(Fourier.rfft(x)).mul(x), LINE);
    row("eigh", in -> Decompositions.eigh(in.getFirst()), SQUARE);
    smooth("singularValues", x -> Decompositions.singularValues(x), SQUARE);
    smooth("sum", x -> Reductions.sum(x, true, 1), SQUARE);
    smooth("mean", x -> Reductions.mean(x, 0), SQUARE);
    smooth("max", x -> Reductions.max(x, 0), SQUARE);
    smooth("logSumExp", x -> Reductions.logSumExp(x, 1), SQUARE);
    smooth("prod", x -> Reductions.prod(x, 1), SQUARE);
    row("any", in -> Reductions.any(in.getFirst().greater(0), 0), SQUARE);
    row("argmax", in -> Reductions.argmax(in.getFirst(), 1), SQUARE);
    row("cast", in -> Casting.cast(in.getFirst(), DType.BFLOAT16), SQUARE);
    smooth("segmentSum", x -> Segments.segmentSum(x, IDS), LINE);
    smooth("segmentMax", x -> Segments.segmentMax(x, IDS), LINE);
    smooth("unsorted", x -> Segments.unsortedSegmentMin(x, IDS, 4), LINE);
    smooth("cumsum", x -> Cumulative.cumsum(x, 0, true, true), LINE);
    smooth("cumprod", x -> Cumulative.cumprod(x, 0), LINE);
    row("unique", in -> Counting.unique(in.getFirst()).values(), LINE);
    row("bincount", in -> Counting.bincount(in.getFirst(), 4), IDS);
    Window window = Window.of(2, 3).strides(2, 1).padding(Window.Padding.SAME);
    Tensor h0 = Tensor.of(new double[][] {{0.5}});
    Tensor four = Tensor.of(new double[][] {{1, -0.5, 2, 0.25}});
    Tensor three = Tensor.of(new double[][] {{0.5, 1, -1}});
    smooth("gru", x -> Recurrent.gru(sequence(x), h0, three, three, null, null), LINE);
    row(
        "lstm",
        in -> Recurrent.lstm(sequence(in.getFirst()), h0, h0, four, four, null, null),
        LINE);
    smooth("maxPool2d", x -> Pooling.maxPool2d(x, window), IMAGES);
    smooth("avgPool2d", x -> Pooling.avgPool2d(x, window), IMAGES);
    var grouped = new ConvOptions().strides(2).groups(2);
    smooth("conv2d", x -> Convolution.conv2d(x, KERNEL, grouped), IMAGES);
    smooth("conv2d kernel", k -> Convolution.conv2d(IMAGES, k, grouped), KERNEL);
    smooth("conv2dTranspose", x -> Convolution.conv2dTranspose(x, TALL, grouped), IMAGES);
    smooth("sort", x -> Sorting.sort(x, 0, true), LINE);
    row("topK", in -> Sorting.topK(in.getFirst(), 2), SQUARE);
    row("searchSorted", in -> Sorting.searchSorted(new double[] {0, 1, 2}, in.getFirst()), LINE);
    smooth("get", x -> x.get(range(-3, -1).by(1), NEW_AXIS, ELLIPSIS), SQUARE);
    smooth("get backwards", x -> x.get(ALL.by(-2), 1), SQUARE);
    smooth("gather", x -> Indexing.gather(x, new int[] {2, 0}, 1), SQUARE);
    row("unravelIndex", in -> Indexing.unravelIndex(in.getFirst(), 2, 3), IDS);
    row("nonZero", in -> Indexing.nonZero(in.getFirst().greater(0)), SQUARE);
    row("oneHot", in -> Indexing.oneHot(in.getFirst(), 3, DType.FLOAT16), IDS);
    smooth("gatherNd", x -> Scattering.gatherNd(x, new int[][] {{0, 1}, {2, 2}}), SQUARE);
    smooth(
        "update",
        x -> Scattering.tensorScatterUpdate(x, new int[][] {{1}}, new double[] {5}),
        LINE);
    smooth(
        "takeAlongAxis", x -> Scattering.takeAlongAxis(x, new int[][] {{2}, {0}, {1}}, 1), SQUARE);
    smooth("pad", x -> Rearranging.pad(x, new int[][] {{1, 0}, {0, 2}}, 0.5f), SQUARE);
    smooth("pad whole", x -> Rearranging.pad(x, new int[][] {{1, 0}, {0, 2}}, 7), SQUARE);
    smooth("reverse", x -> Rearranging.reverse(x, 1), SQUARE);
    smooth("diag", x -> Diagonals.diag(x), LINE);
    smooth("diagPart", x -> Diagonals.diagPart(x), SQUARE);
    smooth("tril", x -> Diagonals.tril(x, -1), SQUARE);
    smooth("reshape", x -> x.reshape(9).reshape(1, -1), SQUARE);
    smooth("transpose", x -> Shaping.transpose(x, 1, 0), SQUARE);
    smooth("broadcastTo", x -> Shaping.broadcastTo(x, 2, 6), LINE);
    smooth("concat", x -> Joining.concat(0, x, LINE, x), LINE);
    smooth("split", x -> Joining.split(x, 3, 0).get(1), LINE);
    smooth(
        "cond",
        x -> ControlFlow.cond(x.sum().greater(0), () -> x.mul(x), () -> Maths.exp(x).mul(SQUARE)),
        SQUARE);
    smooth(
        "switchCase of draws",
        x ->
            ControlFlow.switchCase(
                    x.max().cast(DType.INT32),
                    List.of(
                        () -> List.of(x),
                        () ->
                            List.of(
                                x.mul(
                                    Randoms.uniform(RandomKey.of(1), DType.FLOAT64, 0, 1, 3, 3)))))
                .getFirst(),
        SQUARE);
    smooth(
        "whileLoop",
        x ->
            ControlFlow.whileLoop(
                    in -> in.getFirst().less(3),
                    in -> List.of(in.getFirst().add(1), Maths.sin(in.get(1)).mul(x)),
                    List.of(0, x))
                .get(1),
        SQUARE);
    Variable counter = Variable.untrainable(new double[] {1, 2, 3, 4, 5, 6}, "counter");
    row(
        "whileLoop that assigns",
        in ->
            ControlFlow.whileLoop(
                    state -> state.getFirst().less(3),
                    state -> {
                      counter.assignAdd(in.getFirst());
                      return List.of(state.getFirst().add(1), state.get(1).mul(counter));
                    },
                    List.of(0, in.getFirst()))
                .get(1),
        LINE);
    smooth("accumulate", x -> ControlFlow.accumulate((a, b) -> a.mul(b).add(1.5), 1.0, x), LINE);
    smooth("stopGradient", x -> x.mul(Gradients.stopGradient(x)), LINE);
    row(
        "draws",
        in -> {
          RandomKey key = RandomKey.of(7).foldIn(3);
          return List.of(
              Randoms.uniform(key, DType.INT32, -5, 5, 8),
              Randoms.truncatedNormal(key, DType.FLOAT32, 0, 2, 8),
              Randoms.gamma(key, in.getFirst().abs(), 6),
              Randoms.permutation(key, 6));
        },
        LINE);
    row("counts", in -> Randoms.binomial(RandomKey.of(7), 9f, 0.25f, 6), LINE);
    RandomGenerator generator = RandomGenerator.of(5);
    smooth(
        "customGradient",
        x ->
            Gradients.customGradient(
                in -> {
                  Tensor e = Maths.exp(in[0]);
                  return new Gradients.Custom(Maths.log1p(e), g -> List.of(g.mul(e).div(e.add(1))));
                },
                x),
        LINE);
    smooth("recompute", x -> Gradients.recompute(in -> Maths.sin(in[0]).mul(in[0]), x), LINE);
    row("fold", in -> Randoms.normal(generator.next().foldIn(2), DType.FLOAT64, 0, 1, 3), LINE);
    Variable variable = Variable.of(new double[] {1, 2, 3, 4, 5, 6}, "v");
    Variable second = Variable.of(new double[] {1, 1, 1, 1, 1, 1}, "w");
    FusedUpdate both =
        FusedUpdate.of("both", 3, x -> List.of(x[0].plus(x[2]), x[0].plus(x[2]).times(x[1])));
    Pointwise twice = Pointwise.numeric(Formula.of("twice", (x, y) -> x.plus(y)));
    row(
        "assignments",
        in -> {
          Tensor before = variable.value();
          variable.assign(in.getFirst());
          variable.at(range(0, 2)).assign(3);
          twice.into(variable, variable, in.getFirst());
          both.into(List.of(variable, second), variable, second, in.getFirst());
          return List.of(before, Operands.tensor(variable).add(0), Operands.tensor(second).add(0));
        },
        LINE);
    for (DType dtype : DType.fixedSize()) {
      Tensor small = Casting.cast(new double[] {0, 1, 2}, dtype);
      Tensor large = Casting.cast(new double[40], dtype);
      row(
          "constants of " + dtype,
          in -> List.of(small, large, Joining.concat(0, small, large), in.getFirst()),
          LINE);
    }
    double tiny = Double.MIN_VALUE;
    Tensor special = Tensor.of(new double[] {Double.NaN, 1 / 0.0, -1 / 0.0, -0.0, tiny, 1 / 3.0});
    row("special values", in -> List.of(special, in.getFirst().mul(special)), LINE);
    row("what it was given", in -> in.getFirst(), LINE);
  }
}
