package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;

/**
 * 2D convolution layer: {@code y = activation(conv2d(x, kernel) + bias)}.
 *
 * <p>Images {@code [n, h, w, c]} give {@code [n, h', w', filters]}, where {@link Padding} says what
 * {@code h'} and {@code w'} are. The variables are {@code kernel [size, size, c, filters]} and
 * {@code bias [filters]}.
 *
 * <p>An input that is not a batch of images, or of another element type or number of channels than
 * the layer was built for, throws {@link IllegalArgumentException}; so does one that is smaller
 * than the kernel, unless the padding is {@code SAME}.
 */
public final class Conv2D extends Affine<Conv2D.Arguments, Conv2D> {
  private static final Logger LOG = Loggers.of(Conv2D.class);

  /** The arguments of a {@link Conv2D}. */
  public record Arguments(
      int filters,
      int kernelSize,
      int strides,
      Padding padding,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint)
      implements Affine.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("Conv2D", "filters", filters);
      LayerOptions.requirePositive("Conv2D", "kernelSize", kernelSize);
      LayerOptions.requirePositive("Conv2D", "strides", strides);
      LayerOptions.requireGiven("Conv2D", "padding", padding, "Padding.SAME");
      Affine.check("Conv2D", activation, kernelInitializer, biasInitializer);
    }
  }

  private Conv2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public Conv2D(int filters, int kernelSize) {
    this(filters, kernelSize, Activations::linear);
  }

  /**
   * Makes a layer.
   *
   * @param kernelSize the filters' height and width
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public Conv2D(int filters, int kernelSize, UnaryOperator<Tensor> activation) {
    this(
        new Arguments(
            filters,
            kernelSize,
            1,
            Padding.VALID,
            activation,
            true,
            Initializers.glorotUniform(),
            Initializers.zeros(),
            null,
            null,
            null,
            null,
            null));
  }

  /** Sets the stride of the kernel, vertically and horizontally; by default 1. */
  public Conv2D strides(int strides) {
    return with("strides", strides);
  }

  /** Sets the padding at the edges; by default {@link Padding#VALID}. */
  public Conv2D padding(Padding padding) {
    return with("padding", padding);
  }

  @Override
  int outputs() {
    return args().filters();
  }

  @Override
  void beforeBuild(Shape input) {
    if (ImageLayout.seemsFirst(input)) {
      LOG.warn(
          "Conv2D: images {} are taken for [n, h, w, c], {} high and {} wide with {} channels; if their"
              + " channels come first, transpose(images, 0, 2, 3, 1) them",
          input,
          input.size(1),
          input.size(2),
          input.size(3));
    }
  }

  @Override
  Shape kernelShape(Shape input) {
    if (input.rank() != 4) {
      throw new IllegalArgumentException(
          "Conv2D: needs images [n, h, w, c], received "
              + input
              + "; batch(n) the dataset, or expandDims a single image, or one without channels");
    }
    return Shape.of(args().kernelSize(), args().kernelSize(), input.size(-1), outputs());
  }

  @Override
  Tensor linear(Tensor x, Variable kernel) {
    Arguments args = args();
    ConvOptions options = new ConvOptions().strides(args.strides()).padding(args.padding());
    return Convolution.conv2d(x, kernel, options);
  }
}
