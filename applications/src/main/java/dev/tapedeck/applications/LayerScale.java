package dev.tapedeck.applications;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * A layer that scales each channel: {@code y = gamma * x}, with the variable {@code gamma
 * [projectionDim]}.
 *
 * <p>Inputs {@code [.., projectionDim]} give the same shape.
 *
 * <p>H. Touvron, M. Cord, A. Sablayrolles, G. Synnaeve, H. Jégou, "Going deeper with Image
 * Transformers", ICCV 2021.
 */
public final class LayerScale extends BuiltIn<LayerScale.Arguments, LayerScale> {
  private Variable gamma;

  /**
   * The arguments of a {@link LayerScale}.
   *
   * @param initValues first value of all factors
   * @param projectionDim number of channels
   */
  public record Arguments(double initValues, int projectionDim) {
    /** Checks the arguments. */
    public Arguments {
      if (projectionDim < 1) {
        throw Refusal.of(
            "LayerScale", "needs a projectionDim of 1 or more", projectionDim, "give channels");
      }
    }
  }

  private LayerScale(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of factors that begin with a value, for a number of channels. */
  public LayerScale(double initValues, int projectionDim) {
    this(new Arguments(initValues, projectionDim));
  }

  @Override
  protected void build(Shape input) {
    int channels = args().projectionDim;
    if (input.rank() == 0 || input.size(input.rank() - 1) != channels) {
      throw Refusal.of(
          "LayerScale",
          "needs inputs with " + channels + " channels last",
          input,
          "give it the number of channels");
    }
    gamma =
        addVariable(new WeightSpec("gamma", Initializers.constant(args().initValues), channels));
  }

  @Override
  protected Tensor call(Tensor x) {
    return x.mul(gamma);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
