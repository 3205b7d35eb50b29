package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Factorizations;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.NativeCache;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/** The reference kernels, on ND4J: every op, every element type, every backend. */
public final class Nd4jKernels implements Kernels {
  static {
    NativeCache.secure();
  }

  /** Made by {@link java.util.ServiceLoader}. */
  public Nd4jKernels() {}

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public String description() {
    return "nd4j (" + Nd4j.getBackend().getClass().getSimpleName() + ")";
  }

  @Override
  public int threads() {
    return Nd4j.getEnvironment().maxMasterThreads();
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public void pointwise(Formula formula, EagerTensor output, EagerTensor... inputs) {
    Interpreter.run(formula, output, inputs);
  }

  @Override
  public void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output) {
    if (axes.length == 0) {
      Elements.copy(input, output);
      return;
    }
    boolean leading =
        axes[axes.length - 1] == axes.length - 1 && axes.length < input.shape().rank();
    if (reduction == Reduction.SUM && leading && input.dtype() == DType.FLOAT32) {
      sumOfRows(input.dense(), input.shape().count() / output.shape().count(), output);
      return;
    }
    boolean chooses = reduction == Reduction.MAX || reduction == Reduction.MIN;
    EagerTensor x = input.dense();
    if (chooses && x.dtype().isFloating() && !mayHaveNan(x)) {
      String op = "reduce_" + reduction.name().toLowerCase(Locale.ROOT);
      NativeCalls.run(op, Arrays.stream(axes).asLongStream().toArray(), output, x);
    } else {
      RowReduction.run(reduction, x, axes, output);
    }
  }

  /** As a product with ones, which is several times quicker than ND4J's reduction. */
  private void sumOfRows(EagerTensor x, long rows, EagerTensor output) {
    Shape shape = Shape.of(rows, output.shape().count());
    EagerTensor ones = EagerTensor.allocate(new TensorSpec(x.dtype(), Shape.of(1, rows)));
    Elements.fill(ones, 1);
    Shape sums = Shape.of(1, output.shape().count());
    matmul(
        ones,
        false,
        x.view(shape, shape.strides(), x.offset()),
        false,
        output.view(sums, sums.strides(), output.offset()));
    ones.release();
  }

  /** ND4J's largest and smallest pass over NaN; its sum does not. */
  private static boolean mayHaveNan(EagerTensor x) {
    if (x.dtype() == DType.FLOAT32) {
      return Double.isNaN(Float32Loops.sum(x.elements(), 0, x.shape().count()));
    }
    EagerTensor sum = EagerTensor.allocate(new TensorSpec(x.dtype(), Shape.of()));
    NativeCalls.run("reduce_sum", new long[0], sum, x);
    boolean nan = Double.isNaN(sum.item());
    sum.release();
    return nan;
  }

  @Override
  public void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    long[] arguments = {transposeA ? 1 : 0, transposeB ? 1 : 0, 0};
    NativeCalls.run("matmul", arguments, output, a.dense(), b.dense());
  }

  @Override
  public Factorizations factorizations() {
    return Lapack.INSTANCE;
  }

  @Override
  public void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    Softmaxes.softmax(logits, logarithm, output);
  }

  @Override
  public void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output) {
    Softmaxes.crossEntropy(labels, logits, output);
  }

  @Override
  public void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output) {
    Softmaxes.crossEntropyGradient(labels, logits, upstream, output);
  }

  @Override
  public void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    Nd4jConvolutions.conv(window, groups, images, kernel, output);
  }

  @Override
  public void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    Nd4jConvolutions.toImages(window, groups, kernel, upstream, output);
  }

  @Override
  public void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    Nd4jConvolutions.toKernel(window, groups, images, upstream, output);
  }

  @Override
  public void maxPool(Window window, EagerTensor images, EagerTensor output) {
    Poolings.max(window, images, output);
  }

  @Override
  public void maxPoolGradient(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    Poolings.maxGradient(window, images, upstream, output);
  }

  @Override
  public void avgPool(Window window, EagerTensor images, EagerTensor output) {
    Poolings.avg(window, images, output);
  }

  @Override
  public void avgPoolGradient(Window window, EagerTensor upstream, EagerTensor output) {
    Poolings.avgGradient(window, upstream, output);
  }
}
