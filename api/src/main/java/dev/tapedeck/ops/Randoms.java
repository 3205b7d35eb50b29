package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Random tensors. Each is determined by its {@link RandomKey} alone; without one given, by the next
 * key of the process's seed.
 */
public final class Randoms {
  private Randoms() {}

  /**
   * Returns uniform numbers in {@code [low, high)}.
   *
   * @throws IllegalArgumentException if {@code low} is not below {@code high}
   */
  public static Tensor uniform(RandomKey key, DType dtype, double low, double high, long... shape) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "uniform: low must be below high, received " + low + " and " + high);
    }
    return new Draw(Kind.UNIFORM, key, spec(dtype, shape), low, high - low).on();
  }

  /** Returns uniform float32 numbers in {@code [0, 1)}. */
  public static Tensor uniform(long... shape) {
    return uniform(RandomKey.next(), DType.FLOAT32, 0, 1, shape);
  }

  /** Returns normal numbers of a mean and standard deviation, by Box and Muller. */
  public static Tensor normal(
      RandomKey key, DType dtype, double mean, double deviation, long... shape) {
    return new Draw(Kind.NORMAL, key, spec(dtype, shape), mean, deviation).on();
  }

  /** Returns normal float32 numbers of mean 0 and standard deviation 1. */
  public static Tensor normal(long... shape) {
    return normal(RandomKey.next(), DType.FLOAT32, 0, 1, shape);
  }

  /**
   * Returns normal numbers of a mean and standard deviation, those beyond two deviations drawn
   * again.
   */
  public static Tensor truncatedNormal(
      RandomKey key, DType dtype, double mean, double deviation, long... shape) {
    return new Draw(Kind.TRUNCATED_NORMAL, key, spec(dtype, shape), mean, deviation).on();
  }

  private static TensorSpec spec(DType dtype, long... shape) {
    return new TensorSpec(dtype, Shape.of(shape));
  }

  private enum Kind {
    UNIFORM,
    NORMAL,
    TRUNCATED_NORMAL
  }

  private record Draw(Kind kind, RandomKey key, TensorSpec spec, double shift, double scale)
      implements SimpleOp {
    @Override
    public String name() {
      return switch (kind) {
        case UNIFORM -> "uniform";
        case NORMAL -> "normal";
        case TRUNCATED_NORMAL -> "truncatedNormal";
      };
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return new TensorSpec(Rules.sameFloating(name(), spec), spec.shape());
    }

    /** One block of words gives two numbers of 53 bits, whatever the element type. */
    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      MemorySegment memory = output.elements();
      long count = spec.shape().count();
      for (long i = 0; i < count; i += 2) {
        int[] words = key.words(i / 2);
        double first = unit(words[0], words[1]);
        double second = unit(words[2], words[3]);
        if (kind != Kind.UNIFORM) {
          double radius = Math.sqrt(-2 * Math.log(1 - first));
          double angle = 2 * Math.PI * second;
          first = radius * Math.cos(angle);
          second = radius * Math.sin(angle);
        }
        write(memory, i, first);
        if (i + 1 < count) {
          write(memory, i + 1, second);
        }
      }
    }

    private void write(MemorySegment memory, long index, double drawn) {
      double number = drawn;
      for (int again = 1; kind == Kind.TRUNCATED_NORMAL && Math.abs(number) > 2; again++) {
        int[] words = key.fold(index).words(again);
        number =
            Math.sqrt(-2 * Math.log(1 - unit(words[0], words[1])))
                * Math.cos(2 * Math.PI * unit(words[2], words[3]));
      }
      double value = shift + scale * number;
      // Rounding to float32 must not reach the upper bound, which is excluded.
      if (kind == Kind.UNIFORM && spec.dtype() == DType.FLOAT32 && (float) value >= shift + scale) {
        value = Math.nextDown((float) (shift + scale));
      }
      Elements.setDouble(spec.dtype(), memory, index, value);
    }

    private static double unit(int low, int high) {
      long bits = (long) high << 32 | (low & 0xffffffffL);
      return (bits >>> 11) * 0x1.0p-53;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[0];
    }
  }
}
