package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.SoftmaxKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Softmax and cross-entropy kernels: by ND4J where it is correct, else in Java. */
final class Nd4jSoftmax implements SoftmaxKernels {
  @Override
  public void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    EagerTensor x = logits.dense();
    if (logarithm || x.dtype() != DType.FLOAT32) {
      softmaxInJava(x, logarithm, output);
    } else {
      NativeCalls.run("softmax", new long[] {x.shape().rank() - 1L}, output, x);
    }
  }

  /**
   * Computes softmax or its logarithm in Java. ND4J's logarithm is infinite where its softmax
   * underflows, and its float64 softmax, whose maximum is never below 0, is NaN where all
   * underflow.
   */
  private static void softmaxInJava(EagerTensor x, boolean logarithm, EagerTensor output) {
    DType dtype = x.dtype();
    MemorySegment from = x.elements();
    MemorySegment to = output.elements();
    long classes = x.shape().size(-1);
    for (long start = 0; start < x.shape().count(); start += classes) {
      double largest = Double.NEGATIVE_INFINITY;
      for (long i = start; i < start + classes; i++) {
        largest = Math.max(largest, Elements.getDouble(dtype, from, i));
      }
      double sum = 0;
      for (long i = start; i < start + classes; i++) {
        double power = Math.exp(Elements.getDouble(dtype, from, i) - largest);
        sum += power;
        Elements.setDouble(dtype, to, i, power);
      }
      double log = Math.log(sum);
      for (long i = start; i < start + classes; i++) {
        double value =
            logarithm
                ? Elements.getDouble(dtype, from, i) - largest - log
                : Elements.getDouble(dtype, to, i) / sum;
        Elements.setDouble(dtype, to, i, value);
      }
    }
  }

  @Override
  public void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output) {
    EagerTensor logs = EagerTensor.allocate(logits.spec());
    softmax(logits, true, logs);
    DType dtype = output.dtype();
    long classes = logs.shape().size(-1);
    for (int i = 0; i < labels.length; i++) {
      double loss = -Elements.getDouble(dtype, logs.elements(), i * classes + labels[i]);
      Elements.setDouble(dtype, output.elements(), i, loss);
    }
    logs.release();
  }

  @Override
  public void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output) {
    softmax(logits, false, output);
    DType dtype = output.dtype();
    MemorySegment gradients = upstream.dense().elements();
    MemorySegment to = output.elements();
    long classes = output.shape().size(-1);
    for (int i = 0; i < labels.length; i++) {
      double gradient = Elements.getDouble(dtype, gradients, i);
      for (long j = 0; j < classes; j++) {
        double target = j == labels[i] ? 1 : 0;
        double difference = Elements.getDouble(dtype, to, i * classes + j) - target;
        Elements.setDouble(dtype, to, i * classes + j, difference * gradient);
      }
    }
  }
}
