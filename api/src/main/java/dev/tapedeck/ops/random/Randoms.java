package dev.tapedeck.ops.random;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.MatchShape;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Random tensors. Each is determined by its {@link RandomKey} alone; functions without one use the
 * next key of the process's seed.
 */
public final class Randoms {
  private Randoms() {}

  /**
   * Returns uniform numbers in {@code [low, high)}; whole numbers for a whole-number type.
   *
   * @throws IllegalArgumentException if {@code low} is not below {@code high}, or they do not fit a
   *     whole-number type
   */
  public static Tensor uniform(RandomKey key, DType dtype, double low, double high, long... shape) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "uniform: low must be below high, received " + low + " and " + high);
    }
    return new RandomDraw(Kind.UNIFORM, spec(dtype, shape), low, high - low).applyTo(key.tensor());
  }

  /** Returns uniform float32 numbers in {@code [0, 1)}. */
  public static Tensor uniform(long... shape) {
    return uniform(RandomKey.next(), DType.FLOAT32, 0, 1, shape);
  }

  /** Returns normal numbers of a mean and standard deviation, by the Box-Muller transform. */
  public static Tensor normal(
      RandomKey key, DType dtype, double mean, double deviation, long... shape) {
    return new RandomDraw(Kind.NORMAL, spec(dtype, shape), mean, deviation).applyTo(key.tensor());
  }

  /** Returns normal float32 numbers of mean 0 and standard deviation 1. */
  public static Tensor normal(long... shape) {
    return normal(RandomKey.next(), DType.FLOAT32, 0, 1, shape);
  }

  /**
   * Returns normal numbers of a mean and standard deviation, those beyond two standard deviations
   * drawn again.
   */
  public static Tensor truncatedNormal(
      RandomKey key, DType dtype, double mean, double deviation, long... shape) {
    return new RandomDraw(Kind.TRUNCATED_NORMAL, spec(dtype, shape), mean, deviation)
        .applyTo(key.tensor());
  }

  /**
   * Returns bools that are true with given probabilities, which broadcast to the shape; without a
   * shape, one for each probability.
   */
  public static Tensor bernoulli(RandomKey key, Object probabilities, long... shape) {
    Tensor p = Operands.tensor(probabilities);
    Checks.sameFloating("bernoulli", p.spec());
    Tensor drawn =
        shape.length == 0 ? uniformLike(key, p.dtype(), p) : uniform(key, p.dtype(), 0, 1, shape);
    return Logic.less(drawn, p);
  }

  /**
   * Returns classes, int32 {@code [.., count]}, drawn with probabilities {@code softmax(logits)} of
   * {@code [.., classes]}: the largest of the logits after adding Gumbel noise to each.
   */
  public static Tensor categorical(RandomKey key, Object logits, int count) {
    Tensor x = Operands.tensor(logits);
    Checks.sameFloating("categorical", x.spec());
    if (x.shape().isScalar()) {
      throw new IllegalArgumentException(
          "categorical: needs logits [.., classes], received a scalar");
    }
    Tensor each = Shaping.expandDims(x, -2);
    long classes = x.shape().size(-1);
    Shape drawn = x.shape().slice(0, x.shape().rank() - 1).concat(count, classes);
    Tensor u =
        new RandomDraw(Kind.UNIFORM, new TensorSpec(DType.FLOAT64, drawn), 0, 1)
            .applyTo(key.tensor());
    Tensor gumbel = Maths.log(Maths.log(u).neg()).neg();
    return Reductions.argmax(Casting.cast(each, DType.FLOAT64).add(gumbel), -1);
  }

  /**
   * Returns numbers of gamma distributions of shape parameters {@code alpha}, which broadcast to
   * the shape, and rate 1; divide by {@code beta} for another rate. There is no gradient for {@code
   * alpha}. (Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000.)
   *
   * @throws IllegalArgumentException if an {@code alpha} is not above 0, or not finite
   */
  public static Tensor gamma(RandomKey key, Object alpha, long... shape) {
    Tensor a = Operands.tensor(alpha);
    Tensor each = shape.length == 0 ? a : Shaping.broadcastTo(a, shape);
    return new RandomGamma().applyTo(each, key.tensor());
  }

  /** Returns the whole numbers below {@code count}, int32, in random order. */
  public static Tensor permutation(RandomKey key, int count) {
    return new RandomPermutation(count).applyTo(key.tensor());
  }

  /** Returns the tensor with the slices along its first axis in random order. */
  public static Tensor shuffle(RandomKey key, Object x) {
    Tensor tensor = Operands.tensor(x);
    if (tensor.shape().isScalar()) {
      throw new IllegalArgumentException("shuffle: a scalar has no axis to shuffle");
    }
    if (tensor.shape().size(0) == Shape.UNKNOWN) {
      throw new IllegalArgumentException(
          "shuffle: the first axis of " + tensor.shape() + " has no known size");
    }
    return Indexing.gather(tensor, permutation(key, (int) tensor.shape().size(0)), 0);
  }

  /** Returns numbers in {@code [0, 1)}, one for each element of a tensor. */
  public static Tensor uniformLike(RandomKey key, DType dtype, Object like) {
    Tensor tensor = Operands.tensor(like);
    RandomDraw draw = new RandomDraw(Kind.UNIFORM, new TensorSpec(dtype, tensor.shape()), 0, 1);
    return tensor.shape().isKnown()
        ? draw.applyTo(key.tensor())
        : draw.applyTo(key.tensor(), tensor);
  }

  private static TensorSpec spec(DType dtype, long... shape) {
    return new TensorSpec(dtype, Shape.of(shape));
  }

  private enum Kind {
    UNIFORM,
    NORMAL,
    TRUNCATED_NORMAL
  }

  /** Returns a number in {@code [0, 1)} of 53 random bits. */
  private static double unit(int low, int high) {
    long bits = (long) high << 32 | (low & 0xffffffffL);
    return (bits >>> 11) * 0x1.0p-53;
  }

  private record RandomGamma() implements SimpleOp {
    @Override
    public String name() {
      return "gamma";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Checks.sameFloating(name(), inputs[0]);
      Checks.made(name(), RandomKey.SPEC, inputs[1]);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      RandomKey key = RandomKey.of(inputs[1]);
      EagerTensor alphas = inputs[0].dense();
      MemorySegment from = alphas.elements();
      MemorySegment to = output.elements();
      for (long i = 0; i < output.shape().count(); i++) {
        double alpha = Elements.getDouble(output.dtype(), from, i);
        if (!(alpha > 0 && Double.isFinite(alpha))) {
          throw new IllegalArgumentException(
              "gamma: alpha must be finite and above 0, received " + alpha + " at position " + i);
        }
        Elements.setDouble(output.dtype(), to, i, draw(alpha, key.fold(i)));
      }
    }

    private static double draw(double alpha, RandomKey key) {
      double boosted = alpha < 1 ? alpha + 1 : alpha;
      double d = boosted - 1.0 / 3;
      double c = 1 / Math.sqrt(9 * d);
      for (long attempt = 1; ; attempt++) {
        int[] words = key.words(2 * attempt);
        double x =
            Math.sqrt(-2 * Math.log(1 - unit(words[0], words[1])))
                * Math.cos(2 * Math.PI * unit(words[2], words[3]));
        double v = Math.pow(1 + c * x, 3);
        int[] more = key.words(2 * attempt + 1);
        double u = 1 - unit(more[0], more[1]);
        if (v > 0 && Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
          double less = 1 - unit(more[2], more[3]);
          return alpha < 1 ? d * v * Math.pow(less, 1 / alpha) : d * v;
        }
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[2];
    }
  }

  private record RandomPermutation(int count) implements SimpleOp {
    RandomPermutation {
      if (count < 0) {
        throw new IllegalArgumentException(
            "permutation: count must be 0 or more, received " + count);
      }
    }

    @Override
    public String name() {
      return "permutation";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.made(name(), RandomKey.SPEC, inputs[0]);
      return spec(DType.INT32, count);
    }

    /** Writes a Fisher-Yates shuffle. */
    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      RandomKey key = RandomKey.of(inputs[0]);
      MemorySegment memory = output.elements();
      for (int i = 0; i < count; i++) {
        int other = key.number(i, i + 1);
        memory.setAtIndex(Elements.INT, i, memory.getAtIndex(Elements.INT, other));
        memory.setAtIndex(Elements.INT, other, i);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }

  private record RandomDraw(Kind kind, TensorSpec spec, double shift, double scale)
      implements SimpleOp {
    RandomDraw {
      Objects.requireNonNull(kind, "draw: kind");
      Objects.requireNonNull(spec, "draw: spec");
      if (kind == Kind.UNIFORM && !(scale > 0)) {
        throw new IllegalArgumentException(
            "uniform: low must be below high, received " + shift + " and " + (shift + scale));
      }
      if (kind == Kind.UNIFORM && spec.dtype().isInteger()) {
        Operands.number("uniform", shift, spec.dtype());
        Operands.number("uniform", shift + scale - 1, spec.dtype());
      }
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
      Checks.made(name(), RandomKey.SPEC, inputs[0]);
      if (kind != Kind.UNIFORM || !spec.dtype().isInteger()) {
        Checks.sameFloating(name(), spec);
      }
      return like
          ? new TensorSpec(spec.dtype(), MatchShape.made(this, spec.shape(), inputs))
          : spec;
    }

    /** Each Philox block gives two numbers of 53 bits, whatever the element type. */
    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      RandomKey key = RandomKey.of(inputs[0]);
      MemorySegment memory = output.elements();
      long count = output.shape().count();
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
        write(key, memory, i, first);
        if (i + 1 < count) {
          write(key, memory, i + 1, second);
        }
      }
    }

    private void write(RandomKey key, MemorySegment memory, long index, double drawn) {
      double number = drawn;
      for (int again = 1; kind == Kind.TRUNCATED_NORMAL && Math.abs(number) > 2; again++) {
        int[] words = key.fold(index).words(again);
        number =
            Math.sqrt(-2 * Math.log(1 - unit(words[0], words[1])))
                * Math.cos(2 * Math.PI * unit(words[2], words[3]));
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
  }
}
