package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.function.ExecutionPlan;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import dev.tapedeck.testing.Operand;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the {@link OpTable} as a traced function, which gives the bits of eager code. */
final class TracedOpTest {
  /** With all sizes unknown they may refuse, if they say so: see docs/differences.md. */
  private static final Set<String> MAY_REFUSE =
      Set.of(
          "affineTransform",
          "booleanMask",
          "categorical",
          "cholesky",
          "choleskySolve",
          "conv1d",
          "conv1dTranspose",
          "conv2d",
          "conv2dTranspose",
          "conv3d",
          "conv3dTranspose",
          "cross",
          "ctcBeamSearchDecode",
          "ctcGreedyDecode",
          "ctcLoss",
          "depthToSpace",
          "depthwiseConv1d",
          "depthwiseConv2d",
          "det",
          "diag",
          "diagPart",
          "dot",
          "eigh",
          "einsum",
          "embeddingLookup",
          "extractPatches",
          "extractSequences",
          "fold",
          "gatherNd",
          "gaussianBlur",
          "glu",
          "groupNorm",
          "hsvToRgb",
          "inverse",
          "irfft",
          "istft",
          "kron",
          "lstsq",
          "mapCoordinates",
          "median",
          "meshgrid",
          "nanProd",
          "narrow",
          "overlapAdd",
          "pad",
          "percentile",
          "perspectiveTransform",
          "quantile",
          "pinv",
          "prod",
          "qr",
          "repeat",
          "reshape",
          "resize",
          "resizeBilinear",
          "resizeNearest",
          "rfft",
          "rgbToGrayscale",
          "rgbToHsv",
          "roll",
          "scatterNd",
          "segmentMax",
          "segmentMean",
          "segmentMin",
          "segmentSum",
          "separableConv1d",
          "separableConv2d",
          "shuffle",
          "singularValues",
          "slice",
          "slogdet",
          "solve",
          "sort",
          "spaceToDepth",
          "sparseSoftmaxCrossEntropy",
          "split",
          "squeeze",
          "stft",
          "svd",
          "tensorScatterAdd",
          "tensorScatterUpdate",
          "tensordot",
          "tile",
          "topK",
          "trace",
          "triangularSolve",
          "unfold",
          "unsortedSegmentMax",
          "unsortedSegmentMin",
          "unstack");

  /** Of these, those whose refusals begin with their names. */
  private static final Set<String> NAMED =
      Set.of(
          "booleanMask",
          "conv1d",
          "conv1dTranspose",
          "conv2d",
          "conv2dTranspose",
          "conv3d",
          "conv3dTranspose",
          "depthwiseConv1d",
          "depthwiseConv2d",
          "embeddingLookup",
          "gatherNd",
          "groupNorm",
          "segmentMax",
          "segmentMean",
          "segmentMin",
          "segmentSum",
          "separableConv1d",
          "separableConv2d",
          "squeeze",
          "tensorScatterAdd",
          "tensorScatterUpdate");

  /** More elements are not worth a second-order check; the ops are the same. */
  private static final int SMALL = 32;

  @TestFactory
  Stream<DynamicNode> rows() {
    return OpTable.ROWS.stream()
        .map(
            row ->
                dynamicContainer(
                    row.name(),
                    List.of(
                        dynamicTest("gradient inside", () -> gradientInside(row)),
                        dynamicTest("gradient from outside", () -> gradientOutside(row)),
                        dynamicTest("second order", () -> secondOrder(row)),
                        dynamicTest("without passes", () -> withoutPasses(row)),
                        dynamicTest("unknown sizes", () -> unknownSizes(row)))));
  }

  private static <R> TracedFunction<R> traced(OpCheck row, Function<Tensor[], R> function) {
    return TracedFunction.ofAll(row.op(), x -> function.apply(x.toArray(Tensor[]::new)));
  }

  /** Returns operands: dense, others, and the first ones as strided views. */
  private static List<Tensor[]> calls(OpCheck row, Operand[] operands, DType dtype) {
    return List.of(
        row.tensors(operands, dtype, 0, false),
        row.tensors(operands, dtype, 1, false),
        row.tensors(operands, dtype, 0, true));
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    if (expected == null || actual == null) {
      assertEquals(expected, actual);
    } else if (!Arrays.equals(bytes(expected), bytes(actual))) {
      assertEquals(expected.spec(), actual.spec());
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
    }
  }

  private static byte[] bytes(Tensor tensor) {
    return ((EagerTensor) tensor).dense().elements().toArray(Elements.BYTE);
  }

