package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.AttentionKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** The weights of attention, in Java: ND4J's softmax takes no mask. */
final class JavaAttention implements AttentionKernels {
  /** Work on a row of a matrix. */
  @FunctionalInterface
  private interface Row {
    void run(long start, MemorySegment mask, long maskStart, long seen);
  }

  private static void forEachRow(EagerTensor mask, long past, EagerTensor matrix, Row work) {
    long keys = matrix.shape().size(1);
    MemorySegment bools = mask == null ? null : mask.memory();
    for (long i = 0; i < matrix.shape().size(0); i++) {
      long at = mask == null ? 0 : mask.offset() + i * mask.strides()[0];
      work.run(i * keys, bools, at, Math.min(past + i, keys));
    }
  }

  private static boolean allows(MemorySegment mask, long at) {
    return mask == null || Elements.getLong(DType.BOOL, mask, at) != 0;
  }

  private static boolean allowsAny(MemorySegment mask, long at, long seen) {
    boolean any = false;
    for (long i = 0; i < seen && !any; i++) {
      any = allows(mask, at + i);
    }
    return any;
  }

  @Override
  public void weights(EagerTensor mask, long past, double scale, EagerTensor scores) {
    DType dtype = scores.dtype();
    MemorySegment x = scores.elements();
    long keys = scores.shape().size(1);
    forEachRow(
        mask,
        past,
        scores,
        (start, bools, at, seen) -> {
          boolean any = allowsAny(bools, at, seen);
          double largest = Double.NEGATIVE_INFINITY;
          for (long i = 0; i < seen; i++) {
            if (allows(bools, at + i)) {
              largest = Math.max(largest, scale * Elements.getDouble(dtype, x, start + i));
            }
          }
          double sum = 0;
          for (long i = 0; i < keys; i++) {
            boolean allowed = i < seen && allows(bools, at + i);
            double power =
                allowed
                    ? Math.exp(scale * Elements.getDouble(dtype, x, start + i) - largest)
                    : any ? 0 : 1;
            sum += power;
            Elements.setDouble(dtype, x, start + i, power);
          }
          for (long i = 0; i < keys; i++) {
            Elements.setDouble(dtype, x, start + i, Elements.getDouble(dtype, x, start + i) / sum);
          }
        });
  }

  @Override
  public void gradient(
      EagerTensor weights, EagerTensor mask, long past, double scale, EagerTensor gradients) {
    DType dtype = weights.dtype();
    MemorySegment p = weights.elements();
    MemorySegment g = gradients.elements();
    long keys = weights.shape().size(1);
    forEachRow(
        mask,
        past,
        weights,
        (start, bools, at, seen) -> {
          double factor = allowsAny(bools, at, seen) ? scale : 0;
          double sum = 0;
          for (long i = start; i < start + keys; i++) {
            sum += Elements.getDouble(dtype, p, i) * Elements.getDouble(dtype, g, i);
          }
          for (long i = start; i < start + keys; i++) {
            double centred = Elements.getDouble(dtype, g, i) - sum;
            Elements.setDouble(dtype, g, i, factor * Elements.getDouble(dtype, p, i) * centred);
          }
        });
  }
}
