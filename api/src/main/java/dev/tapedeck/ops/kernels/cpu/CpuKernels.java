package dev.tapedeck.ops.kernels.cpu;

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
import dev.tapedeck.ops.kernels.cpu.onednn.OneDnn;
import dev.tapedeck.ops.kernels.nd4j.Nd4jKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.tensor.Loggers;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * The fast kernels for CPUs: formulas compiled to vector instructions, oneDNN, and ND4J for the
 * rest.
 */
public final class CpuKernels implements Kernels {
  private final Kernels reference = new Nd4jKernels();
  private final boolean vectors = hasVectors();
  private final PointwiseKernels pointwise =
      vectors ? new CompiledPointwise(reference.pointwise()) : reference.pointwise();
  private final ReductionKernels reductions =
      vectors ? new CompiledReductions(reference.reductions()) : reference.reductions();
  private final SoftmaxKernels softmax = vectors ? new CpuSoftmax() : reference.softmax();
  private final AttentionKernels attention = vectors ? new CpuAttention() : reference.attention();
  private final PoolingKernels pooling =
      vectors ? new CpuPooling(reference.pooling()) : reference.pooling();
  private final NormalizationKernels normalization =
      vectors ? new CpuNormalization() : reference.normalization();
  private final FourierKernels fourier = vectors ? new CpuFourier() : reference.fourier();
  private final RecurrentKernels recurrent = vectors ? new CpuRecurrent() : reference.recurrent();
  private final ParallelProducts products = new ParallelProducts(pointwise, reference);

  /** Made by {@link java.util.ServiceLoader}. */
  public CpuKernels() {}

  private static boolean hasVectors() {
    boolean found = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (!found) {
      Logger logger = Loggers.of(CpuKernels.class);
      logger.warn("kernels: slower ones serve; start Java with --add-modules jdk.incubator.vector");
    }
    return found;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String description() {
    String loops =
        vectors
            ? VectorSupport.FLOAT32.vectorBitSize() + "-bit vectors"
            : "no vectors: start Java with --add-modules jdk.incubator.vector";
    String products =
        OneDnn.isAvailable()
            ? ", oneDNN" + narrow(true, " with ") + narrow(false, ", no gain from ")
            : ", no oneDNN: org.bytedeco:dnnl cannot be loaded";
    return "cpu (" + loops + products + "), for the rest " + reference.description();
  }

  /** Returns the narrow types with which products are faster than with float32, or are not. */
  private static String narrow(boolean faster, String before) {
    String types =
        Stream.of(DType.BFLOAT16, DType.INT8)
            .filter(type -> OneDnn.computes(type) == faster)
            .map(DType::toString)
            .collect(Collectors.joining(" and "));
    return types.isEmpty() ? "" : before + types;
  }

  @Override
  public int threads() {
    return Workers.threads();
  }

  /** Below ND4J's where that computes on another device. */
  @Override
  public int priority() {
    return Device.hasCuda() ? -1 : 1;
  }

  @Override
  public void parallelFor(long count, long grain, Range work) {
    Workers.run(count, grain, work);
  }

  @Override
  public void parallel(int parts, IntConsumer work) {
    Workers.run(parts, true, work::accept);
  }

  @Override
  public PointwiseKernels pointwise() {
    return pointwise;
  }

  @Override
  public ReductionKernels reductions() {
    return reductions;
  }

  @Override
  public MatrixKernels matrices() {
    return products;
  }

  @Override
  public Factorizations factorizations() {
    return reference.factorizations();
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
    return products;
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
