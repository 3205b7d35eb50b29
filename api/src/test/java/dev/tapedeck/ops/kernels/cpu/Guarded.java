package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** A tensor somewhere inside a storage that is otherwise full of poison, which must stay. */
public record Guarded(EagerTensor storage, EagerTensor tensor) {
  private static final int BORDER = 80;
  private static final int POISON = 0x7ffaa5a5; // a NaN in float32, and two are one in float64

  /** What a tensor holds that nobody writes. */
  private static final double UNWRITTEN = -4321;

  /** Returns a contiguous tensor, an output's. */
  public static Guarded of(DType dtype, Shape shape) {
    return of(dtype, shape, shape.strides()).with(_ -> UNWRITTEN);
  }

  static Guarded of(DType dtype, double[] values, long... sizes) {
    return of(dtype, Shape.of(sizes)).with(i -> values[i]);
  }

  /** Returns a tensor of random elements with its axes in random order and gaps between them. */
  public static Guarded strided(Random random, long... sizes) {
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
    return of(DType.FLOAT32, Shape.of(sizes), strides).filled(random);
  }

  private static Guarded of(DType dtype, Shape shape, long[] strides) {
    long extent = 1;
    for (int i = 0; i < strides.length; i++) {
      extent += (shape.size(i) - 1) * strides[i];
    }
    long offset = BORDER + extent % 20; // aligned to this or that
    EagerTensor storage =
        EagerTensor.allocate(new TensorSpec(dtype, Shape.of(offset + extent + BORDER)));
    MemorySegment all = storage.elements();
    for (long i = 0; i < all.byteSize() / Integer.BYTES; i++) {
      all.setAtIndex(Elements.INT, i, POISON);
    }
    return new Guarded(storage, storage.view(shape, strides, offset));
  }

  private Guarded with(IntToDoubleFunction elements) {
    MemorySegment all = storage.elements();
    int[] places = places();
    for (int i = 0; i < places.length; i++) {
      Elements.setDouble(tensor.dtype(), all, places[i], elements.applyAsDouble(i));
    }
    return this;
  }

  /** Fills the tensor with random numbers. */
  public Guarded filled(Random random) {
    return with(_ -> random.nextGaussian());
  }

  public double[] values() {
    return tensor.toDoubleArray();
  }

  /** Returns the index in the storage of each element, in row-major order. */
  private int[] places() {
    int[] places = {(int) tensor.offset()};
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      int size = (int) tensor.shape().size(axis);
      int stride = (int) tensor.strides()[axis];
      int[] outer = places;
      places = new int[outer.length * size];
      Arrays.setAll(places, i -> outer[i / size] + i % size * stride);
    }
    return places;
  }

  /** Fails if something was written outside. */
  void check() {
    check(name(this));
  }

  private void check(String what) {
    MemorySegment all = storage.elements();
    int parts = tensor.dtype().bytes() / Integer.BYTES;
    boolean[] own = new boolean[(int) storage.shape().count()];
    for (int place : places()) {
      own[place] = true;
    }
    for (int i = 0; i < parts * own.length; i++) {
      if (!own[i / parts]) {
        assertEquals(POISON, all.getAtIndex(Elements.INT, i), what);
      }
    }
  }

  /**
   * Fails unless each element is within {@code additions} roundings of the sum that the reference
   * has, and nothing else was written.
   *
   * @param magnitudes the sums of the magnitudes of what was added
   */
  public void assertNear(double[] expected, double[] magnitudes, int additions, String what) {
    double[] actual = values();
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
    check(what);
  }

  public static String name(Guarded... tensors) {
    return Arrays.stream(tensors)
        .map(g -> g.tensor.shape() + " strides " + Arrays.toString(g.tensor.strides()))
        .toList()
        .toString();
  }
}
