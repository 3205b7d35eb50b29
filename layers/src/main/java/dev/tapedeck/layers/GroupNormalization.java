package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * Group normalization: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}, with mean
 * and variance of a group of channels of each example, over all other axes.
 *
 * <p>The variables {@code gamma} and {@code beta} have the number of channels. One group for each
 * channel, {@code groups = -1}, is instance normalization.
 *
 * <p>An input whose channels do not split into the groups, or of another number of channels than
 * the layer was built for, throws {@link IllegalArgumentException}.
 *
 * <p>Y. Wu, K. He, "Group Normalization", ECCV 2018.
 */
public final class GroupNormalization
    extends ScaledNormalization<GroupNormalization.Arguments, GroupNormalization> {
  private static final String WHO = "GroupNormalization";

  /**
   * The arguments of a {@link GroupNormalization}.
   *
   * @param groups number of groups; -1 for one for each channel
   * @param axis axis of the channels; a negative one counts from the end
   * @param epsilon number that is added to the variance
   * @param center whether there is a beta
   * @param scale whether there is a gamma
   */
  public record Arguments(
      int groups,
      int axis,
      double epsilon,
      boolean center,
      boolean scale,
      Initializer betaInitializer,
      Initializer gammaInitializer,
      Regularizer betaRegularizer,
      Regularizer gammaRegularizer,
      Constraint betaConstraint,
      Constraint gammaConstraint)
      implements ScaledNormalization.Arguments {
    /** Checks the arguments. */
    public Arguments {
      if (groups < 1 && groups != -1) {
        throw Refusal.of(
            WHO, "needs 1 group or more", groups, "give -1 for a group for each channel");
      }
      ScaledNormalization.check(WHO, epsilon, betaInitializer, gammaInitializer);
    }
  }

  private GroupNormalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of 32 groups, whose channels are on the last axis. */
  public GroupNormalization() {
    this(32);
  }

  /** Makes a layer of a number of groups, -1 for one for each channel; channels are last. */
  public GroupNormalization(int groups) {
    this(
        new Arguments(
            groups,
            -1,
            1e-3,
            true,
            true,
            Initializers.zeros(),
            Initializers.ones(),
            null,
            null,
            null,
            null));
  }

  /** Sets the axis of the channels; by default the last. */
  public GroupNormalization axis(int axis) {
    return with("axis", axis);
  }

  @Override
  protected void build(Shape input) {
    int axis = input.axis(args().axis, WHO);
    if (axis == 0) {
      throw Refusal.of(
          WHO, "needs channels behind the batch", "axis 0 of " + input, "choose another axis");
    }
    long channels = input.size(axis);
    if (channels != Shape.UNKNOWN && channels % groups(channels) != 0) {
      throw Refusal.of(
          WHO,
          "needs channels that split into " + args().groups + " groups",
          channels + " on axis " + args().axis + " of " + input,
          "use a number of groups that divides the channels");
    }
    addGammaAndBeta(channels);
  }

  private int groups(long channels) {
    return args().groups == -1 ? Math.toIntExact(channels) : args().groups;
  }

  @Override
  Tensor normalized(Tensor x, Tensor mask, boolean training) {
    int axis = args().axis;
    Tensor last = Shaping.moveAxis(x, axis, -1);
    int groups = groups(x.shape().size(axis));
    Tensor y = Normalization.groupNorm(last, groups, gamma(), beta(), args().epsilon);
    return Shaping.moveAxis(y, -1, axis);
  }
}
