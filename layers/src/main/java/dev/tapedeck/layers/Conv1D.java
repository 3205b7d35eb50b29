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
 * 1D convolution layer: {@code y = activation(conv1d(x, kernel) + bias)}.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', filters]}, where {@link Padding} says what the
 * sizes are; with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. The variables
 * are {@code kernel [size, c / groups, filters]} and {@code bias [filters]}.
 *
 * <p>With padding {@link Padding#CAUSAL} an output depends on its step and earlier ones alone.
 *
 * <p>An input that is not such a batch, or of another element type or number of channels than the
 * layer was built for, throws {@link IllegalArgumentException}; so does one that is smaller than
 * the kernel, if there is no padding.
 */
public final class Conv1D extends Conv<Conv1D.Arguments, Conv1D> {
  /** The arguments of a {@link Conv1D}; lists have one number. */
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
      KernelConvolution.check("Conv1D", filters, kernelInitializer);
      kernelSize = LayerOptions.sizes("Conv1D", "kernelSize", 1, kernelSize);
      strides = LayerOptions.sizes("Conv1D", "strides", 1, strides);
      dilationRate = LayerOptions.sizes("Conv1D", "dilationRate", 1, dilationRate);
      LayerOptions.requireGiven("Conv1D", "padding", padding, "Padding.SAME");
      Conv.check("Conv1D", filters, groups);
      ConvolutionLayer.check("Conv1D", dataFormat, activation, biasInitializer);
    }
  }

  private Conv1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public Conv1D(int filters, int kernelSize) {
    this(filters, List.of(kernelSize));
  }

  /** Makes a layer without activation. */
  public Conv1D(int filters, List<Integer> kernelSize) {
    this(filters, kernelSize, Activations::linear);
  }

  /** Makes a layer. */
  public Conv1D(int filters, int kernelSize, UnaryOperator<Tensor> activation) {
    this(filters, List.of(kernelSize), activation);
  }

  /**
   * Makes a layer.
   *
   * @param kernelSize number of steps of the kernel
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public Conv1D(int filters, List<Integer> kernelSize, UnaryOperator<Tensor> activation) {
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
    return Convolution.conv1d(images, kernel, options);
  }
}
