package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.ops.kernels.FreshStack;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Loggers;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;

/**
 * Kernels of oneDNN on tensors' own memory: of float32, and of bfloat16 where the processor has
 * instructions for it, which add in float32.
 *
 * <p>Bias and activation are not fused: oneDNN's relu turns NaN into 0, which would hide a diverged
 * training, and both are one compiled loop after the product anyway.
 *
 * <p>Every method returns whether it computed the result; if not, nothing is written and another
 * kernel must. Operands and outputs are those of {@link dev.tapedeck.ops.kernels.Kernels}, checked
 * by the ops. Plans for a shape are cached per thread. The first parameter is the number of OpenMP
 * threads that oneDNN may use.
 */
public final class OneDnn {
  private static final Logger LOG = Loggers.of(OneDnn.class);
  private static final boolean AVAILABLE = loads();

  private OneDnn() {}

  private static boolean loads() {
    try {
      return FreshStack.get(Library::threads) > 0;
    } catch (LinkageError | RuntimeException e) {
      Nd4j.getBackend(); // the fallback; this fails if it cannot be loaded either
      LOG.warn(
          "kernels: slower ones serve, since oneDNN cannot be loaded: {}",
          e.getCause() == null ? e.toString() : e.getCause().toString());
      return false;
    }
  }

  /** Returns whether the native library is available; the first call loads it. */
  public static boolean isAvailable() {
    return AVAILABLE;
  }

  /** Returns whether the kernels compute with a type, faster than with float32. */
  public static boolean computes(DType type) {
    return AVAILABLE && Library.computes(type);
  }

  /** Multiplies matrices, as {@link dev.tapedeck.ops.kernels.MatrixKernels#matmul}. */
  public static boolean matmul(
      int threads,
      EagerTensor a,
      boolean transposeA,
      EagerTensor b,
      boolean transposeB,
      EagerTensor output) {
    return AVAILABLE && OneDnnProducts.multiply(threads, a, transposeA, b, transposeB, output);
  }

  /**
   * Convolves, as {@link dev.tapedeck.ops.kernels.ConvolutionKernels#conv}.
   *
   * @param again whether the kernel is that of the thread's last call of this method, unchanged
   */
  public static boolean conv(
      int threads,
      boolean again,
      Window window,
      int groups,
      EagerTensor images,
      EagerTensor kernel,
      EagerTensor output) {
    return AVAILABLE
        && OneDnnConvolutions.run(
            threads, again, Direction.OUTPUT, window, groups, images, kernel, output);
  }

  /**
   * Computes a convolution's gradient, as {@link
   * dev.tapedeck.ops.kernels.ConvolutionKernels#convBackwardInput}.
   *
   * @param again whether the kernel is that of the thread's last call of this method, unchanged
   */
  public static boolean convImages(
      int threads,
      boolean again,
      Window window,
      int groups,
      EagerTensor kernel,
      EagerTensor upstream,
      EagerTensor output) {
    return AVAILABLE
        && OneDnnConvolutions.run(
            threads, again, Direction.IMAGES, window, groups, output, kernel, upstream);
  }

  /**
   * Computes a convolution's gradient, as {@link
   * dev.tapedeck.ops.kernels.ConvolutionKernels#convBackwardFilter}.
   */
  public static boolean convKernel(
      int threads,
      Window window,
      int groups,
      EagerTensor images,
      EagerTensor upstream,
      EagerTensor output) {
    return AVAILABLE
        && OneDnnConvolutions.run(
            threads, false, Direction.KERNEL, window, groups, images, output, upstream);
  }
}
