package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;
import java.util.ServiceLoader;
import java.util.function.IntConsumer;

/**
 * The service-provider interface of the numerical kernels, with an interface for each family.
 *
 * <p>A kernel gets tensors (storage, shape, strides) that the op has checked, of any element type
 * but the 16-bit floating ones, and writes an output, its last single tensor, that is contiguous,
 * not empty, and not one of the inputs' memory unless a method says so. Providers are found with
 * {@link ServiceLoader}; the one with the highest {@link #priority} is used.
 */
public interface Kernels {
  /** Work on a part of a range: from one index up to, not including, another. */
  @FunctionalInterface
  interface Range {
    /** Runs the work. */
    void run(long from, long to);
  }

  /** Returns the name that selects this provider in {@code -Dtapedeck.kernels}. */
  String name();

  /** Returns a description in one line, for {@code tapedeck doctor}. */
  String description();

  /** Returns how many threads a kernel may use. */
  int threads();

  /** Returns the rank among providers; the reference has 0. */
  int priority();

  /**
   * Runs other work over {@code 0 .. count}, in parts that may run on several threads.
   *
   * @param grain the minimum size of a part
   */
  default void parallelFor(long count, long grain, Range work) {
    work.run(0, count);
  }

  /** Runs numbered parts of work, each long enough to wake a thread for it. */
  default void parallel(int parts, IntConsumer work) {
    for (int i = 0; i < parts; i++) {
      work.accept(i);
    }
  }

  /** Returns the kernels for formulas. */
  PointwiseKernels pointwise();

  /** Returns the kernels for reductions over axes. */
  ReductionKernels reductions();

  /** Returns the kernels for matrix products. */
  MatrixKernels matrices();

  /** Returns the kernels for matrix factorizations and linear systems. */
  Factorizations factorizations();

  /** Returns the kernels for softmax and cross-entropy. */
  SoftmaxKernels softmax();

  /** Returns the kernels for attention. */
  AttentionKernels attention();

  /** Returns the kernels for convolutions. */
  ConvolutionKernels convolutions();

  /** Returns the kernels for pooling. */
  PoolingKernels pooling();

  /** Returns the kernels for normalization. */
  NormalizationKernels normalization();

  /** Returns the kernels for Fourier transforms. */
  FourierKernels fourier();

  /** Returns the kernels for the steps of recurrent layers. */
  RecurrentKernels recurrent();

  /** Returns the provider of this process for these operands of an op. */
  static Kernels forOperands(EagerTensor... operands) {
    for (EagerTensor operand : operands) {
      if (Widening.isNarrow(operand)) {
        return Provider.WIDENING;
      }
    }
    return Provider.INSTANCE;
  }

  /** Returns kernels that take 16-bit floating types, too, which they widen to float32. */
  static Kernels widened(Kernels kernels) {
    return Widening.of(kernels);
  }

  /** The holder of the provider, which is looked up once. */
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

    private static final Kernels WIDENING = widened(INSTANCE);

    private Provider() {}
  }
}
