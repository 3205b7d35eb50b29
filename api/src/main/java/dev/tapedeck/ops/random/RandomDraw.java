package dev.tapedeck.ops.random;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.RandomOp;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.MatchShape;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Uniform or normal numbers of a random key; see {@link Randoms}. */
record RandomDraw(RandomDraw.Kind kind, TensorSpec spec, double shift, double scale)
    implements SimpleOp, RandomOp {
  /** The distribution. */
  enum Kind {
    UNIFORM,
    NORMAL,
    TRUNCATED_NORMAL
  }

  /** The number of elements drawn together. */
  private static final int TOGETHER = 2 * UnitPairs.PAIRS;

  /** The minimum number of blocks that are the work of one thread. */
  private static final long LEAST = 1 << 12;

  RandomDraw {
    Objects.requireNonNull(kind, "draw: kind");
    Objects.requireNonNull(spec, "draw: spec");
    if (kind == Kind.UNIFORM && !(scale > 0)) {
      throw notBelow(shift, shift + scale);
    }
    if (kind == Kind.UNIFORM && spec.dtype().isInteger()) {
      Operands.number("uniform", shift, spec.dtype());
      Operands.number("uniform", shift + scale - 1, spec.dtype());
    }
  }

  /** Returns the error for limits of uniform numbers that are equal or exchanged. */
  static IllegalArgumentException notBelow(double low, double high) {
    return Refusal.of(
        "uniform", "low must be below high", low + " and " + high, "exchange or move the limits");
  }

  @Override
  public String name() {
    return switch (kind) {
      case UNIFORM -> "uniform";
      case NORMAL -> "normal";
      case TRUNCATED_NORMAL -> "truncatedNormal";
    };
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    boolean like = !spec.shape().isKnown() && inputs.length == 2;
    Checks.inputs(this, like ? 2 : 1, inputs);
    Checks.spec(name(), RandomKey.SPEC, inputs[0]);
    if (kind != Kind.UNIFORM || !spec.dtype().isInteger()) {
      Checks.sameFloating(name(), spec);
    }
    return like
        ? new TensorSpec(spec.dtype(), MatchShape.outputShape(this, spec.shape(), inputs))
        : spec;
  }

  /** Each Philox block gives two numbers of 53 bits, whatever the element type. */
  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    RandomKey key = RandomKey.of(inputs[0]);
    MemorySegment memory = output.elements();
    long count = output.shape().count();
    kernels.parallelFor(
        Math.ceilDiv(count, 2),
        LEAST,
        (first, end) -> draw(key, first, Math.min(2 * end, count), memory));
  }

  /** Draws the elements of a block, and all after it up to an index. */
  private void draw(RandomKey key, long firstBlock, long end, MemorySegment memory) {
    long block = firstBlock;
    if (end - 2 * block >= TOGETHER) {
      double[] units = new double[NormalPairs.LENGTH];
      double[] numbers = new double[TOGETHER];
      float[] narrow = new float[TOGETHER];
      UnitPairs pairs = new UnitPairs();
      NormalPairs normals = new NormalPairs(shift, scale);
      for (; end - 2 * block >= TOGETHER; block += UnitPairs.PAIRS) {
        pairs.compute(key, block, units);
        if (kind == Kind.NORMAL && spec.dtype() != DType.FLOAT64) {
          normals.compute(units, narrow);
          put(narrow, memory, 2 * block);
        } else {
          numbers(units, numbers);
          write(key, memory, 2 * block, numbers, narrow);
        }
      }
    }
    for (long i = 2 * block; i < end; i += 2) {
      int[] words = key.words(i / 2);
      double[] pair = {unit(words[0], words[1]), unit(words[2], words[3])};
      numbers(pair, pair);
      write(key, memory, i, pair[0]);
      if (i + 1 < end) {
        write(key, memory, i + 1, pair[1]);
      }
    }
  }

  /** Computes the numbers of pairs, next to each other, from the first units and the second. */
  private void numbers(double[] units, double[] numbers) {
    int count = numbers.length / 2;
    for (int i = 0; i < count; i++) {
      double first = units[i];
      double second = units[i + count];
      if (kind != Kind.UNIFORM) {
        double radius = radius(first);
        double angle = angle(second);
        first = radius * Math.cos(angle);
        second = radius * Math.sin(angle);
      }
      numbers[2 * i] = first;
      numbers[2 * i + 1] = second;
    }
  }

  /** Scales and writes numbers: all at once, if they are wide enough and none reaches the bound. */
  private void write(
      RandomKey key, MemorySegment memory, long at, double[] numbers, float[] narrow) {
    boolean below = kind == Kind.UNIFORM && spec.dtype().isFloating();
    if (below && spec.dtype() == DType.FLOAT32 && narrowed(numbers, narrow) < shift + scale) {
      put(narrow, memory, at);
      return;
    }
    if (below && spec.dtype() == DType.FLOAT64 && largest(numbers) < shift + scale) {
      for (int i = 0; i < TOGETHER; i++) {
        numbers[i] = shift + scale * numbers[i];
      }
      MemorySegment.copy(numbers, 0, memory, Elements.DOUBLE, 8 * at, TOGETHER);
      return;
    }
    for (int i = 0; i < TOGETHER; i++) {
      write(key, memory, at + i, numbers[i]);
    }
  }

  /** Scales numbers, and returns the largest. */
  private float narrowed(double[] numbers, float[] narrow) {
    for (int i = 0; i < TOGETHER; i++) {
      narrow[i] = (float) (shift + scale * numbers[i]);
    }
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < TOGETHER; i++) {
      most = Math.max(most, narrow[i]);
    }
    return most;
  }

  /** Returns what the largest of the numbers becomes. */
  private double largest(double[] numbers) {
    double most = 0;
    for (int i = 0; i < TOGETHER; i++) {
      most = Math.max(most, numbers[i]);
    }
    return shift + scale * most;
  }

  private void put(float[] numbers, MemorySegment memory, long at) {
    if (spec.dtype() == DType.FLOAT32) {
      MemorySegment.copy(numbers, 0, memory, Elements.FLOAT, 4 * at, TOGETHER);
    } else {
      for (int i = 0; i < TOGETHER; i++) {
        Elements.setDouble(spec.dtype(), memory, at + i, numbers[i]);
      }
    }
  }

  private void write(RandomKey key, MemorySegment memory, long index, double drawn) {
    double number = drawn;
    for (int again = 1; kind == Kind.TRUNCATED_NORMAL && Math.abs(number) > 2; again++) {
      number = normal(key.foldIn(index).words(again));
    }
    DType dtype = spec.dtype();
    double drawnValue = shift + scale * number;
    double value = dtype.isInteger() ? Math.floor(drawnValue) : drawnValue;
    Elements.setDouble(dtype, memory, index, value);
    // Rounding must not reach the upper bound, which is excluded.
    double bound = shift + scale;
    for (double step = Math.max(0x1p-53 * scale, Double.MIN_VALUE);
        kind == Kind.UNIFORM && Elements.getDouble(dtype, memory, index) >= bound;
        step *= 2) {
      Elements.setDouble(dtype, memory, index, bound - step);
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[call.inputs().length];
  }

  /** Returns a number in {@code [0, 1)} of 53 random bits. */
  static double unit(int low, int high) {
    long bits = (long) high << 32 | (low & 0xffffffffL);
    return (bits >>> 11) * 0x1.0p-53;
  }

  /** Returns a normal number of mean 0 and deviation 1, from four random words. */
  static double normal(int... words) {
    return radius(unit(words[0], words[1])) * Math.cos(angle(unit(words[2], words[3])));
  }

  /** Returns the radius of a pair of normal numbers, from a number in [0, 1). */
  static double radius(double unit) {
    return Math.sqrt(-2 * Math.log(1 - unit));
  }

  /** Returns the angle of a pair of normal numbers, from a number in [0, 1). */
  static double angle(double unit) {
    return 2 * Math.PI * unit;
  }
}
