package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * Base of the layers that compute {@code gamma * (x - mean) / sqrt(variance + epsilon) + beta}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class ScaledNormalization<
        A extends Record & ScaledNormalization.Arguments, L extends ScaledNormalization<A, L>>
    extends BuiltIn<A, L> {
  private Variable gamma;
  private Variable beta;

  /** The arguments that all these layers have. */
  interface Arguments {
    double epsilon();

    boolean center();

    boolean scale();

    Initializer betaInitializer();

    Initializer gammaInitializer();

    Regularizer betaRegularizer();

    Regularizer gammaRegularizer();

    Constraint betaConstraint();

    Constraint gammaConstraint();
  }

  ScaledNormalization(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that all these layers have. */
  static void check(
      String who, double epsilon, Initializer betaInitializer, Initializer gammaInitializer) {
    checkEpsilon(who, epsilon);
    LayerOptions.requireGiven(who, "betaInitializer", betaInitializer, "Initializers.zeros()");
    LayerOptions.requireGiven(who, "gammaInitializer", gammaInitializer, "Initializers.ones()");
  }

  static void checkEpsilon(String who, double epsilon) {
    if (!(epsilon >= 0)) {
      throw Refusal.of(who, "needs an epsilon of 0 or more", epsilon, "give one, as 1e-3");
    }
  }

  /** Sets the number that is added to the variance; by default 0.001. */
  public final L epsilon(double epsilon) {
    return with("epsilon", epsilon);
  }

  /** Sets whether there is a beta; by default there is. */
  public final L center(boolean center) {
    return with("center", center);
  }

  /** Sets whether there is a gamma; by default there is. */
  public final L scale(boolean scale) {
    return with("scale", scale);
  }

  /** Sets the initializer of beta; by default zeros. */
  public final L betaInitializer(Initializer initializer) {
    return with("betaInitializer", initializer);
  }

  /** Sets the initializer of gamma; by default ones. */
  public final L gammaInitializer(Initializer initializer) {
    return with("gammaInitializer", initializer);
  }

  /** Sets a penalty on beta that is added to the loss; by default none. */
  public final L betaRegularizer(Regularizer regularizer) {
    return with("betaRegularizer", regularizer);
  }

  /** Sets a penalty on gamma that is added to the loss; by default none. */
  public final L gammaRegularizer(Regularizer regularizer) {
    return with("gammaRegularizer", regularizer);
  }

  /** Sets a projection of beta after each step of the optimizer; by default none. */
  public final L betaConstraint(Constraint constraint) {
    return with("betaConstraint", constraint);
  }

  /** Sets a projection of gamma after each step of the optimizer; by default none. */
  public final L gammaConstraint(Constraint constraint) {
    return with("gammaConstraint", constraint);
  }

  /** Makes gamma and beta of a shape, as far as the arguments ask for them. */
  final void addGammaAndBeta(long... shape) {
    A args = args();
    gamma =
        args.scale()
            ? addVariable(
                new WeightSpec("gamma", args.gammaInitializer(), shape)
                    .regularizer(args.gammaRegularizer())
                    .constraint(args.gammaConstraint())
                    .withoutAutocast())
            : null;
    beta =
        args.center()
            ? addVariable(
                new WeightSpec("beta", args.betaInitializer(), shape)
                    .regularizer(args.betaRegularizer())
                    .constraint(args.betaConstraint())
                    .withoutAutocast())
            : null;
  }

  /** Returns the factor; null for none. */
  final Variable gamma() {
    return gamma;
  }

  /** Returns the summand; null for none. */
  final Variable beta() {
    return beta;
  }

  /**
   * Returns the normalized input.
   *
   * @param mask places of the input that hold data; null for all
   */
  abstract Tensor normalized(Tensor x, Tensor mask, boolean training);

  @Override
  protected final Tensor call(Tensor x, boolean training) {
    if (dtypePolicy() == null) {
      return normalized(x, x.mask(), training);
    }
    // Squares overflow in the types of mixed precision.
    return normalized(x.cast(dtypePolicy().variable()), x.mask(), training).cast(x.dtype());
  }

  @Override
  protected final boolean supportsMasking() {
    return true;
  }
}
