package dev.tapedeck.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.ops.linalg.Determinants;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.ops.linalg.Fourier;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.neural.Attention;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Ops in ONNX Runtime, with unknown first sizes, and which of all ops have a form. */
class OpsOnnxTest {
  private static final Tensor NUMBERS =
      Tensor.of(new float[] {-3, -1.5f, -1e-4f, -0f, 0, 1e-4f, 0.3f, 0.5f, 1, 2.5f, 7, 30}, 4, 3);
  private static final Tensor WITHIN =
      Tensor.of(new float[] {-0.9f, -0.1f, 0, 1e-3f, 0.4f, 0.95f}, 3, 2);
  private static final Tensor POSITIVE =
      Tensor.of(new float[] {1e-5f, 0.2f, 1, 1.5f, 9, 1e4f}, 3, 2);
  private static final Tensor WHOLE = Tensor.of(new int[] {-7, -2, -1, 1, 3, 8}, 3, 2);
  private static final Tensor OTHER = Tensor.of(new int[] {3, -5, 4, -3, 2, 3}, 3, 2);
  private static final Tensor EDGES =
      Tensor.of(
          new float[] {
            Float.NEGATIVE_INFINITY,
            -1e30f,
            -1,
            -0f,
            0,
            1,
            1e30f,
            Float.POSITIVE_INFINITY,
            Float.NaN
          });
  private static final Tensor BYTES = Tensor.of(new int[] {2, 0, 3}).cast(DType.UINT8);
  private static final Tensor BOOLS =
      Tensor.of(new int[] {1, 0, 0, 1, 1, 1}, 3, 2).cast(DType.BOOL);

  @TempDir Path temp;

