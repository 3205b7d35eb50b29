package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Layer normalization: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}, with mean
 * and variance over axes of each example.
 *
 * <p>The variables {@code gamma} and {@code beta} have the sizes of these axes, in rising order.
 *
 * <p>An input of another size along these axes than the layer was built for throws {@link
 * IllegalArgumentException}.
 *
 * <p>J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer Normalization", 2016.
 */
public final class LayerNormalization
    extends ScaledNormalization<LayerNormalization.Arguments, LayerNormalization> {
  private static final String WHO = "LayerNormalization";

  /**
   * The arguments of a {@link LayerNormalization}.
   *
   * @param axis axes over which mean and variance are taken; negative ones count from the end
   * @param epsilon number that is added to the variance
   * @param center whether there is a beta
   * @param scale whether there is a gamma
   */
  public record Arguments(
      List<Integer> axis,
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
      axis = LayerOptions.axes(WHO, axis);
      ScaledNormalization.check(WHO, epsilon, betaInitializer, gammaInitializer);
    }
  }

  private LayerNormalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of the last axis. */
  public LayerNormalization() {
    this(-1);
  }

  /** Makes a layer of an axis; a negative one counts from the end. */
  public LayerNormalization(int axis) {
    this(List.of(axis));
  }

  /** Makes a layer of several axes. */
  public LayerNormalization(List<Integer> axis) {
    this(
        new Arguments(
            axis,
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

  private int[] axes() {
    return args().axis.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  protected void build(Shape input) {
    addGammaAndBeta(Arrays.stream(input.axes(axes(), WHO)).mapToLong(input::size).toArray());
  }

  @Override
  Tensor normalized(Tensor x, Tensor mask, boolean training) {
    return Normalization.layerNorm(x, gamma(), beta(), args().epsilon, axes());
  }
}
