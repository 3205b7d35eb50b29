package dev.tapedeck.ops.kernels;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The heavy work, behind a small service-provider interface.
 *
 * <p>A kernel gets tensors (storage, shape, strides) that the op has checked, of any element type
 * but the 16-bit floating ones, and writes an output, its last single tensor, that is contiguous,
 * not empty, and not one of the inputs' memory unless a method says so. Implementations are found
 * with {@link ServiceLoader}; the one with the highest {@link #priority} serves.
 */
public interface Kernels {
  /** What a reduction does to the elements it brings together. */
  enum Reduction {
    SUM,
    MEAN,
    PROD,
    MAX,
    MIN
  }

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

  /** Computes a formula; the output may be one of the inputs of the same shape. */
  void pointwise(Formula formula, EagerTensor output, EagerTensor... inputs);

  /**
   * Computes formulas of the same inputs, of one shape; the outputs, which have that shape, may be
   * inputs, whose former values all formulas take.
   */
  default void update(List<Formula> formulas, EagerTensor[] outputs, EagerTensor... inputs) {
    EagerTensor[] results = new EagerTensor[outputs.length];
    for (int i = 0; i < results.length; i++) {
      results[i] = EagerTensor.allocate(outputs[i].spec());
      pointwise(formulas.get(i), results[i], inputs);
    }
    for (int i = 0; i < results.length; i++) {
      Elements.copy(results[i], outputs[i]);
      results[i].release();
    }
  }

  /**
   * Reduces a formula of inputs, whose values have a shape, over axes, of which there is one at
   * least; returns false if it has not, and does not: then that is done one after the other.
   */
  default boolean reduce(
      Formula formula,
      Reduction reduction,
      Shape shape,
      int[] axes,
      EagerTensor output,
      EagerTensor... inputs) {
    return false;
  }

  /** Reduces over axes, which are in rising order. */
  void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output);

  /** Multiplies matrices in the last two axes; the axes before them are equal. */
  void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output);

  /** Returns what factors matrices, and solves equations by their factors. */
  Factorizations factorizations();

  /** Computes softmax, or its logarithm, along the last axis. */
  void softmax(EagerTensor logits, boolean logarithm, EagerTensor output);

  /**
   * Computes {@code -log(softmax(logits))} at the labels' classes: {@code [.., classes] -> [..]}.
   *
   * @param labels a class for each row of logits
   */
  void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output);

  /**
   * Computes the gradient of {@link #crossEntropy} for its logits: {@code (softmax(logits) -
   * oneHot(labels)) * upstream}.
   */
  void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output);

  /**
   * Convolves images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups, k]},
   * for one to three spatial axes.
   */
  void conv(Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output);

  /** Computes the gradient of {@link #conv} for its images. */
  void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output);

  /** Computes the gradient of {@link #conv} for its kernel. */
  void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output);

  /**
   * Takes the largest element of each window of {@code [n, spatial.., c]}, for one to three spatial
   * axes; minus infinity where there is only padding.
   */
  void maxPool(Window window, EagerTensor images, EagerTensor output);

  /**
   * Computes the gradient of {@link #maxPool}: it goes to the first largest element of a window.
   */
  void maxPoolGradient(Window window, EagerTensor images, EagerTensor upstream, EagerTensor output);

  /**
   * Takes the mean of each window of {@code [n, spatial.., c]}, not counting padding; NaN where
   * there is nothing else.
   */
  void avgPool(Window window, EagerTensor images, EagerTensor output);

  /** Computes the gradient of {@link #avgPool}. */
  void avgPoolGradient(Window window, EagerTensor upstream, EagerTensor output);

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