  /** A function of tensors, and its arguments. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(Function<List<Tensor>, Object> function, Tensor... arguments) {}

  private static final Map<String, Row> ROWS = new LinkedHashMap<>();

  private static void one(String name, Function<Tensor, Object> function, Tensor x) {
    ROWS.put(name, new Row(in -> function.apply(in.getFirst()), x));
  }

  private static void two(
      String name, BiFunction<Tensor, Tensor, Object> function, Tensor x, Tensor y) {
    ROWS.put(name, new Row(in -> function.apply(in.get(0), in.get(1)), x, y));
  }

  static {
    one("neg", Maths::neg, NUMBERS);
    one("abs", Maths::abs, NUMBERS);
    one("sign", Maths::sign, NUMBERS);
    one("floor", Maths::floor, NUMBERS);
    one("ceil", Maths::ceil, NUMBERS);
    one("round", Maths::rint, NUMBERS);
    one("trunc", Maths::trunc, NUMBERS);
    one("sqrt", Maths::sqrt, POSITIVE);
    one("rsqrt", Maths::rsqrt, POSITIVE);
    one("cbrt", Maths::cbrt, NUMBERS);
    one("exp", Maths::exp, Maths.minimum(NUMBERS, 5));
    one("expm1", Maths::expm1, Maths.minimum(NUMBERS, 5));
    one("log", Maths::log, POSITIVE);
    one("log2", Maths::log2, POSITIVE);
    one("log10", Maths::log10, POSITIVE);
    one("log1p", Maths::log1p, POSITIVE.sub(0.1));
    one("sin", Maths::sin, NUMBERS);
    one("cos", Maths::cos, NUMBERS);
    one("tan", Maths::tan, WITHIN);
    one("asin", Maths::asin, WITHIN);
    one("acos", Maths::acos, WITHIN);
    one("atan", Maths::atan, NUMBERS);
    one("sinh", Maths::sinh, WITHIN);
    one("cosh", Maths::cosh, WITHIN);
    one("tanh", Maths::tanh, NUMBERS);
    one("asinh", Maths::asinh, NUMBERS);
    one("acosh", Maths::acosh, POSITIVE.add(1));
    one("atanh", Maths::atanh, WITHIN);
    one("erf", SpecialFunctions::erf, NUMBERS);
    one("erfc", SpecialFunctions::erfc, NUMBERS);
    one("not", Logic::logicalNot, BOOLS);
    one("bitNot", Bitwise::bitwiseNot, WHOLE);
    two("atan2", Maths::atan2, NUMBERS, Rearranging.reverse(NUMBERS, 0, 1));
    two("hypot", Maths::hypot, NUMBERS, Rearranging.reverse(NUMBERS, 0));
    two("pow", Maths::pow, POSITIVE, WITHIN);
    two("mod", Maths::mod, NUMBERS, Rearranging.reverse(NUMBERS, 1).sub(0.7));
    two("floorDiv", Maths::floorDiv, NUMBERS, Rearranging.reverse(NUMBERS, 1).sub(0.7));
    two("mod of whole numbers", Maths::mod, WHOLE, OTHER);
    two("floorDiv of whole numbers", Maths::floorDiv, WHOLE, OTHER);
    two("atan2 of edges", Maths::atan2, EDGES.reshape(9, 1), EDGES);
    two("hypot of edges", Maths::hypot, EDGES.reshape(9, 1), EDGES);
    two("floorDiv of edges", Maths::floorDiv, EDGES.reshape(9, 1), EDGES);
    two(
        "floorDiv just below whole numbers",
        Maths::floorDiv,
        Tensor.of(new float[] {7, -7, 0.3f, 6}),
        Tensor.of(new float[] {0.1f, 0.1f, 0.1f, -0.2f}));
    two(
        "floorDiv of large whole numbers",
        Maths::floorDiv,
        Tensor.of(new int[] {Integer.MIN_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE}),
        Tensor.of(new int[] {3, -5, -2}));
    two(
        "floorDiv of int8",
        (x, y) -> Maths.floorDiv(x.cast(DType.INT8), y.cast(DType.INT8)).cast(DType.INT32),
        Tensor.of(new int[] {-128, -128, 127, -6}),
        Tensor.of(new int[] {3, -5, -2, 3}));
    two("divNoNan", Maths::divNoNan, NUMBERS, Rearranging.reverse(NUMBERS, 0));
    two("xlogy", Maths::xlogy, WITHIN, POSITIVE);
    two("notEqual", Logic::notEqual, WHOLE, OTHER);
    two("lessEqual", Logic::lessEqual, WHOLE, OTHER);
    two("xor", Logic::logicalXor, BOOLS, Rearranging.reverse(BOOLS, 0));
    two("bitXor", Bitwise::bitwiseXor, WHOLE, OTHER);
    two("constant result", (x, y) -> Logic.where(x.less(x), x, 3).add(y), WITHIN, POSITIVE);
    one("squareplus", Activations::squareplus, NUMBERS);
    one("celu", Activations::celu, Maths.minimum(NUMBERS, 5));
    one("threshold", x -> Activations.threshold(x, 0.3, 0), NUMBERS);
    one("threshold of others", x -> Activations.threshold(x, 0.3, 2), NUMBERS);
    one("relu of whole numbers", Activations::relu, WHOLE);
    one(
        "leaky relu by column",
        x -> Activations.leakyRelu(x, Tensor.of(new float[] {0.1f, 0, 2})),
        NUMBERS);
    one("elu of a tensor", x -> Activations.elu(x, Tensor.of(new float[] {0.1f, 0, 2})), NUMBERS);
    one("cast", x -> x.cast(DType.INT64), NUMBERS);
    one("argmax", x -> Reductions.argmax(x, 1), NUMBERS);
    one("argmin", x -> Reductions.argmin(x, 0), NUMBERS);
    one("cumsum", x -> Cumulative.cumsum(x, 1, true, true), NUMBERS);
    one("sort", x -> Sorting.sort(x, 1, true), NUMBERS);
    one("argsort", x -> Sorting.argsort(x, 1), WITHIN);
    one("topK", x -> Sorting.topK(x, 2).values(), NUMBERS);
    one("reverse", x -> Rearranging.reverse(x, 0, 1), NUMBERS);
    one("pad", x -> Rearranging.pad(x, new int[][] {{0, 1}, {2, 0}}, 1.5), NUMBERS);
    one("split", x -> Joining.split(x, new long[] {1, 2}, 1).get(1), NUMBERS);
    one("split of the rest", x -> Joining.split(x, new long[] {1, 2}, 1).get(0), NUMBERS);
    one("nonZero", Indexing::nonZero, NUMBERS);
    one("oneHot", x -> Indexing.oneHot(x.abs(), 9, DType.FLOAT32), WHOLE);
    one("oneHot of bytes", x -> Indexing.oneHot(x, 300, DType.FLOAT32), BYTES);
    one("slice", x -> x.get(Index.from(1), -2, Index.NEW_AXIS), NUMBERS);
    one("slice back", x -> x.get(Index.ELLIPSIS, new Index.Range(null, 0L, -1)), NUMBERS);
    one("slice within", x -> x.get(Index.range(-3, -1), Index.range(0, 2)), NUMBERS);
    one("two positions", x -> x.reshape(-1, 3, 1).get(1, 2), NUMBERS);
    one("tile", x -> Rearranging.tile(x, 2, 3), NUMBERS);
    one("onesLike", x -> Creation.onesLike(x).add(x.sum()), NUMBERS);
    one("any", x -> Reductions.any(x, 1), BOOLS);
    one("all", x -> Reductions.all(x, 0), BOOLS);
    one("prod", x -> Reductions.prod(x, 1), WITHIN);
    one("logSumExp", x -> Reductions.logSumExp(x, 1), NUMBERS);
    one("mean of all", x -> Reductions.mean(x), NUMBERS);
    one("variance", x -> Reductions.variance(x, 0), NUMBERS);
    one("tril", x -> Diagonals.tril(x, 1), NUMBERS.reshape(2, 2, 3));
    one("triu", x -> Diagonals.triu(x, -1), NUMBERS.reshape(2, 2, 3));
    one("determinant", Determinants::det, NUMBERS.reshape(3, 2, 2));
    one("fft", x -> Fourier.fft(new Complex(x, x.mul(2))).imaginary(), NUMBERS);
    one("ifft", x -> Fourier.ifft(new Complex(x, x.mul(2))).real(), NUMBERS);
    one("flatten of unknown sizes", x -> Shaping.expandDims(x, 1), NUMBERS);
    two(
        "takeAlongAxis",
        (x, i) -> Scattering.takeAlongAxis(x, i, 1),
        NUMBERS,
        Tensor.of(new int[] {0, 2, 1, 1, 0, 0, 2, 2}, 4, 2));
    two("gatherNd", Scattering::gatherNd, NUMBERS, Tensor.of(new int[] {0, 2, 3, 1}, 2, 2));
    two("gather", (x, i) -> Indexing.gather(x, i, 1), NUMBERS, Tensor.of(new int[] {2, 0}));
    one("neg of bytes", Maths::neg, BYTES);
    one("pow of bytes", x -> Maths.pow(x, 3), BYTES);
    one("sum of bytes", x -> Reductions.sum(x.add(90)), BYTES);
    one("cumsum of bytes", x -> Cumulative.cumsum(x, 0), BYTES);
    one("max of int16", x -> Reductions.max(x.cast(DType.INT16), 0).cast(DType.INT32), WHOLE);
    two("gather by bytes", (x, i) -> Indexing.gather(x, i, 0), NUMBERS, BYTES);
    two(
        "takeAlongAxis by bytes",
        (x, i) -> Scattering.takeAlongAxis(x, i.reshape(1, 3), 0),
        NUMBERS,
        BYTES);
    two(
        "scatterNd",
        (i, u) -> Scattering.scatterNd(i, u, 5),
        Tensor.of(new int[] {1, 3, 1}, 3, 1),
        Tensor.of(new float[] {1, 2, 4}));
    ROWS.put(
        "scatterUpdate",
        new Row(
            in -> Scattering.tensorScatterUpdate(in.get(0), in.get(1), in.get(2)),
            NUMBERS,
            Tensor.of(new int[] {1, 3}, 2, 1),
            NUMBERS.get(Index.to(2))));
    two(
        "searchSorted",
        (s, x) ->
            Sorting.searchSorted(Tensor.of(new float[] {-1, 0.5f, 2}), x).add(s.cast(DType.INT32)),
        NUMBERS,
        NUMBERS);
    two("matmul transposed", (x, y) -> Linalg.matmul(x, y, true, false), NUMBERS, NUMBERS);
    one(
        "batchNormTraining",
        x -> Normalization.batchNormTraining(x.reshape(2, 2, 3), null, null, 0.1).y(),
        NUMBERS);
    ROWS.put(
        "attention of groups",
        new Row(
            in -> Attention.dotProductAttention(in.get(0), in.get(1), in.get(1), null, true, 0.5),
            NUMBERS.reshape(1, 3, 2, 2),
            NUMBERS.reshape(1, 6, 1, 2)));
    ROWS.put(
        "masked lstm",
        new Row(
            in ->
                Recurrent.lstm(
                        in.get(0),
                        in.get(1),
                        in.get(1).mul(2),
                        in.get(2),
                        in.get(3),
                        null,
                        in.get(4))
                    .memories(),
            NUMBERS.reshape(3, 2, 2),
            WITHIN.get(Index.to(2)),
            part(8, 2, 8),
            part(8, 2, 8),
            BOOLS));
    ROWS.put(
        "gru from a state",
        new Row(
            in -> Recurrent.gru(in.get(0), in.get(1), in.get(2), in.get(3), null, null),
            NUMBERS.reshape(3, 2, 2),
            WITHIN.get(Index.to(2)),
            part(6, 2, 6),
            part(6, 2, 6)));
    one(
        "while",
        x ->
            ControlFlow.whileLoop(
                    s -> s.getFirst().sum().less(50),
                    s -> List.of(s.getFirst().mul(1.5).add(x.abs())),
                    List.of(x))
                .getFirst(),
        NUMBERS);
    one(
        "scan",
        x ->
            ControlFlow.scan(
                    (c, s) -> {
                      Tensor sum = c.getFirst().add(s.getFirst());
                      return new ControlFlow.Step<>(List.of(sum), List.of(sum.mul(2)));
                    },
                    List.of(x.get(0)),
                    List.of(x))
                .given()
                .getFirst(),
        NUMBERS);
    one("cond", x -> ControlFlow.cond(x.sum().less(0), () -> x.mul(2), () -> x.sub(1)), NUMBERS);
    one(
        "switch",
        x ->
            ControlFlow.switchCase(
                    x.get(0, 0).cast(DType.INT32).add(4),
                    List.of(() -> List.of(x), () -> List.of(x.mul(2)), () -> List.of(x.mul(3))))
                .getFirst(),
        NUMBERS);
  }

  private static Tensor part(int columns, long... shape) {
    return Creation.linspace(-1, 1, 2L * columns, DType.FLOAT32).reshape(shape);
  }

  @TestFactory
  Stream<DynamicTest> agree() {
    return ROWS.entrySet().stream()
        .map(row -> dynamicTest(row.getKey(), () -> agrees(row.getValue())));
  }

  private void agrees(Row row) throws Exception {
    List<Tensor> arguments = List.of(row.arguments);
    TensorSpec[] specs =
        arguments.stream()
            .map(x -> new TensorSpec(x.dtype(), x.shape().with(0, Shape.UNKNOWN)))
            .toArray(TensorSpec[]::new);
    ConcreteFunction function =
        TracedFunction.ofAll(
                "function",
                values -> row.function.apply(values.stream().map(Tensor.class::cast).toList()))
            .withSignature(specs)
            .concreteFunction((Object[]) specs);
    Path file = temp.resolve("function.onnx");
    Onnx.export(function, file);
    LayersOnnxTest.assertClose(
        (Tensor) row.function.apply(arguments), OnnxRuntime.run(file, arguments).getFirst());
  }

  /** What has no form, so that a new op forces a decision. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "writes to variables",
          "AssignPointwise AssignSlice AssignVariable LossWatch NextRandomKey",
          "random draws",
          "RandomBinomial RandomDraw RandomFoldIn RandomGamma RandomPermutation",
          "gradients and losses",
          """
          AveragePoolGradient ChannelSums ConvBackwardFilter ConvBackwardInput CtcBeamSearch
          DotProductAttentionGradient GatherGradient LabelProbability MaxPoolGradient MaxPoolPick
          PutAlongAxis RecurrentStepsGradient SegmentExtremum SegmentSum SliceGradient
          SparseCrossEntropy SparseCrossEntropyGradient
          """,
          "linear algebra",
          """
          Cholesky Eigh Inverse LinearRecurrence MatrixDiag MatrixDiagPart PseudoInverse Qr
          SignAndLogDeterminant SingularValues Solve Svd TriangularSolve
          """,
          "counts of values",
          "Bincount Unique",
          "what graphs have only after fusion",
          "ReducePointwise");

  /** Names of results and of parts of attributes, and of calls whose bodies are exported. */
  private static final String NO_OPS =
      """
      BatchNormResult Complex CtcDecodedResult CustomGradient EighResult Example GraphCall HistogramResult
      IndexAt IndexMark IndexRange InferenceOnlyGraph LoopStep LstmResult MomentsResult QrResult
      SlogdetResult SvdResult Tensor TopKResult UniqueResult ValueAndGradients ValueAndTangent
      """;

