package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.EagerTensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernels of oneDNN on tensors' own memory, float32 only.
 *
 * <p>Every method returns whether it has done the work; if not, nothing is written and another
 * kernel has to. Operands and outputs are those of {@link dev.tapedeck.ops.Kernels}, checked by the
 * ops. What is prepared for a shape is kept by the thread that asked.
 */
public final class OneDnn {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
  private static final boolean AVAILABLE = loads();

  private OneDnn() {}

  private static boolean loads() {
    try {
      return Library.THREADS > 0;
    } catch (LinkageError | RuntimeException e) {
      LOG.info("oneDNN is not available, slower kernels serve: {}", e.toString());
      return false;
    }
  }

  /** Returns whether the native library is there; it is loaded by the first call. */
  public static boolean isAvailable() {
    return AVAILABLE;
  }

  /** Multiplies matrices, as {@link dev.tapedeck.ops.Kernels#matmul}. */
  public static boolean matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    return AVAILABLE && Matrices.multiply(a, transposeA, b, transposeB, null, false, output);
  }

  /**
   * Multiplies matrices and adds a bias {@code [n]} to each row.
   *
   * @param relu whether negative results, and NaN, become 0
   */
  public static boolean matmul(
      EagerTensor a,
      boolean transposeA,
      EagerTensor b,
      boolean transposeB,
      EagerTensor bias,
      boolean relu,
      EagerTensor output) {
    return AVAILABLE && Matrices.multiply(a, transposeA, b, transposeB, bias, relu, output);
  }

  /** Convolves, as {@link dev.tapedeck.ops.Kernels#conv}. */
  public static boolean conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    return conv(window, groups, images, kernel, null, false, output);
  }

  /**
   * Convolves and adds a bias {@code [k]} to each place, as {@link dev.tapedeck.ops.Kernels#conv}
   * otherwise.
   *
   * @param bias null if there is none
   * @param relu whether negative results, and NaN, become 0
   */
  public static boolean conv(
      Window window,
      int groups,
      EagerTensor images,
      EagerTensor kernel,
      EagerTensor bias,
      boolean relu,
      EagerTensor output) {
    return AVAILABLE
        && Convolutions.run(Direction.OUTPUT, window, groups, images, kernel, output, bias, relu);
  }

  /** Computes a convolution's gradient, as {@link dev.tapedeck.ops.Kernels#convImages}. */
  public static boolean convImages(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    return AVAILABLE
        && Convolutions.run(
            Direction.IMAGES, window, groups, output, kernel, upstream, null, false);
  }

  /** Computes a convolution's gradient, as {@link dev.tapedeck.ops.Kernels#convKernel}. */
  public static boolean convKernel(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    return convKernel(window, groups, images, upstream, output, null);
  }

  /**
   * Computes a convolution's gradients for its kernel and its bias {@code [k]}.
   *
   * @param bias where the second is written; null if it is not wanted
   */
  public static boolean convKernel(
      Window window,
      int groups,
      EagerTensor images,
      EagerTensor upstream,
      EagerTensor output,
      EagerTensor bias) {
    return AVAILABLE
        && Convolutions.run(
            Direction.KERNEL, window, groups, images, output, upstream, bias, false);
  }

  /** Takes means, as {@link dev.tapedeck.ops.Kernels#avgPool}. */
  public static boolean avgPool(Window window, EagerTensor images, EagerTensor output) {
    return AVAILABLE && Poolings.run(false, window, images, output);
  }

  /** Computes their gradient, as {@link dev.tapedeck.ops.Kernels#avgPoolGradient}. */
  public static boolean avgPoolGradient(Window window, EagerTensor upstream, EagerTensor output) {
    return AVAILABLE && Poolings.run(true, window, output, upstream);
  }
}