  /** The ops whose gradients transpose what is multiplied: folded, it adds up in another order. */
  private static final Set<String> TRANSPOSING = Set.of("einsum", "pinv");

  private static void assertAgree(OpCheck row, List<Tensor> expected, List<Tensor> actual) {
    if (TRANSPOSING.contains(row.op())) {
      assertNear(expected, actual);
    } else {
      for (int i = 0; i < expected.size(); i++) {
        assertSame(expected.get(i), actual.get(i));
      }
    }
  }

  /** What several tapes saw of a function adds up in another order. */
  private static void assertNear(List<Tensor> expected, List<Tensor> actual) {
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i) == null || actual.get(i) == null) {
        assertEquals(expected.get(i), actual.get(i));
      } else {
        double[] values = expected.get(i).toDoubleArray();
        double largest = Arrays.stream(values).map(Math::abs).reduce(Double.MIN_NORMAL, Math::max);
        double ulp =
            expected.get(i).dtype() == DType.FLOAT32
                ? Math.ulp((float) largest)
                : Math.ulp(largest);
        assertArrayEquals(values, actual.get(i).toDoubleArray(), Double.isNaN(ulp) ? 1 : 8 * ulp);
      }
    }
  }

  private static void gradientInside(OpCheck row) {
    row.forEach(
        floating(row, DType.FLOAT32),
        (operands, dtype) -> {
          TensorFunction loss = x -> Maths.square(row.function().of(x));
          TracedFunction<Tensor[]> function =
              traced(row, x -> GradientChecker.tape(loss, x).toArray(Tensor[]::new));
          for (Tensor[] x : calls(row, operands, dtype)) {
            List<Tensor> gradients = Arrays.asList(function.call((Object[]) x));
            assertAgree(row, GradientChecker.tape(loss, x), gradients);
          }
        });
  }

  private static void gradientOutside(OpCheck row) {
    row.forEach(
        floating(row, DType.FLOAT32),
        (operands, dtype) -> {
          TensorFunction loss = GradientChecker.weighted(row.function());
          TracedFunction<Tensor> function = traced(row, row.function()::of);
          TensorFunction traced = GradientChecker.weighted(x -> function.call((Object[]) x));
          for (Tensor[] x : calls(row, operands, dtype)) {
            assertAgree(row, GradientChecker.tape(loss, x), GradientChecker.tape(traced, x));
          }
        });
  }

  private static void secondOrder(OpCheck row) {
    row.forEach(
        floating(row, DType.FLOAT64),
        (operands, dtype) -> {
          if (Arrays.stream(operands).allMatch(o -> Grid.count(o.shape()) <= SMALL)) {
            TracedFunction<Tensor> function = traced(row, row.function()::of);
            TensorFunction gradient = GradientChecker.gradient(row.function());
            TensorFunction traced = GradientChecker.gradient(x -> function.call((Object[]) x));
            Tensor[] x = row.tensors(operands, dtype, 0, false);
            assertNear(GradientChecker.tape(gradient, x), GradientChecker.tape(traced, x));
          }
        });
  }

  /** The graph as it was traced, its gradient too, run by a plan and call by call. */
  private static void withoutPasses(OpCheck row) {
    row.forEach(
        row.accepted(),
        (operands, dtype) -> {
          boolean differentiable = floating(row, DType.FLOAT32).contains(dtype);
          Function<Tensor[], List<Tensor>> all =
              x -> differentiable ? withGradients(row, x) : List.of(row.function().of(x));
          Tensor[] first = row.tensors(operands, dtype, 0, false);
          List<TensorSpec> specs = Arrays.stream(first).map(Tensor::spec).toList();
          Graph graph = Graph.trace(x -> all.apply(x.toArray(Tensor[]::new)), specs);
          ExecutionPlan plan = ExecutionPlan.of(graph);
          for (Tensor[] x : calls(row, operands, dtype)) {
            List<Tensor> expected = all.apply(x);
            List<Tensor> called = graph.run(x);
            List<Tensor> planned = Arrays.asList(plan.run(x));
            for (int i = 0; i < expected.size(); i++) {
              assertSame(expected.get(i), called.get(i));
              assertSame(expected.get(i), planned.get(i));
            }
          }
        });
  }

  /** Returns the result, and the gradients that there are. */
  private static List<Tensor> withGradients(OpCheck row, Tensor... x) {
    TensorFunction loss = in -> Maths.square(row.function().of(in));
    return Stream.concat(Stream.of(row.function().of(x)), GradientChecker.tape(loss, x).stream())
        .filter(Objects::nonNull)
        .toList();
  }

  private static List<DType> floating(OpCheck row, DType dtype) {
    return !row.isDifferentiable() ? List.of() : List.of(dtype);
  }

  /** Traced for any size, and with its gradient; or refused by the op that needs one. */
  private static void unknownSizes(OpCheck row) {
    boolean differentiable = !floating(row, DType.FLOAT32).isEmpty();
    DType dtype = differentiable ? DType.FLOAT32 : row.accepted().getLast();
    row.forEach(
        List.of(dtype),
        (operands, type) -> {
          Tensor[] x = row.tensors(operands, type, 0, false);
          TensorFunction loss = in -> Maths.square(row.function().of(in));
          Function<Tensor[], Tensor[]> both =
              in ->
                  Stream.concat(
                          Stream.of(row.function().of(in)),
                          differentiable ? GradientChecker.tape(loss, in).stream() : Stream.of())
                      .toArray(Tensor[]::new);
          TensorSpec[] specs =
              Arrays.stream(x).map(t -> unknown(t.spec())).toArray(TensorSpec[]::new);
          TracedFunction<Tensor[]> function = traced(row, both).withSignature(specs);
          if (MAY_REFUSE.contains(row.op())
              && Arrays.stream(specs).anyMatch(s -> !s.shape().isKnown())) {
            try {
              assertNear(Arrays.asList(both.apply(x)), Arrays.asList(function.call((Object[]) x)));
            } catch (IllegalArgumentException e) {
              assertTrue(e.getMessage().matches("(?s).*(unknown|known).*"), e.getMessage());
              assertTrue(
                  !NAMED.contains(row.op()) || e.getMessage().startsWith(row.op()), e.getMessage());
            }
          } else {
            assertNear(Arrays.asList(both.apply(x)), Arrays.asList(function.call((Object[]) x)));
          }
        });
  }

  /** A net for images, with its gradients, for batches of any size. */
  @Test
  void anUnknownBatchServesANet() {
    Tensor kernel = Tensor.ones(DType.FLOAT32, 2, 2, 1, 3).mul(0.25f);
    TensorFunction net =
        x -> {
          Tensor hidden = Convolution.conv2d(x[0], kernel, new ConvOptions());
          Tensor pooled = Maths.tanh(hidden).reshape(-1, 12);
          Tensor logits =
              pooled.matmul(pooled.get(0).reshape(12, 1).mul(Tensor.ones(DType.FLOAT32, 1, 4)));
          return Softmax.sparseSoftmaxCrossEntropy(x[1], logits).mean();
        };
    TracedFunction<Tensor[]> traced =
        TracedFunction.<Tensor[]>ofAll("net", x -> gradients(net, x.toArray(Tensor[]::new)))
            .withSignature(
                new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN, 3, 3, 1)),
                new TensorSpec(DType.INT32, Shape.of(Shape.UNKNOWN)));
    for (int batch = 1; batch < 6; batch++) {
      Tensor images = Randoms.normal(RandomKey.of(batch), DType.FLOAT32, 0, 1, batch, 3, 3, 1);
      Tensor labels = Tensor.full(DType.INT32, 1, batch);
      assertNear(
          Arrays.asList(gradients(net, images, labels)),
          Arrays.asList(traced.call(images, labels)));
    }
    assertEquals(1, traced.traceCount());
  }

  @Test
  void paddedAxesMayBeUnknown() {
    int[][] paddings = {{0, 0}, {1, 2}, {0, 1}, {2, 0}};
    TensorFunction padded = x -> Maths.square(Rearranging.pad(x[0], paddings, 3));
    TracedFunction<Tensor[]> traced =
        TracedFunction.<Tensor[]>ofAll("pad", x -> gradients(padded, x.toArray(Tensor[]::new)))
            .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, 3, -1)));
    for (int size = 0; size < 4; size++) {
      Tensor x = Randoms.normal(RandomKey.of(size), DType.FLOAT32, 0, 1, size, 2, 3, size + 1);
      assertNear(Arrays.asList(gradients(padded, x)), Arrays.asList(traced.call(x)));
      assertNear(List.of(x.mul(2)), Arrays.asList(gradients(padded, x)));
    }
    assertEquals(1, traced.traceCount());
  }

  private static Tensor[] gradients(TensorFunction function, Tensor... x) {
    return GradientChecker.tape(function, x).toArray(Tensor[]::new);
  }

  private static TensorSpec unknown(TensorSpec spec) {
    long[] sizes = spec.shape().toArray();
    Arrays.fill(sizes, Shape.UNKNOWN);
    return new TensorSpec(spec.dtype(), Shape.of(sizes));
  }
}
