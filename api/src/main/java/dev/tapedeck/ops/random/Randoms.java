package dev.tapedeck.ops.random;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

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
      throw RandomDraw.notBelow(low, high);
    }
    return new RandomDraw(RandomDraw.Kind.UNIFORM, spec(dtype, shape), low, high - low)
        .applyTo(key.tensor());
  }

  /** Returns uniform float32 numbers in {@code [0, 1)}. */
  public static Tensor uniform(long... shape) {
    return uniform(RandomKey.next(), DType.FLOAT32, 0, 1, shape);
  }

  /** Returns normal numbers of a mean and standard deviation, by the Box-Muller transform. */
  public static Tensor normal(
      RandomKey key, DType dtype, double mean, double deviation, long... shape) {
    return new RandomDraw(RandomDraw.Kind.NORMAL, spec(dtype, shape), mean, deviation)
        .applyTo(key.tensor());
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
    return new RandomDraw(RandomDraw.Kind.TRUNCATED_NORMAL, spec(dtype, shape), mean, deviation)
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
      throw Refusal.of(
          "categorical", "needs logits [.., classes]", "a scalar", "give a logit for each class");
    }
    Tensor each = Shaping.expandDims(x, -2);
    long classes = x.shape().size(-1);
    Shape drawn = x.shape().slice(0, x.shape().rank() - 1).concat(count, classes);
    Tensor u =
        new RandomDraw(RandomDraw.Kind.UNIFORM, new TensorSpec(DType.FLOAT64, drawn), 0, 1)
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

  /**
   * Returns numbers of beta distributions of parameters {@code alpha} and {@code beta}, which
   * broadcast to the shape: {@code x / (x + y)} of numbers of gamma distributions. There are no
   * gradients for the parameters.
   *
   * @throws IllegalArgumentException if a parameter is not above 0, or not finite
   */
  public static Tensor beta(RandomKey key, Object alpha, Object beta, long... shape) {
    Tensor[] both = Operands.alike("beta", alpha, beta);
    DType dtype = Checks.sameFloating("beta", both[0].spec(), both[1].spec());
    Tensor a = Casting.cast(both[0], DType.FLOAT64);
    Tensor b = Casting.cast(both[1], DType.FLOAT64);
    // Sizes may be unknown, so that one is added to the other's zeros rather than broadcast.
    Tensor zeros = Creation.zerosLike(a.add(b));
    zeros = shape.length == 0 ? zeros : Shaping.broadcastTo(zeros, shape);
    a = a.add(zeros);
    b = b.add(zeros);
    Tensor x = gamma(key.foldIn(0), a);
    Tensor sum = x.add(gamma(key.foldIn(1), b));
    // Of tiny parameters both numbers vanish; what is left then is a choice between 0 and 1.
    Tensor none = sum.equal(0);
    Tensor either = bernoulli(key.foldIn(2), a.div(a.add(b))).cast(DType.FLOAT64);
    return Casting.cast(Logic.where(none, either, x.div(Logic.where(none, 1, sum))), dtype);
  }

  /**
   * Returns numbers of successes in {@code counts} trials that each succeed with a probability;
   * both broadcast to the shape, and are of one floating-point type. (W. Hoermann, "The Generation
   * of Binomial Random Variates", 1993.)
   *
   * @throws IllegalArgumentException if a count is no whole number of 0 or more, or a probability
   *     not in [0, 1]
   */
  public static Tensor binomial(RandomKey key, Object counts, Object probabilities, long... shape) {
    Tensor[] both = Operands.alike("binomial", counts, probabilities);
    Shape all = Shape.broadcast(both[0].shape(), both[1].shape(), "binomial");
    long[] drawn = shape.length == 0 ? all.toArray() : shape;
    return new RandomBinomial()
        .applyTo(
            Shaping.broadcastTo(both[0], drawn), Shaping.broadcastTo(both[1], drawn), key.tensor());
  }

  /**
   * Returns uniform whole numbers in {@code [low, high)}, int32.
   *
   * @throws IllegalArgumentException if {@code low} is not below {@code high}
   */
  public static Tensor randint(RandomKey key, int low, int high, long... shape) {
    return uniform(key, DType.INT32, low, high, shape);
  }

  /** Returns the whole numbers below {@code count}, int32, in random order. */
  public static Tensor permutation(RandomKey key, int count) {
    return new RandomPermutation(count).applyTo(key.tensor());
  }

  /** Returns the tensor with the slices along its first axis in random order. */
  public static Tensor shuffle(RandomKey key, Object x) {
    Tensor tensor = Operands.tensor(x);
    if (tensor.shape().isScalar()) {
      throw Refusal.of(
          "shuffle", "needs an axis to shuffle", "a scalar", "give a tensor that has axes");
    }
    if (tensor.shape().size(0) == Shape.UNKNOWN) {
      throw Checks.unknown("shuffle", "the size of the first axis", tensor.shape());
    }
    return Indexing.gather(tensor, permutation(key, (int) tensor.shape().size(0)), 0);
  }

  /** Returns numbers in {@code [0, 1)}, one for each element of a tensor. */
  public static Tensor uniformLike(RandomKey key, DType dtype, Object like) {
    return drawnLike(key, RandomDraw.Kind.UNIFORM, dtype, 0, 1, Operands.tensor(like));
  }

  /** Returns normal numbers of a mean and standard deviation, one for each element of a tensor. */
  public static Tensor normalLike(
      RandomKey key, DType dtype, double mean, double deviation, Object like) {
    return drawnLike(key, RandomDraw.Kind.NORMAL, dtype, mean, deviation, Operands.tensor(like));
  }

  private static Tensor drawnLike(
      RandomKey key, RandomDraw.Kind kind, DType dtype, double shift, double scale, Tensor tensor) {
    RandomDraw draw = new RandomDraw(kind, new TensorSpec(dtype, tensor.shape()), shift, scale);
    return tensor.shape().isKnown()
        ? draw.applyTo(key.tensor())
        : draw.applyTo(key.tensor(), tensor);
  }

  private static TensorSpec spec(DType dtype, long... shape) {
    return new TensorSpec(dtype, Shape.of(shape));
  }

  private record RandomPermutation(int count) implements SimpleOp {
    RandomPermutation {
      Checks.atLeast("permutation", "count", 0, count, "give the number of items to permute");
    }

    @Override
    public String name() {
      return "permutation";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.spec(name(), RandomKey.SPEC, inputs[0]);
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
}
