package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A layer that scales features to a mean of 0 and a variance of 1: {@code y = (x - mean) /
 * max(sqrt(variance), 1e-7)}, or the inverse.
 *
 * <p>Mean and variance, one for each place along {@code axis}, are given, or {@code adapt} learns
 * them: the variance is the population's. The learned ones are the untrainable variables {@code
 * mean} and {@code variance}, 0 and 1 before, so that the layer returns its input until it is
 * adapted or has its weights set; {@code adapt} may follow a call.
 *
 * <p>Inputs of any shape give the same one; whole numbers become float32, or what the policy
 * computes with. An input of another rank, or of other sizes along {@code axis}, than the layer was
 * built for throws {@link IllegalArgumentException}.
 */
public final class Normalization extends Adaptive<Normalization.Arguments, Normalization> {
  private static final String WHO = "Normalization";
  private static final double LEAST_DEVIATION = 1e-7;

  private Shape expected;
  private Shape broadcast;
  private Variable mean;
  private Variable variance;

  /**
   * The arguments of a {@link Normalization}.
   *
   * @param axis axes along which each place has a mean and a variance; none for one of all numbers
   * @param mean mean, one or as many as places; null to learn it
   * @param variance variance, as the mean
   * @param invert whether normalized numbers are scaled back
   */
  public record Arguments(
      List<Integer> axis, List<Double> mean, List<Double> variance, boolean invert) {}

  private Normalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with a mean and variance for each place along the last axis. */
  public Normalization() {
    this(-1);
  }

  /**
   * Makes a layer with a mean and variance for each place along axes; without any, with one of all
   * numbers. Negative ones count from the end.
   */
  public Normalization(int... axis) {
    this(new Arguments(IntStream.of(axis).boxed().toList(), null, null, false));
  }

  /**
   * Sets the mean, and with it the variance must be set: one for all places, or one for each, or
   * for each along the last of the axes; in row-major order. By default it is learned.
   */
  public Normalization mean(double... mean) {
    return with("mean", DoubleStream.of(mean).boxed().toList());
  }

  /** Sets the variance, as the mean. */
  public Normalization variance(double... variance) {
    return with("variance", DoubleStream.of(variance).boxed().toList());
  }

  /** Sets whether normalized numbers are scaled back; by default not. */
  public Normalization invert(boolean invert) {
    return with("invert", invert);
  }

  @Override
  protected void build(Shape input) {
    Arguments args = args();
    int[] axes = axes(input);
    long[] sizes = new long[input.rank()];
    Arrays.fill(sizes, Shape.UNKNOWN);
    for (int axis : axes) {
      sizes[axis] = input.size(axis);
    }
    expected = Shape.of(sizes);
    if (args.mean == null && args.variance == null) {
      long[] places = IntStream.of(axes).mapToLong(input::size).toArray();
      broadcast = broadcast(input, Shape.of(places).count(), axes);
      mean = add(new WeightSpec("mean", Initializers.zeros(), places));
      variance = add(new WeightSpec("variance", Initializers.ones(), places));
      return;
    }
    if (args.mean == null || args.variance == null || args.mean.size() != args.variance.size()) {
      throw Refusal.of(
          WHO,
          "needs as many variances as means",
          args.mean + " and " + args.variance,
          "give both, or none to learn them");
    }
    broadcast = broadcast(input, args.mean.size(), axes);
  }

  /** Returns the shape of numbers for each place along the last of the axes. */
  private static Shape broadcast(Shape input, long count, int... axes) {
    long[] sizes = new long[input.rank()];
    Arrays.fill(sizes, 1);
    long places = 1;
    for (int i = axes.length - 1; i >= 0 && places != count; i--) {
      sizes[axes[i]] = input.size(axes[i]);
      places *= input.size(axes[i]);
    }
    if (places != count || places < 0) {
      throw Refusal.of(
          WHO,
          "needs known sizes along axes " + Arrays.toString(axes) + ", for " + count + " means",
          input,
          "give a mean for each place, or one for all");
    }
    return Shape.of(sizes);
  }

  private Variable add(WeightSpec spec) {
    return addVariable(spec.untrainable().withoutAutocast());
  }

  /** Returns the axes that are kept, in ascending order. */
  private int[] axes(Shape input) {
    return args().axis.stream()
        .mapToInt(axis -> input.axis(axis, WHO))
        .distinct()
        .sorted()
        .toArray();
  }

  @Override
  Learning<Normalization> learning() {
    if (args().mean != null) {
      throw Refusal.of(
          WHO + ": adapt", "learns mean and variance", "a layer of given ones", "leave them out");
    }
    RunningMoments moments = new RunningMoments();
    return new Learning<>() {
      @Override
      public void take(EagerTensor batch) {
        requireBuilt(batch);
        check(batch.shape());
        Shape shape = batch.shape();
        int[] kept = axes(shape);
        int[] rest =
            IntStream.range(0, shape.rank())
                .filter(axis -> Arrays.binarySearch(kept, axis) < 0)
                .toArray();
        if (rest.length == 0) {
          throw Refusal.of(
              WHO + ": adapt",
              "needs numbers to take the mean of",
              "all axes of " + shape + " in axis",
              "leave out that of the examples");
        }
        Tensor numbers = batch.cast(DType.FLOAT64);
        moments.add(
            Reductions.mean(numbers, rest).toDoubleArray(),
            Reductions.variance(numbers, rest).toDoubleArray(),
            IntStream.of(rest).mapToLong(shape::size).reduce(1, Math::multiplyExact));
      }

      @Override
      public Normalization end() {
        mean.assign(like(mean, moments.mean()));
        variance.assign(like(variance, moments.variance()));
        return Normalization.this;
      }
    };
  }

  private static Tensor like(Variable variable, double... values) {
    return Tensor.of(values, variable.shape().toArray()).cast(variable.dtype());
  }

  private void check(Shape input) {
    if (!input.fits(expected)) {
      throw Refusal.of(
          WHO, "needs inputs " + expected + " as the first", input, "give it a layer of its own");
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    check(x.shape());
    DType type = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor center = moment(mean, args().mean).cast(type).reshape(broadcast.toArray());
    Tensor spread = moment(variance, args().variance).cast(type).reshape(broadcast.toArray());
    Tensor deviation = Maths.maximum(Maths.sqrt(spread), LEAST_DEVIATION);
    Tensor numbers = x.cast(type);
    Tensor y =
        args().invert ? numbers.mul(deviation).add(center) : numbers.sub(center).div(deviation);
    return y.cast(Floats.of(x, dtypePolicy()));
  }

  private static Tensor moment(Variable learned, List<Double> given) {
    return learned == null
        ? Tensor.of(given.stream().mapToDouble(Double::doubleValue).toArray())
        : Operands.tensor(learned);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
