package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Factorizations;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.cpu.onednn.OneDnn;
import dev.tapedeck.ops.kernels.nd4j.Nd4jKernels;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Shape;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * The fast kernels of the processor: formulas compiled to vector instructions. What there is none
 * for, ND4J's compute.
 */
public final class CpuKernels implements Kernels {
  private final Kernels reference = new Nd4jKernels();
  private final boolean vectors = hasVectors();
  private final ParallelProducts products = new ParallelProducts(this);
  private final Map<Reduction, CompiledReduction> reductions = new EnumMap<>(Reduction.class);

  /** Made by {@link java.util.ServiceLoader}. */
  public CpuKernels() {
    for (Reduction reduction : Reduction.values()) {
      reductions.put(reduction, new CompiledReduction(reduction));
    }
  }

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
        OneDnn.isAvailable() ? ", oneDNN" : ", no oneDNN: org.bytedeco:dnnl cannot be loaded";
    return "cpu (" + loops + products + "), for the rest " + reference.description();
  }

  @Override
  public int threads() {
    return Workers.THREADS;
  }

  /** On a machine whose ND4J computes elsewhere, that one serves. */
  @Override
  public int priority() {
    return Device.hasCuda() ? -1 : 1;
  }

  @Override
  public void parallelFor(long count, long grain, Range work) {
    Workers.run(count, grain, work);
  }

  @Override
  public void pointwise(Formula formula, EagerTensor output, EagerTensor... inputs) {
    if (!vectors || !loops(formula).alone().run(output, inputs)) {
      reference.pointwise(formula, output, inputs);
    }
  }

  @Override
  public void update(List<Formula> formulas, EagerTensor[] outputs, EagerTensor... inputs) {
    if (!vectors || !loops(formulas.getFirst()).together(formulas).run(outputs, inputs)) {
      Kernels.super.update(formulas, outputs, inputs);
    }
  }

  private static FormulaLoops loops(Formula formula) {
    return formula.compiled(FormulaLoops.class, FormulaLoops::new);
  }

  @Override
  public void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output) {
    // Dense, since the order in which numbers meet is not to depend on where they lie.
    EagerTensor dense = input.dense();
    boolean done =
        vectors
            && axes.length > 0
            && reductions.get(reduction).run(output, dense.shape(), axes, dense);
    if (!done) {
      reference.reduce(reduction, dense, axes, output);
    }
  }

  @Override
  public boolean reduce(
      Formula formula,
      Reduction reduction,
      Shape shape,
      int[] axes,
      EagerTensor output,
      EagerTensor... inputs) {
    return vectors
        && loops(formula).reduced(reductions.get(reduction)).runDense(output, shape, axes, inputs);
  }

  @Override
  public void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    if (!products.matmul(a, transposeA, b, transposeB, output)) {
      reference.matmul(a, transposeA, b, transposeB, output);
    }
  }

  @Override
  public Factorizations factorizations() {
    return reference.factorizations();
  }

  @Override
  public void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    if (vectors) {
      SoftmaxKernels.softmax(logits, logarithm, output);
    } else {
      reference.softmax(logits, logarithm, output);
    }
  }

  @Override
  public void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output) {
    if (vectors) {
      SoftmaxKernels.crossEntropy(labels, logits, output);
    } else {
      reference.crossEntropy(labels, logits, output);
    }
  }

  @Override
  public void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output) {
    if (vectors) {
      SoftmaxKernels.crossEntropyGradient(labels, logits, upstream, output);
    } else {
      reference.crossEntropyGradient(labels, logits, upstream, output);
    }
  }

  @Override
  public void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    if (!products.conv(window, groups, images, kernel, output)) {
      reference.conv(window, groups, images, kernel, output);
    }
  }

  @Override
  public void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    if (!products.convImages(window, groups, kernel, upstream, output)) {
      reference.convBackwardInput(window, groups, kernel, upstream, output);
    }
  }

  @Override
  public void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    if (!products.convKernel(window, groups, images, upstream, output)) {
      reference.convBackwardFilter(window, groups, images, upstream, output);
    }
  }

  @Override
  public void maxPool(Window window, EagerTensor images, EagerTensor output) {
    if (vectors && PoolingKernels.serves(window, images.shape())) {
      PoolingKernels.max(window, images, output);
    } else {
      reference.maxPool(window, images, output);
    }
  }

  @Override
  public void maxPoolGradient(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    if (vectors && PoolingKernels.serves(window, images.shape())) {
      PoolingKernels.maxGradient(window, images, upstream, output);
    } else {
      reference.maxPoolGradient(window, images, upstream, output);
    }
  }

  @Override
  public void avgPool(Window window, EagerTensor images, EagerTensor output) {
    if (vectors && PoolingKernels.serves(window, images.shape())) {
      PoolingKernels.avg(window, images, output);
    } else {
      reference.avgPool(window, images, output);
    }
  }

  @Override
  public void avgPoolGradient(Window window, EagerTensor upstream, EagerTensor output) {
    if (vectors && PoolingKernels.serves(window, output.shape())) {
      PoolingKernels.avgGradient(window, upstream, output);
    } else {
      reference.avgPoolGradient(window, upstream, output);
    }
  }
}
