package dev.tapedeck.ops.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Random;

/** A tensor somewhere inside a storage that is otherwise full of poison, which must stay. */
record Guarded(EagerTensor storage, EagerTensor tensor) {
  private static final int BORDER = 80;
  private static final int POISON = 0x7fa5a5a5; // a NaN

  /** Returns a contiguous tensor, an output's. */
  static Guarded contiguous(Random random, long... sizes) {
    return of(random, Shape.of(sizes), Shape.of(sizes).strides());
  }

  /** Returns a tensor of random elements with its axes in random order and gaps between them. */
  static Guarded strided(Random random, long... sizes) {
    long[] strides = new long[sizes.length];
    long stride = random.nextInt(4) == 0 ? 2 : 1;
    boolean[] done = new boolean[sizes.length];
    for (int count = 0; count < sizes.length; count++) {
      int axis = sizes.length - 1 - count;
      if (random.nextBoolean()) {
        axis = random.nextInt(sizes.length);
      }
      while (done[axis]) {
        axis = (axis + 1) % sizes.length;
      }
      done[axis] = true;
      strides[axis] = stride;
      stride = stride * sizes[axis] + (random.nextBoolean() ? 0 : random.nextInt(5));
    }
    return of(random, Shape.of(sizes), strides).filled(random);
  }

  private static Guarded of(Random random, Shape shape, long[] strides) {
    long extent = 1;
    for (int i = 0; i < strides.length; i++) {
      extent += (shape.size(i) - 1) * strides[i];
    }
    long offset = random.nextLong(BORDER, BORDER + 20);
    Shape all = Shape.of(offset + extent + BORDER);
    EagerTensor storage = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, all));
    for (long i = 0; i < all.count(); i++) {
      storage.memory().setAtIndex(Elements.INT, i, POISON);
    }
    return new Guarded(storage, storage.view(shape, strides, offset));
  }

  /** Fills the tensor with random numbers. */
  Guarded filled(Random random) {
    for (long i = 0; i < tensor.shape().count(); i++) {
      storage.memory().setAtIndex(Elements.FLOAT, place(i), (float) random.nextGaussian());
    }
    return this;
  }

  /** Returns the index in the storage of the element with a number in row-major order. */
  private long place(long element) {
    long place = tensor.offset();
    long rest = element;
    for (int axis = tensor.shape().rank() - 1; axis >= 0; axis--) {
      place += rest % tensor.shape().size(axis) * tensor.strides()[axis];
      rest /= tensor.shape().size(axis);
    }
    return place;
  }

  /** Fails unless the poison is where it was. */
  void assertNothingElseWritten(String what) {
    boolean[] own = new boolean[(int) storage.shape().count()];
    for (long i = 0; i < tensor.shape().count(); i++) {
      own[(int) place(i)] = true;
    }
    for (int i = 0; i < own.length; i++) {
      if (!own[i]) {
        assertEquals(POISON, storage.memory().getAtIndex(Elements.INT, i), what);
      }
    }
  }

  /**
   * Fails unless each element is within {@code additions} roundings of the sum that the reference
   * has.
   *
   * @param magnitudes the sums of the magnitudes of what was added
   */
  void assertNear(double[] expected, double[] magnitudes, int additions, String what) {
    double[] actual = tensor.toDoubleArray();
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < actual.length; i++) {
      double tolerance = Math.ulp(1f) * (additions + 2) * magnitudes[i] + Float.MIN_NORMAL;
      int at = i;
      assertTrue(
          Math.abs(actual[i] - expected[i]) <= tolerance,
          () ->
              what
                  + ": element "
                  + at
                  + " of "
                  + tensor.shape()
                  + ", expected "
                  + expected[at]
                  + " within "
                  + tolerance
                  + ", was "
                  + actual[at]);
    }
  }

  static String name(Guarded... tensors) {
    return Arrays.stream(tensors)
        .map(g -> g.tensor.shape() + " strides " + Arrays.toString(g.tensor.strides()))
        .toList()
        .toString();
  }
}
