package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.AttentionKernels;
import dev.tapedeck.ops.kernels.ConvolutionKernels;
import dev.tapedeck.ops.kernels.Factorizations;
import dev.tapedeck.ops.kernels.FourierKernels;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.MatrixKernels;
import dev.tapedeck.ops.kernels.NormalizationKernels;
import dev.tapedeck.ops.kernels.PointwiseKernels;
import dev.tapedeck.ops.kernels.PoolingKernels;
import dev.tapedeck.ops.kernels.RecurrentKernels;
import dev.tapedeck.ops.kernels.ReductionKernels;
import dev.tapedeck.ops.kernels.SoftmaxKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.NativeCache;
import org.nd4j.linalg.factory.Nd4j;

/** The reference kernels, on ND4J: every op, every element type, every backend. */
public final class Nd4jKernels implements Kernels {
  private final ReductionKernels reductions = new Nd4jReductions();
  private final SoftmaxKernels softmax = new Nd4jSoftmax();
  private final AttentionKernels attention = new JavaAttention();
  private final ConvolutionKernels convolutions = new Nd4jConvolutions();
  private final PoolingKernels pooling = new Nd4jPooling();
  private final NormalizationKernels normalization = new JavaNormalization();
  private final FourierKernels fourier = new JavaFourier();
  private final RecurrentKernels recurrent = new JavaRecurrent();

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
  public PointwiseKernels pointwise() {
    return Interpreter::run;
  }

  @Override
  public ReductionKernels reductions() {
    return reductions;
  }

  @Override
  public MatrixKernels matrices() {
    return Nd4jKernels::multiply;
  }

  static void multiply(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    if (a.dtype() == DType.INT8) { // ND4J's results are of the operands' type
      WholeProducts.multiply(Nd4jKernels::multiply, a, transposeA, b, transposeB, output);
      return;
    }
    long[] arguments = {transposeA ? 1 : 0, transposeB ? 1 : 0, 0};
    NativeCalls.run("matmul", arguments, output, a.dense(), b.dense());
  }

  @Override
  public Factorizations factorizations() {
    return Lapack.INSTANCE;
  }

  @Override
  public SoftmaxKernels softmax() {
    return softmax;
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }

  @Override
  public ConvolutionKernels convolutions() {
    return convolutions;
  }

  @Override
  public PoolingKernels pooling() {
    return pooling;
  }

  @Override
  public NormalizationKernels normalization() {
    return normalization;
  }

  @Override
  public FourierKernels fourier() {
    return fourier;
  }

  @Override
  public RecurrentKernels recurrent() {
    return recurrent;
  }
}
