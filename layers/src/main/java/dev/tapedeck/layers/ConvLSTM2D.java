package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * LSTM of sequences of images, whose products are convolutions; see {@link ConvLSTM}.
 *
 * <p>Sequences {@code [n, time, h, w, c]} give the last output {@code [n, h', w', filters]}, or
 * with {@code returnSequences} all of them.
 */
public final class ConvLSTM2D extends ConvLSTM<ConvLSTM2D.Arguments, ConvLSTM2D> {
  /** The arguments of a {@link ConvLSTM2D}. */
  public record Arguments(
      int filters,
      List<Integer> kernelSize,
      List<Integer> strides,
      Padding padding,
      ImageLayout dataFormat,
      List<Integer> dilationRate,
      UnaryOperator<Tensor> activation,
      UnaryOperator<Tensor> recurrentActivation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer recurrentInitializer,
      Initializer biasInitializer,
      boolean unitForgetBias,
      Regularizer kernelRegularizer,
      Regularizer recurrentRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint recurrentConstraint,
      Constraint biasConstraint,
      double dropout,
      double recurrentDropout,
      Long seed,
      boolean returnSequences,
      boolean returnState,
      boolean goBackwards,
      boolean stateful)
      implements ConvLSTM.Arguments {
    /** Checks the arguments. */
    public Arguments {
      kernelSize = LayerOptions.sizes("ConvLSTM2D", "kernelSize", 2, kernelSize);
      strides = LayerOptions.sizes("ConvLSTM2D", "strides", 2, strides);
      dilationRate = LayerOptions.sizes("ConvLSTM2D", "dilationRate", 2, dilationRate);
      ConvLSTM.check(
          "ConvLSTM2D", filters, strides, padding, dataFormat, dilationRate, recurrentActivation);
      BuiltInCell.check(
          "ConvLSTM2D",
          activation,
          kernelInitializer,
          recurrentInitializer,
          biasInitializer,
          dropout,
          recurrentDropout);
    }
  }

  private ConvLSTM2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of kernels as wide along all axes, which returns the last output. */
  public ConvLSTM2D(int filters, int kernelSize) {
    this(filters, List.of(kernelSize));
  }

  /**
   * Makes a layer that returns the last output.
   *
   * @param kernelSize size of the kernels along each axis, or one for all
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public ConvLSTM2D(int filters, List<Integer> kernelSize) {
    this(
        new Arguments(
            filters,
            kernelSize,
            List.of(1),
            Padding.VALID,
            ImageLayout.CHANNELS_LAST,
            List.of(1),
            Activations::tanh,
            Activations::sigmoid,
            true,
            Initializers.glorotUniform(),
            Initializers.orthogonal(),
            Initializers.zeros(),
            true,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            0,
            0,
            null,
            false,
            false,
            false,
            false));
  }
}
