package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;
import java.util.List;

/**
 * A rectified linear unit whose slope below 0 is learned: {@code y = max(x, 0) + alpha * min(x,
 * 0)}.
 *
 * <p>The variable {@code alpha} has the shape of an example; along shared axes its size is 1.
 *
 * <p>An input of another rank, or of another size along an axis that is not shared, than the layer
 * was built for throws {@link IllegalArgumentException}.
 *
 * <p>K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers: Surpassing Human-Level
 * Performance on ImageNet Classification", ICCV 2015.
 */
public final class PReLU extends BuiltIn<PReLU.Arguments, PReLU> {
  private Shape expected;
  private Variable alpha;

  /**
   * The arguments of a {@link PReLU}.
   *
   * @param sharedAxes axes along which all elements have one slope; null for none
   */
  public record Arguments(
      Initializer alphaInitializer,
      Regularizer alphaRegularizer,
      Constraint alphaConstraint,
      List<Integer> sharedAxes) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(
          "PReLU", "alphaInitializer", alphaInitializer, "Initializers.zeros()");
      sharedAxes = sharedAxes == null ? null : List.copyOf(sharedAxes);
    }
  }

  private PReLU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with a slope for each element of an example. */
  public PReLU() {
    this(new Arguments(Initializers.zeros(), null, null, null));
  }

  /** Sets the initializer of the slopes; by default zeros. */
  public PReLU alphaInitializer(Initializer initializer) {
    return with("alphaInitializer", initializer);
  }

  /** Sets a penalty on the slopes that is added to the loss; by default none. */
  public PReLU alphaRegularizer(Regularizer regularizer) {
    return with("alphaRegularizer", regularizer);
  }

  /** Sets a projection of the slopes after each step of the optimizer; by default none. */
  public PReLU alphaConstraint(Constraint constraint) {
    return with("alphaConstraint", constraint);
  }

  /** Sets axes along which all elements have one slope, as 1 and 2 of images; by default none. */
  public PReLU sharedAxes(int... axes) {
    return with("sharedAxes", Arrays.stream(axes).boxed().toList());
  }

  @Override
  protected void build(Shape input) {
    Arguments args = args();
    Shape slopes = input.with(0, 1);
    expected = input.with(0, Shape.UNKNOWN);
    for (int axis : args.sharedAxes == null ? List.<Integer>of() : args.sharedAxes) {
      if (input.axis(axis, "PReLU") == 0) {
        throw Refusal.of(
            "PReLU", "shares axes behind that of the batch", axis, "name axes from 1 on");
      }
      slopes = slopes.with(axis, 1);
      expected = expected.with(axis, Shape.UNKNOWN);
    }
    alpha =
        addVariable(
            new WeightSpec("alpha", args.alphaInitializer, slopes.slice(1, slopes.rank()).toArray())
                .regularizer(args.alphaRegularizer)
                .constraint(args.alphaConstraint));
  }

  @Override
  protected Tensor call(Tensor x) {
    if (!x.shape().fits(expected)) {
      throw Refusal.of(
          "PReLU",
          "needs inputs " + expected + " as the first",
          x.shape(),
          "give it a layer of its own");
    }
    return Activations.relu(x).sub(Activations.relu(x.neg()).mul(alpha));
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