  @Test
  void everyOpHasAFormOrIsRefused() throws IOException {
    Properties names = new Properties();
    try (InputStream in =
        Pointwise.class.getResourceAsStream("/META-INF/tapedeck/wire-names.properties")) {
      names.load(in);
    }
    Set<String> all = new TreeSet<>();
    names.stringPropertyNames().forEach(name -> all.add(name.substring(0, name.indexOf('.'))));
    Set<String> decided = new TreeSet<>(words(NO_OPS));
    REFUSED.values().forEach(refused -> decided.addAll(words(refused)));
    Set<String> forms = new TreeSet<>();
    Rows.names().stream()
        .filter(names::containsKey)
        .forEach(name -> forms.add(name.substring(0, name.indexOf('.'))));
    assertTrue(Collections.disjoint(decided, forms), "refused, but has a form");
    decided.addAll(forms);
    decided.add("ReadVariable"); // a constant
    assertEquals(all, decided);
    Set<String> others = new TreeSet<>(Rows.names());
    others.removeAll(names.stringPropertyNames());
    assertEquals(
        Set.of(
            "BatchNormalization",
            "LayerNormalization",
            "PRelu",
            "Recurrent",
            "Repeat",
            "dev.tapedeck.layers.preprocessing.Encode"),
        others);
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }
}
