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
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * 2D convolution layer: {@code y = activation(conv2d(x, kernel) + bias)}.
 *
 * <p>Images {@code [n, h, w, c]} give {@code [n, h', w', filters]}, where {@link Padding} says what
 * the sizes are; with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. The
 * variables are {@code kernel [height, width, c / groups, filters]} and {@code bias [filters]}.
 *
 * <p>An input that is not such a batch, or of another element type or number of channels than the
 * layer was built for, throws {@link IllegalArgumentException}; so does one that is smaller than
 * the kernel, if there is no padding.
 */
public final class Conv2D extends Conv<Conv2D.Arguments, Conv2D> {
  /** The arguments of a {@link Conv2D}; lists have a number for each spatial axis. */
  public record Arguments(
      int filters,
      List<Integer> kernelSize,
      List<Integer> strides,
      Padding padding,
      ImageLayout dataFormat,
      List<Integer> dilationRate,
      int groups,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint)
      implements Conv.Arguments {
    /** Checks the arguments. */
    public Arguments {
      KernelConvolution.check("Conv2D", filters, kernelInitializer);
      kernelSize = LayerOptions.sizes("Conv2D", "kernelSize", 2, kernelSize);
      strides = LayerOptions.sizes("Conv2D", "strides", 2, strides);
      dilationRate = LayerOptions.sizes("Conv2D", "dilationRate", 2, dilationRate);
      LayerOptions.requireValidOrSame("Conv2D", padding);
      Conv.check("Conv2D", filters, groups);
      ConvolutionLayer.check("Conv2D", dataFormat, activation, biasInitializer);
    }
  }

  private Conv2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation; the kernel has the same size along each axis. */
  public Conv2D(int filters, int kernelSize) {
    this(filters, List.of(kernelSize));
  }

  /** Makes a layer without activation. */
  public Conv2D(int filters, List<Integer> kernelSize) {
    this(filters, kernelSize, Activations::linear);
  }

  /** Makes a layer; the kernel has the same size along each axis. */
  public Conv2D(int filters, int kernelSize, UnaryOperator<Tensor> activation) {
    this(filters, List.of(kernelSize), activation);
  }

  /**
   * Makes a layer.
   *
   * @param kernelSize height and width of the kernel; one for all
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public Conv2D(int filters, List<Integer> kernelSize, UnaryOperator<Tensor> activation) {
    this(
        new Arguments(
            filters,
            kernelSize,
            List.of(1),
            Padding.VALID,
            ImageLayout.CHANNELS_LAST,
            List.of(1),
            1,
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

  @Override
  Tensor convolve(Tensor images, Variable kernel, ConvOptions options) {
    return Convolution.conv2d(images, kernel, options);
  }
}
