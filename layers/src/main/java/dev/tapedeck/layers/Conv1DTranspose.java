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
 * Transposed 1D convolution layer, which makes sequences larger: {@code y =
 * activation(conv1dTranspose(x, kernel) + bias)}.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, w', filters]}; with {@link
 * ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. A size {@code w} becomes {@code (w -
 * 1) * stride + max(k, stride)}, or {@code w * stride} with padding {@code SAME}, where {@code k}
 * is the size of the dilated kernel. With output padding {@code p} it becomes {@code (w - 1) *
 * stride + k + p}, or {@code (w - 1) * stride + k % 2 + p} with padding {@code SAME}. The variables
 * are {@code kernel [size, filters, c]} and {@code bias [filters]}.
 *
 * <p>An input that is not such a batch, or of another element type or number of channels than the
 * layer was built for, throws {@link IllegalArgumentException}; so does output padding that is not
 * less than the strides.
 */
public final class Conv1DTranspose
    extends ConvTranspose<Conv1DTranspose.Arguments, Conv1DTranspose> {
  /**
   * The arguments of a {@link Conv1DTranspose}; lists have one number.
   *
   * @param outputPadding elements of the output beyond its smallest size; null for Keras's default
   */
  public record Arguments(
      int filters,
      List<Integer> kernelSize,
      List<Integer> strides,
      Padding padding,
      List<Integer> outputPadding,
      ImageLayout dataFormat,
      List<Integer> dilationRate,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint)
      implements ConvTranspose.Arguments {
    /** Checks the arguments. */
    public Arguments {
      KernelConvolution.check("Conv1DTranspose", filters, kernelInitializer);
      kernelSize = LayerOptions.sizes("Conv1DTranspose", "kernelSize", 1, kernelSize);
      strides = LayerOptions.sizes("Conv1DTranspose", "strides", 1, strides);
      dilationRate = LayerOptions.sizes("Conv1DTranspose", "dilationRate", 1, dilationRate);
      LayerOptions.requireValidOrSame("Conv1DTranspose", padding);
      outputPadding = ConvTranspose.outputPadding("Conv1DTranspose", 1, outputPadding);
      ConvolutionLayer.check("Conv1DTranspose", dataFormat, activation, biasInitializer);
    }
  }

  private Conv1DTranspose(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public Conv1DTranspose(int filters, int kernelSize) {
    this(filters, List.of(kernelSize));
  }

  /**
   * Makes a layer without activation.
   *
   * @param kernelSize number of steps of the kernel
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public Conv1DTranspose(int filters, List<Integer> kernelSize) {
    this(
        new Arguments(
            filters,
            kernelSize,
            List.of(1),
            Padding.VALID,
            null,
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
  Tensor convolve(Tensor images, Variable kernel, ConvOptions options) {
    return Convolution.conv1dTranspose(images, kernel, options);
  }
}
