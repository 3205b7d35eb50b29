package dev.tapedeck.ops.kernels.cpu.onednn;

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
  private static final double TOLERANCE = 1e-3;
  private static final long SEED = 1;

  private Trial() {}

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
    SplittableRandom random = new SplittableRandom(SEED);
    MemorySegment elements = tensor.elements();
    for (long i = 0; i < tensor.shape().count(); i++) {
      elements.setAtIndex(Elements.FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return tensor;
  }

  private static boolean agree(EagerTensor one, EagerTensor other) {
    MemorySegment x = one.elements();
    MemorySegment y = other.elements();
    double largest = 0;
    double difference = 0;
    for (long i = 0; i < one.shape().count(); i++) {
      double expected = x.getAtIndex(Elements.FLOAT, i);
      largest = Math.max(largest, Math.abs(expected));
      difference = Math.max(difference, Math.abs(expected - y.getAtIndex(Elements.FLOAT, i)));
    }
    boolean agree = difference <= TOLERANCE * largest;
    if (!agree) {
      LOG.trace("ways to convolve differ by {} of {}", difference, largest);
    }
    return agree;
  }
}
