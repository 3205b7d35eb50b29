package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Normalization.BatchNorm;
import dev.tapedeck.ops.neural.Normalization.Moments;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Batch normalization: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}, channel by
 * channel.
 *
 * <p>Inputs {@code [n, .., c]} of rank 2 or more give the same shape. The variables are {@code
 * gamma}, {@code beta}, {@code moving_mean} and {@code moving_variance}, each {@code [c]}.
 *
 * <p>In training, mean and variance are those of the batch over all axes but that of the channels,
 * without places that a mask {@code [n, ..]} excludes, and the moving ones follow them: {@code
 * moving = momentum * moving + (1 - momentum) * batch}; the variance is the population's, not a
 * sample's. Otherwise, and where {@code trainable} is false, they are the moving ones.
 *
 * <p>An input of another rank or number of channels than the layer was built for throws {@link
 * IllegalArgumentException}.
 *
 * <p>S. Ioffe, C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
 * Internal Covariate Shift", ICML 2015.
 */
public final class BatchNormalization
    extends ScaledNormalization<BatchNormalization.Arguments, BatchNormalization> {
  private static final String WHO = "BatchNormalization";

  /** Added to the number of places, which a mask may make 0. */
  private static final double NO_PLACES = 1e-7;

  private Shape expected;
  private Variable movingMean;
  private Variable movingVariance;

  /**
   * The arguments of a {@link BatchNormalization}.
   *
   * @param axis axis of the channels
   * @param momentum part of the moving statistics that a batch keeps, from 0 to 1
   * @param epsilon number that is added to the variance
   * @param center whether there is a beta
   * @param scale whether there is a gamma
   */
  public record Arguments(
      int axis,
      double momentum,
      double epsilon,
      boolean center,
      boolean scale,
      Initializer betaInitializer,
      Initializer gammaInitializer,
      Initializer movingMeanInitializer,
      Initializer movingVarianceInitializer,
      Regularizer betaRegularizer,
      Regularizer gammaRegularizer,
      Constraint betaConstraint,
      Constraint gammaConstraint)
      implements ScaledNormalization.Arguments {
    /** Checks the arguments. */
    public Arguments {
      if (!(momentum >= 0 && momentum <= 1)) {
        throw Refusal.of(WHO, "needs a momentum in [0, 1]", momentum, "give one, as 0.99");
      }
      ScaledNormalization.check(WHO, epsilon, betaInitializer, gammaInitializer);
      LayerOptions.requireGiven(
          WHO, "movingMeanInitializer", movingMeanInitializer, "Initializers.zeros()");
      LayerOptions.requireGiven(
          WHO, "movingVarianceInitializer", movingVarianceInitializer, "Initializers.ones()");
    }
  }

  private BatchNormalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer whose channels are on the last axis. */
  public BatchNormalization() {
    this(-1);
  }

  /** Makes a layer whose channels are on an axis; a negative one counts from the end. */
  public BatchNormalization(int axis) {
    this(
        new Arguments(
            axis,
            0.99,
            1e-3,
            true,
            true,
            Initializers.zeros(),
            Initializers.ones(),
            Initializers.zeros(),
            Initializers.ones(),
            null,
            null,
            null,
            null));
  }

  /** Sets the part of the moving statistics that a batch keeps; by default 0.99. */
  public BatchNormalization momentum(double momentum) {
    return with("momentum", momentum);
  }

  /** Sets the initializer of the moving mean; by default zeros. */
  public BatchNormalization movingMeanInitializer(Initializer initializer) {
    return with("movingMeanInitializer", initializer);
  }

  /** Sets the initializer of the moving variance; by default ones. */
  public BatchNormalization movingVarianceInitializer(Initializer initializer) {
    return with("movingVarianceInitializer", initializer);
  }

  @Override
  protected void build(Shape input) {
    Arguments args = args();
    if (input.rank() < 2) {
      throw Refusal.of(
          WHO,
          "needs inputs [n, .., c] of rank 2 or more",
          input,
          "batch(n) the dataset, or expandDims a single example");
    }
    long[] sizes = new long[input.rank()];
    Arrays.fill(sizes, Shape.UNKNOWN);
    long channels = input.size(input.axis(args.axis, WHO));
    expected = Shape.of(sizes).with(args.axis, channels);
    addGammaAndBeta(channels);
    movingMean = addStatistics("moving_mean", args.movingMeanInitializer, channels);
    movingVariance = addStatistics("moving_variance", args.movingVarianceInitializer, channels);
  }

  private Variable addStatistics(String name, Initializer initializer, long channels) {
    return addVariable(new WeightSpec(name, initializer, channels).untrainable().withoutAutocast());
  }

  @Override
  Tensor normalized(Tensor x, Tensor mask, boolean training) {
    if (!x.shape().fits(expected)) {
      throw Refusal.of(
          WHO,
          "needs inputs " + expected + " as the first",
          x.shape(),
          "give it a layer of its own");
    }
    double epsilon = args().epsilon;
    int axis = args().axis;
    if (!training || !trainable()) {
      return Normalization.batchNorm(x, movingMean, movingVariance, gamma(), beta(), epsilon, axis);
    }
    if (mask == null) {
      BatchNorm normal = Normalization.batchNormTraining(x, gamma(), beta(), epsilon, axis);
      follow(normal.mean(), normal.variance());
      return normal.y();
    }
    Moments moments = moments(x, MaskShapes.ofElements(x, mask));
    follow(moments.mean(), moments.variance());
    return Normalization.batchNorm(
        x, moments.mean(), moments.variance(), gamma(), beta(), epsilon, axis);
  }

  /** Returns the moments of the channels' valid elements. */
  private Moments moments(Tensor x, Tensor valid) {
    int channels = x.shape().axis(args().axis, WHO);
    int[] axes = IntStream.range(0, x.shape().rank()).filter(i -> i != channels).toArray();
    Tensor count = Reductions.sum(valid.cast(x.dtype()), true, axes).add(NO_PLACES);
    Tensor mean = Reductions.sum(Logic.where(valid, x, 0), true, axes).div(count);
    Tensor distance = Logic.where(valid, x.sub(mean), 0);
    Tensor variance = Reductions.sum(Maths.square(distance), true, axes).div(count);
    return new Moments(mean.reshape(-1), variance.reshape(-1));
  }

  private void follow(Tensor mean, Tensor variance) {
    double momentum = args().momentum;
    movingMean.assign(movingMean.mul(momentum).add(mean.mul(1 - momentum)));
    movingVariance.assign(movingVariance.mul(momentum).add(variance.mul(1 - momentum)));
  }
}
