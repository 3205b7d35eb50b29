package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Random;

/**
 * An operand that is still to be drawn.
 *
 * @param bound what indices are below
 */
record FuzzTensor(Form form, DType dtype, Shape shape, Values values, long bound) {
  /** What the op is handed. */
  enum Form {
    TENSOR,
    VARIABLE,
    ARRAY,
    NUMBER
  }

  /** What the values are like. */
  enum Values {
    ORDINARY,
    POSITIVE,
    /** Small whole numbers: many are equal. */
    TIES,
    /** The largest, the smallest, NaN and the like, among ordinary ones. */
    EXTREME,
    /** Symmetric matrices with a large diagonal. */
    DEFINITE,
    INDICES,
    /** Indices of which some are negative, or too large. */
    WILD_INDICES
  }

  private static final double[] EXTREMES = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    -0.0,
    0,
    1,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    Float.MAX_VALUE,
    Float.MIN_VALUE,
    65504,
    6e-8,
    127,
    -128,
    255,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1e-300,
    1e18
  };

  private static final long[] WHOLE_EXTREMES = {
    Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0, 1, 63, 64, 1L << 40
  };

  /** Returns the same operand with values of another kind. */
  FuzzTensor with(Values kind) {
    return new FuzzTensor(form, dtype, shape, kind, bound);
  }

  TensorSpec spec() {
    return new TensorSpec(dtype, shape);
  }

  /** Draws the values. */
  EagerTensor dense(Random random) {
    EagerTensor tensor = EagerTensor.allocate(spec());
    for (long i = 0; i < shape.count(); i++) {
      draw(random, tensor, i);
    }
    int rank = shape.rank();
    if (values == Values.DEFINITE && rank > 1 && shape.size(-1) == shape.size(-2)) {
      makeDefinite(tensor);
    }
    return tensor;
  }

  private void draw(Random random, EagerTensor tensor, long i) {
    boolean extreme = values == Values.EXTREME && random.nextBoolean();
    if (dtype == DType.BOOL) {
      Elements.setLong(dtype, tensor.elements(), i, random.nextInt(2));
    } else if (extreme && dtype.isFloating()) {
      double value = EXTREMES[random.nextInt(EXTREMES.length)];
      Elements.setDouble(dtype, tensor.elements(), i, value);
    } else if (extreme) {
      long value = WHOLE_EXTREMES[random.nextInt(WHOLE_EXTREMES.length)];
      Elements.setLong(dtype, tensor.elements(), i, value);
    } else {
      Elements.setDouble(dtype, tensor.elements(), i, value(random));
    }
  }

  private double value(Random random) {
    int limit = Math.clamp(bound, 1, 1 << 20);
    return switch (values) {
      case ORDINARY, EXTREME, DEFINITE -> 3 * random.nextGaussian();
      case POSITIVE -> (dtype.isFloating() ? 0 : 1) + random.nextDouble() * 3;
      case TIES -> random.nextInt(4) - 1;
      case INDICES -> random.nextInt(limit);
      case WILD_INDICES ->
          random.nextInt(8) == 0
              ? (double) WHOLE_EXTREMES[random.nextInt(WHOLE_EXTREMES.length)]
              : random.nextInt(2 * limit + 1) - limit;
    };
  }

  private void makeDefinite(EagerTensor tensor) {
    long n = shape.size(-1);
    for (long start = 0; start < shape.count(); start += n * n) {
      for (long row = 0; row < n; row++) {
        for (long column = 0; column < row; column++) {
          Elements.copy(
              dtype,
              tensor.elements(),
              start + row * n + column,
              tensor.elements(),
              start + column * n + row);
        }
        Elements.setDouble(dtype, tensor.elements(), start + row * (n + 1), 12.0 * n);
      }
    }
  }

  /**
   * Returns values in a view of larger memory: transposed, backwards, of every second element; the
   * rest is arbitrary.
   *
   * @param repeating whether an axis may be one element repeated, which changes the values
   */
  static EagerTensor strided(Random random, EagerTensor dense, boolean repeating) {
    Shape shape = dense.shape();
    int rank = shape.rank();
    long[] strides = new long[rank];
    long offset = random.nextInt(4);
    long step = 1;
    boolean outwards = random.nextBoolean();
    for (int i = 0; i < rank; i++) {
      int axis = outwards ? rank - 1 - i : i;
      long size = shape.count() == 0 ? 1 : shape.size(axis);
      if (!(repeating && random.nextInt(5) == 0)) {
        step *= random.nextInt(3) == 0 ? 2 : 1;
        boolean backwards = random.nextInt(3) == 0;
        strides[axis] = backwards ? -step : step;
        offset += backwards ? (size - 1) * step : 0;
        step *= size;
      }
    }
    Shape memory = Shape.of(offset + step + random.nextInt(4) + 1);
    EagerTensor whole = EagerTensor.allocate(new TensorSpec(dense.dtype(), memory));
    byte[] noise = new byte[(int) whole.spec().bytes()];
    random.nextBytes(noise);
    whole.elements().copyFrom(java.lang.foreign.MemorySegment.ofArray(noise));
    EagerTensor view = whole.view(shape, strides, offset);
    Elements.copy(dense, view);
    return view;
  }

  /** Returns {@code float32 (2, 3) ties}. */
  @Override
  public String toString() {
    return (form == Form.TENSOR ? "" : form.name().toLowerCase(java.util.Locale.ROOT) + " ")
        + spec()
        + " "
        + values.name().toLowerCase(java.util.Locale.ROOT)
        + (values == Values.INDICES || values == Values.WILD_INDICES ? " of " + bound : "");
  }
}
