package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * 1D convolution layer of each channel alone, whose results are mixed: {@code y =
 * activation(separableConv1d(x, depthwise_kernel, pointwise_kernel) + bias)}.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', filters]}, where {@link Padding} says what the
 * sizes are; with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. The variables
 * are {@code depthwise_kernel [size, c, depthMultiplier]}, {@code pointwise_kernel [1, c *
 * depthMultiplier, filters]} and {@code bias [filters]}.
 *
 * <p>An input that is not such a batch, or of another element type or number of channels than the
 * layer was built for, throws {@link IllegalArgumentException}; so does one that is smaller than
 * the kernel, unless the padding is {@code SAME}.
 */
public final class SeparableConv1D
    extends SeparableConv<SeparableConv1D.Arguments, SeparableConv1D> {
  /** The arguments of a {@link SeparableConv1D}; lists have one number. */
  public record Arguments(
      int filters,
      List<Integer> kernelSize,
      List<Integer> strides,
      Padding padding,
      ImageLayout dataFormat,
      List<Integer> dilationRate,
      int depthMultiplier,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer depthwiseInitializer,
      Initializer pointwiseInitializer,
      Initializer biasInitializer,
      Regularizer depthwiseRegularizer,
      Regularizer pointwiseRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint depthwiseConstraint,
      Constraint pointwiseConstraint,
      Constraint biasConstraint)
      implements SeparableConv.Arguments {
    /** Checks the arguments. */
    public Arguments {
      SeparableConv.checkPointwise("SeparableConv1D", filters, pointwiseInitializer);
      kernelSize = LayerOptions.sizes("SeparableConv1D", "kernelSize", 1, kernelSize);
      strides = LayerOptions.sizes("SeparableConv1D", "strides", 1, strides);
      dilationRate = LayerOptions.sizes("SeparableConv1D", "dilationRate", 1, dilationRate);
      LayerOptions.requireValidOrSame("SeparableConv1D", padding);
      DepthwiseConvolution.check("SeparableConv1D", depthMultiplier, depthwiseInitializer);
      ConvolutionLayer.check("SeparableConv1D", dataFormat, activation, biasInitializer);
    }
  }

  private SeparableConv1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public SeparableConv1D(int filters, int kernelSize) {
    this(filters, List.of(kernelSize));
  }

  /**
   * Makes a layer without activation.
   *
   * @param kernelSize number of steps of the kernel
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public SeparableConv1D(int filters, List<Integer> kernelSize) {
    this(
        new Arguments(
            filters,
            kernelSize,
            List.of(1),
            Padding.VALID,
            ImageLayout.CHANNELS_LAST,
            List.of(1),
            1,
            Activations::linear,
            true,
            Initializers.glorotUniform(),
            Initializers.glorotUniform(),
            Initializers.zeros(),
            null,
            null,
            null,
            null,
            null,
            null,
            null));
  }

  @Override
  Tensor convolve(Tensor images, Variable depthwise, Variable pointwise) {
    return Convolution.separableConv1d(images, depthwise, pointwise, options());
  }
}
