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
 * Transposed 3D convolution layer, which makes volumes larger: {@code y =
 * activation(conv3dTranspose(x, kernel) + bias)}.
 *
 * <p>Volumes {@code [n, d, h, w, c]} give {@code [n, d', h', w', filters]}; with {@link
 * ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. A size {@code w} becomes {@code (w -
 * 1) * stride + max(k, stride)}, or {@code w * stride} with padding {@code SAME}, where {@code k}
 * is the size of the dilated kernel. With output padding {@code p} it becomes {@code (w - 1) *
 * stride + k + p}, or {@code (w - 1) * stride + k % 2 + p} with padding {@code SAME}. The variables
 * are {@code kernel [depth, height, width, filters, c]} and {@code bias [filters]}.
 *
 * <p>An input that is not such a batch, or of another element type or number of channels than the
 * layer was built for, throws {@link IllegalArgumentException}; so does output padding that is not
 * less than the strides.
 */
public final class Conv3DTranspose
    extends ConvTranspose<Conv3DTranspose.Arguments, Conv3DTranspose> {
  /**
   * The arguments of a {@link Conv3DTranspose}; lists have a number for each spatial axis.
   *
   * @param outputPadding elements of the output beyond its smallest size; null for Keras's default
   */
  public record Arguments(
      int filters,
      List<Integer> kernelSize,
      List<Integer> strides,
      Padding padding,
      ImageLayout dataFormat,
      List<Integer> outputPadding,
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
      KernelConvolution.check("Conv3DTranspose", filters, kernelInitializer);
      kernelSize = LayerOptions.sizes("Conv3DTranspose", "kernelSize", 3, kernelSize);
      strides = LayerOptions.sizes("Conv3DTranspose", "strides", 3, strides);
      dilationRate = LayerOptions.sizes("Conv3DTranspose", "dilationRate", 3, dilationRate);
      LayerOptions.requireValidOrSame("Conv3DTranspose", padding);
      outputPadding = ConvTranspose.outputPadding("Conv3DTranspose", 3, outputPadding);
      ConvolutionLayer.check("Conv3DTranspose", dataFormat, activation, biasInitializer);
    }
  }

  private Conv3DTranspose(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation; the kernel has the same size along each axis. */
  public Conv3DTranspose(int filters, int kernelSize) {
    this(filters, List.of(kernelSize));
  }

  /**
   * Makes a layer without activation.
   *
   * @param kernelSize depth, height and width of the kernel; one for all
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public Conv3DTranspose(int filters, List<Integer> kernelSize) {
    this(
        new Arguments(
            filters,
            kernelSize,
            List.of(1),
            Padding.VALID,
            ImageLayout.CHANNELS_LAST,
            null,
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
    return Convolution.conv3dTranspose(images, kernel, options);
  }
}
