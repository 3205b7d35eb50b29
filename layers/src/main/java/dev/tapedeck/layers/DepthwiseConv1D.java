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
 * 1D convolution layer of each channel alone: {@code y = activation(depthwiseConv1d(x, kernel) +
 * bias)}.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', c * depthMultiplier]}, the results of the
 * first channel, then those of the second, where {@link Padding} says what the sizes are; with
 * {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. The variables are {@code
 * kernel [size, c, depthMultiplier]} and {@code bias [c * depthMultiplier]}.
 *
 * <p>An input that is not such a batch, or of another element type or number of channels than the
 * layer was built for, throws {@link IllegalArgumentException}; so does one that is smaller than
 * the kernel, unless the padding is {@code SAME}.
 */
public final class DepthwiseConv1D
    extends DepthwiseConv<DepthwiseConv1D.Arguments, DepthwiseConv1D> {
  /** The arguments of a {@link DepthwiseConv1D}; lists have one number. */
  public record Arguments(
      List<Integer> kernelSize,
      List<Integer> strides,
      Padding padding,
      int depthMultiplier,
      ImageLayout dataFormat,
      List<Integer> dilationRate,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer depthwiseInitializer,
      Initializer biasInitializer,
      Regularizer depthwiseRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint depthwiseConstraint,
      Constraint biasConstraint)
      implements DepthwiseConvolution.Arguments {
    /** Checks the arguments. */
    public Arguments {
      kernelSize = LayerOptions.sizes("DepthwiseConv1D", "kernelSize", 1, kernelSize);
      strides = LayerOptions.sizes("DepthwiseConv1D", "strides", 1, strides);
      dilationRate = LayerOptions.sizes("DepthwiseConv1D", "dilationRate", 1, dilationRate);
      LayerOptions.requireValidOrSame("DepthwiseConv1D", padding);
      DepthwiseConvolution.check("DepthwiseConv1D", depthMultiplier, depthwiseInitializer);
      ConvolutionLayer.check("DepthwiseConv1D", dataFormat, activation, biasInitializer);
    }
  }

  private DepthwiseConv1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public DepthwiseConv1D(int kernelSize) {
    this(List.of(kernelSize));
  }

  /**
   * Makes a layer without activation.
   *
   * @param kernelSize number of steps of the kernel
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public DepthwiseConv1D(List<Integer> kernelSize) {
    this(
        new Arguments(
            kernelSize,
            List.of(1),
            Padding.VALID,
            1,
            ImageLayout.CHANNELS_LAST,
            List.of(1),
            Activations::linear,
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
  Tensor convolve(Tensor images, Variable depthwise) {
    return Convolution.depthwiseConv1d(images, depthwise, options());
  }
}
