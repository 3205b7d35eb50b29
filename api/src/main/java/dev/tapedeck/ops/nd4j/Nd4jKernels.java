package dev.tapedeck.ops.nd4j;

import dev.tapedeck.ops.Formula;
import dev.tapedeck.ops.Kernels;
import dev.tapedeck.ops.Window;
import dev.tapedeck.ops.WindowMaxima;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/** The reference kernels, on ND4J: every op, every element type, every backend. */
public final class Nd4jKernels implements Kernels {
  /** Made by {@link java.util.ServiceLoader}. */
  public Nd4jKernels() {}

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
    if (!input.dtype().isFloating() || reduction == Reduction.PROD) {
      RowReduction.run(reduction, input, axes, output);
      return;
    }
    EagerTensor x = input.contiguous();
    boolean leading = axes[axes.length - 1] == axes.length - 1 && axes.length < x.shape().rank();
    if (reduction == Reduction.SUM && leading && x.dtype() == DType.FLOAT32) {
      sumOfRows(x, x.shape().count() / output.shape().count(), output);
      return;
    }
    boolean chooses = reduction == Reduction.MAX || reduction == Reduction.MIN;
    if (chooses && mayHaveNan(x)) {
      RowReduction.run(reduction, x, axes, output);
      return;
    }
    String op = "reduce_" + reduction.name().toLowerCase(Locale.ROOT);
    NativeCalls.run(op, Arrays.stream(axes).asLongStream().toArray(), output, x);
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
    NativeCalls.run("matmul", arguments, output, a.contiguous(), b.contiguous());
  }

  @Override
  public void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    if (logarithm) {
      logSoftmax(logits.contiguous(), output);
    } else {
      long last = logits.shape().rank() - 1L;
      NativeCalls.run("softmax", new long[] {last}, output, logits.contiguous());
    }
  }

  /** ND4J's is the logarithm of its softmax: infinite where that has underflowed. */
  private static void logSoftmax(EagerTensor x, EagerTensor output) {
    MemorySegment from = x.elements();
    MemorySegment to = output.elements();
    long classes = x.shape().size(-1);
    for (long start = 0; start < x.shape().count(); start += classes) {
      double largest = Double.NEGATIVE_INFINITY;
      for (long i = start; i < start + classes; i++) {
        largest = Math.max(largest, Elements.getDouble(x.dtype(), from, i));
      }
      double sum = 0;
      for (long i = start; i < start + classes; i++) {
        sum += Math.exp(Elements.getDouble(x.dtype(), from, i) - largest);
      }
      double logarithm = Math.log(sum);
      for (long i = start; i < start + classes; i++) {
        double value = Elements.getDouble(x.dtype(), from, i) - largest - logarithm;
        Elements.setDouble(x.dtype(), to, i, value);
      }
    }
  }

  /**
   * Kernel, step, padding, dilation, whether SAME, then NHWC images and a [kh, kw, c, k] kernel.
   */
  private static long[] convolution(Window w) {
    long same = w.padding() == Window.Padding.SAME ? 1 : 0;
    return new long[] {w.height(), w.width(), w.stepY(), w.stepX(), 0, 0, 1, 1, same, 1, 0};
  }

  @Override
  public void conv2d(Window window, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    NativeCalls.run(
        "conv2d", convolution(window), output, covered(window, images), kernel.contiguous());
  }

  /**
   * By a matrix product, as the kernel's: ND4J computes both gradients together, with much that is
   * not needed, and its ops for one of them are wrong in float32.
   */
  @Override
  public void conv2dImages(
      Window window, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    Im2Col windows = new Im2Col(window, output.shape());
    EagerTensor rows = windows.newRows(output.dtype());
    matmul(matrix(upstream.contiguous()), false, matrix(kernel.contiguous()), true, rows);
    windows.sumOf(rows, output);
    rows.release();
  }

  @Override
  public void conv2dKernel(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    EagerTensor rows = new Im2Col(window, images.shape()).rowsOf(images.contiguous());
    matmul(rows, true, matrix(upstream.contiguous()), false, matrix(output));
    rows.release();
  }

  /** Returns a contiguous tensor as a matrix of its last axis. */
  private static EagerTensor matrix(EagerTensor tensor) {
    long columns = tensor.shape().size(-1);
    Shape shape = Shape.of(tensor.shape().count() / columns, columns);
    return tensor.view(shape, shape.strides(), tensor.offset());
  }

  private static EagerTensor zeros(TensorSpec spec) {
    EagerTensor zeros = EagerTensor.allocate(spec);
    zeros.elements().fill((byte) 0);
    return zeros;
  }

  /** Kernel, step, padding, dilation, whether SAME, averages without padding, NHWC. */
  private static long[] pooling(Window w) {
    long same = w.padding() == Window.Padding.SAME ? 1 : 0;
    return new long[] {w.height(), w.width(), w.stepY(), w.stepX(), 0, 0, 1, 1, same, 0, 1};
  }

  /**
   * Returns the part of images that windows look at, dense: ND4J pads by less than nothing else.
   */
  private static EagerTensor covered(Window window, EagerTensor images) {
    Shape shape =
        window.padding() == Window.Padding.SAME ? window.covered(images.shape()) : images.shape();
    return images.view(shape, images.strides(), images.offset()).contiguous();
  }

  /** Copies a gradient for the covered part of images into one for all of them. */
  private static void spread(EagerTensor part, EagerTensor output) {
    output.elements().fill((byte) 0);
    Elements.copy(part, output.view(part.shape(), output.strides(), output.offset()));
  }

  @Override
  public void maxPool(Window window, EagerTensor images, EagerTensor output) {
    EagerTensor x = covered(window, images);
    if (isFinite(x)) {
      NativeCalls.run("maxpool2d", pooling(window), output, x);
      return;
    }
    // ND4J's passes over NaN, and knows nothing below the smallest finite number.
    EagerTensor all = images.contiguous();
    MemorySegment from = all.elements();
    MemorySegment to = output.elements();
    DType dtype = output.dtype();
    WindowMaxima.visit(
        window,
        all,
        (i, at) -> Elements.setDouble(dtype, to, i, Elements.getDouble(dtype, from, at)));
  }

  @Override
  public void maxPoolGradient(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    EagerTensor x = covered(window, images);
    EagerTensor g = upstream.contiguous();
    if (isFinite(x)) {
      EagerTensor part = EagerTensor.allocate(x.spec());
      NativeCalls.run("maxpool2d_bp", pooling(window), part, x, g);
      spread(part, output);
      part.release();
      return;
    }
    MemorySegment from = g.elements();
    MemorySegment to = output.elements().fill((byte) 0);
    DType dtype = output.dtype();
    WindowMaxima.visit(
        window,
        images.contiguous(),
        (i, at) ->
            Elements.setDouble(
                dtype,
                to,
                at,
                Elements.getDouble(dtype, to, at) + Elements.getDouble(dtype, from, i)));
  }

  private static boolean isFinite(EagerTensor x) {
    MemorySegment elements = x.elements();
    long count = x.shape().count();
    if (x.dtype() == DType.FLOAT32) {
      return Float32Loops.isFinite(elements, count);
    }
    boolean finite = true;
    for (long i = 0; i < count; i++) {
      finite &= Double.isFinite(elements.getAtIndex(Elements.DOUBLE, i));
    }
    return finite;
  }

  @Override
  public void avgPool(Window window, EagerTensor images, EagerTensor output) {
    NativeCalls.run("avgpool2d", pooling(window), output, covered(window, images));
  }

  @Override
  public void avgPoolGradient(Window window, EagerTensor upstream, EagerTensor output) {
    EagerTensor part = zeros(covered(window, output).spec());
    NativeCalls.run(
        "avgpool2d_bp", pooling(window), part, zeros(part.spec()), upstream.contiguous());
    spread(part, output);
  }
}
