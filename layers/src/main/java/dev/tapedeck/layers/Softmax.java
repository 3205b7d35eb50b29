package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LayerFunction;
import java.util.List;

/**
 * A layer that turns logits into probabilities: {@code y = exp(x) / sum(exp(x))} along axes.
 *
 * <p>What a mask excludes has a probability of 0, also where it excludes all.
 */
public final class Softmax extends BuiltIn<Softmax.Arguments, Softmax> {
  private static final LayerFunction<Masked, Tensor> MASKED =
      (layer, input, training) -> ((Softmax) layer).masked(input);

  /**
   * The arguments of a {@link Softmax}.
   *
   * @param axis axes over which probabilities sum up to 1
   */
  public record Arguments(List<Integer> axis) {
    /** Checks the arguments. */
    public Arguments {
      axis = LayerOptions.axes("Softmax", axis);
    }
  }

  private record Masked(Tensor x, Tensor mask) {}

  private Softmax(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of the last axis. */
  public Softmax() {
    this(-1);
  }

  /** Makes a layer of an axis; a negative one counts from the end. */
  public Softmax(int axis) {
    this(List.of(axis));
  }

  /** Makes a layer of several axes, over all of which probabilities sum up to 1. */
  public Softmax(List<Integer> axis) {
    this(new Arguments(axis));
  }

  /**
   * Returns the probabilities of the logits that a mask does not exclude.
   *
   * @param mask bools that broadcast to the input; unlike a mask that the input carries, they are
   *     aligned at the last axis
   */
  public Tensor apply(Object input, Tensor mask) {
    return apply(MASKED, new Masked(Operands.tensor(input), mask), null);
  }

  private Tensor masked(Masked input) {
    Tensor x = input.x();
    requireBuilt(x);
    Tensor mask = input.mask();
    if (mask.dtype() != DType.BOOL || !mask.shape().broadcastsTo(x.shape())) {
      throw Refusal.of(
          "Softmax",
          "needs a bool mask that broadcasts to the input " + x.shape(),
          mask.spec(),
          "give each of its axes the input's size, or 1");
    }
    Tensor y = probabilities(x, mask);
    return x.mask() == null ? y : y.withMask(x.mask());
  }

  @Override
  protected Tensor call(Tensor x) {
    return x.mask() == null
        ? probabilities(x)
        : probabilities(x, MaskShapes.ofElements(x, x.mask()));
  }

  private Tensor probabilities(Tensor x, Tensor valid) {
    double small = x.dtype() == DType.FLOAT16 ? -3e4 : -1e9; // not infinite: all may be excluded
    return Logic.where(valid, probabilities(Logic.where(valid, x, small)), 0);
  }

  private Tensor probabilities(Tensor x) {
    int[] axes = args().axis.stream().mapToInt(Integer::intValue).toArray();
    return axes.length == 1
        ? Activations.softmax(x, axes[0])
        : Maths.exp(x.sub(Reductions.logSumExp(x, true, axes)));
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
