package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Loggers;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.slf4j.Logger;

/**
 * A comparison of two plans for the same work, on random numbers: its outcome depends on shapes,
 * not on values of the caller's tensors.
 */
final class Trial {
  private static final Logger LOG = Loggers.of(OneDnn.class);

  /** The largest difference of two ways to round, as a part of the largest result. */
  private static final double TOLERANCE = 1e-3;

  private static final double TOLERANCE_OF_BFLOAT16 = 1e-2;
  private static final long SEED = 1;

  /** Random numbers that operands repeat; their count, a prime, fits into no row of an image. */
  private static final float[] NUMBERS = numbers(8191);

  private Trial() {}

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  /**
   * Returns whether the results differ by no more than rounding.
   *
   * @param written the index of the tensor that the plans write
   * @param tensors tensors of the plans' shapes; they are neither read nor written
   */
  static boolean agree(
      PrimitivePlan one,
      PrimitivePlan other,
      Workspace workspace,
      int written,
      EagerTensor... tensors) {
    EagerTensor[] operands = Arrays.stream(tensors).map(Trial::random).toArray(EagerTensor[]::new);
    EagerTensor first = operands[written];
    EagerTensor second = random(first);
    try {
      one.run(workspace, operands);
      operands[written] = second;
      other.run(workspace, operands);
      return agree(first, second);
    } finally {
      operands[written] = first;
      second.release();
      Arrays.stream(operands).forEach(EagerTensor::release);
    }
  }

  private static EagerTensor random(EagerTensor like) {
    EagerTensor tensor = EagerTensor.allocate(like.spec());
    long count = tensor.shape().count();
    for (long i = 0; i < count; i += NUMBERS.length) {
      write(tensor, i, block(count - i));
    }
    return tensor;
  }

  private static void write(EagerTensor tensor, long from, int count) {
    if (tensor.dtype() == DType.FLOAT32) {
      MemorySegment.copy(NUMBERS, 0, tensor.elements(), Elements.FLOAT, from * Float.BYTES, count);
    } else {
      for (int i = 0; i < count; i++) {
        Elements.setDouble(tensor.dtype(), tensor.elements(), from + i, NUMBERS[i]);
      }
    }
  }

  private static void read(EagerTensor tensor, long from, float[] to, int count) {
    if (tensor.dtype() == DType.FLOAT32) {
      MemorySegment.copy(tensor.elements(), Elements.FLOAT, from * Float.BYTES, to, 0, count);
    } else {
      for (int i = 0; i < count; i++) {
        to[i] = (float) Elements.getDouble(tensor.dtype(), tensor.elements(), from + i);
      }
    }
  }

  private static int block(long left) {
    return (int) Math.min(NUMBERS.length, left);
  }

  private static boolean agree(EagerTensor one, EagerTensor other) {
    float[] x = new float[NUMBERS.length];
    float[] y = new float[NUMBERS.length];
    float largest = 0;
    float difference = 0;
    long count = one.shape().count();
    for (long i = 0; i < count; i += NUMBERS.length) {
      int block = block(count - i);
      read(one, i, x, block);
      read(other, i, y, block);
      for (int j = 0; j < block; j++) {
        largest = Math.max(largest, Math.abs(x[j]));
        difference = Math.max(difference, Math.abs(x[j] - y[j]));
      }
    }
    boolean agree =
        difference <= largest * (one.dtype() == DType.FLOAT32 ? TOLERANCE : TOLERANCE_OF_BFLOAT16);
    if (!agree) {
      LOG.trace("ways to convolve differ by {} of {}", difference, largest);
    }
    return agree;
  }
}
