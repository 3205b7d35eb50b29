package dev.tapedeck.layers;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Root mean square normalization: {@code y = scale * x / sqrt(mean(x^2) + epsilon)}, with the mean
 * over axes.
 *
 * <p>The variable {@code scale} has the sizes of these axes, in rising order. A mask is dropped, as
 * by Keras.
 *
 * <p>An input of another size along these axes than the layer was built for throws {@link
 * IllegalArgumentException}.
 *
 * <p>B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
 */
public final class RMSNormalization extends BuiltIn<RMSNormalization.Arguments, RMSNormalization> {
  private static final String WHO = "RMSNormalization";

  private Variable scale;

  /**
   * The arguments of a {@link RMSNormalization}.
   *
   * @param axis axes over which the mean is taken; negative ones count from the end
   * @param epsilon number that is added to the mean
   */
  public record Arguments(List<Integer> axis, double epsilon) {
    /** Checks the arguments. */
    public Arguments {
      axis = LayerOptions.axes(WHO, axis);
      ScaledNormalization.checkEpsilon(WHO, epsilon);
    }
  }

  private RMSNormalization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of the last axis. */
  public RMSNormalization() {
    this(-1);
  }

  /** Makes a layer of an axis; a negative one counts from the end. */
  public RMSNormalization(int axis) {
    this(List.of(axis));
  }

  /** Makes a layer of several axes. */
  public RMSNormalization(List<Integer> axis) {
    this(new Arguments(axis, 1e-6));
  }

  /** Sets the number that is added to the mean; by default 1e-6. */
  public RMSNormalization epsilon(double epsilon) {
    return with("epsilon", epsilon);
  }

  private int[] axes() {
    return args().axis.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  protected void build(Shape input) {
    long[] sizes = Arrays.stream(input.axes(axes(), WHO)).mapToLong(input::size).toArray();
    scale = addVariable(new WeightSpec("scale", Initializers.ones(), sizes).withoutAutocast());
  }

  @Override
  protected Tensor call(Tensor x) {
    // Squares overflow in the types of mixed precision.
    Tensor wide = dtypePolicy() == null ? x : x.cast(dtypePolicy().variable());
    return Normalization.rmsNorm(wide, scale, args().epsilon, axes()).cast(x.dtype());
  }
}
