package dev.tapedeck.ops.cpu.onednn;

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
   * @param relu whether negative results become 0
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
}
