package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;
import java.util.ServiceLoader;

/**
 * The heavy work, behind a small service-provider interface: an interface for each family.
 *
 * <p>A kernel gets tensors (storage, shape, strides) that the op has checked, of any element type
 * but the 16-bit floating ones, and writes an output, its last single tensor, that is contiguous,
 * not empty, and not one of the inputs' memory unless a method says so. Implementations are found
 * with {@link ServiceLoader}; the one with the highest {@link #priority} serves.
 */
public interface Kernels {
  /** Work on the part of a range from one index up to, not including, another. */
  @FunctionalInterface
  interface Range {
    /** Does it. */
    void run(long from, long to);
  }

  /** Returns the name by which {@code -Dtapedeck.kernels} chooses this provider. */
  String name();

  /** Returns a line for {@code tapedeck doctor}. */
  String description();

  /** Returns how many threads a kernel may use. */
  int threads();

  /** Returns the rank among providers; the reference has 0. */
  int priority();

  /**
   * Runs work that is no kernel over {@code 0 .. count}, in parts that threads may share.
   *
   * @param grain of how many at least a part consists
   */
  default void parallelFor(long count, long grain, Range work) {
    work.run(0, count);
  }

  /** Returns what computes formulas. */
  PointwiseKernels pointwise();

  /** Returns what reduces over axes. */
  ReductionKernels reductions();

  /** Returns what multiplies matrices. */
  MatrixKernels matrices();

  /** Returns what factors matrices, and solves equations by their factors. */
  Factorizations factorizations();

  /** Returns what computes softmax and cross-entropy. */
  SoftmaxKernels softmax();

  /** Returns what convolves images. */
  ConvolutionKernels convolutions();

  /** Returns what pools images. */
  PoolingKernels pooling();

  /** Returns the provider that serves this process, for these operands of an op. */
  static Kernels forOperands(EagerTensor... operands) {
    for (EagerTensor operand : operands) {
      if (Widening.isNarrow(operand)) {
        return Provider.WIDENING;
      }
    }
    return Provider.INSTANCE;
  }

  /** Finds the provider once. */
  final class Provider {
    private static final String CHOSEN = System.getProperty("tapedeck.kernels");

    private static final Kernels INSTANCE =
        ServiceLoader.load(Kernels.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(kernels -> CHOSEN == null || kernels.name().equals(CHOSEN))
            .max(java.util.Comparator.comparingInt(Kernels::priority))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        CHOSEN == null
                            ? "no kernels: META-INF/services/dev.tapedeck.ops.kernels.Kernels is missing"
                                + " from the class path; merge service files when packing one jar"
                            : "no kernels named "
                                + CHOSEN
                                + "; set -Dtapedeck.kernels to cpu or nd4j, or to nothing"));

    private static final Kernels WIDENING = Widening.of(INSTANCE);

    private Provider() {}
  }
}
