package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Densely connected layer: {@code y = activation(x @ kernel + bias)}.
 *
 * <p>Inputs {@code [n, .., features]} give {@code [n, .., units]}: all axes but the last are batch
 * axes. The variables are {@code kernel [features, units]} and {@code bias [units]}.
 *
 * <p>With a {@code loraRank} the kernel is frozen, and {@code kernel + lora_kernel_a @
 * lora_kernel_b * loraAlpha / loraRank} takes its place (E. J. Hu et al., "LoRA: Low-Rank
 * Adaptation of Large Language Models", ICLR 2022).
 *
 * <p>An input of another rank, element type or number of features than the layer was built for
 * throws {@link IllegalArgumentException}; numbers are never converted silently.
 */
public final class Dense extends Affine<Dense.Arguments, Dense> {
  private static final ProductEquation EQUATION = ProductEquation.of("...x,xy->...y");

  private transient LowRank lowRank; // null for none
  private transient QuantizedProduct quantized; // null for none

  /** The arguments of a {@link Dense}. */
  public record Arguments(
      int units,
      UnaryOperator<Tensor> activation,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint,
      Integer loraRank,
      Double loraAlpha)
      implements Affine.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("Dense", "units", units);
      Affine.check("Dense", activation, kernelInitializer, biasInitializer);
      LowRank.check("Dense", loraRank, kernelConstraint);
    }
  }

  private Dense(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without activation. */
  public Dense(int units) {
    this(units, Activations::linear);
  }

  /**
   * Makes a layer.
   *
   * @throws IllegalArgumentException if there is not at least one unit
   */
  public Dense(int units, UnaryOperator<Tensor> activation) {
    this(
        new Arguments(
            units,
            activation,
            true,
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

  /** Sets the rank of an adaptation of the kernel, which is then frozen; by default none. */
  public Dense loraRank(int rank) {
    return with("loraRank", rank);
  }

  /** Sets the strength of the adaptation, which is divided by its rank; by default the rank. */
  public Dense loraAlpha(double alpha) {
    return with("loraAlpha", alpha);
  }

  /**
   * Freezes the kernel and adapts it by trainable matrices of a rank; compile again afterwards.
   *
   * @throws IllegalStateException if it is adapted already
   */
  public Dense enableLora(int rank) {
    LowRank.requireNone("Dense", args().loraRank, quantizationMode());
    recordArgument("loraRank", rank);
    if (kernel() != null) {
      afterBuild();
    }
    return this;
  }

  @Override
  void afterBuild() {
    Arguments args = args();
    if (args.loraRank != null) {
      lowRank =
          LowRank.of(
              kernel(),
              "lora_kernel",
              args.loraRank,
              args.loraAlpha,
              args.kernelRegularizer,
              this::addVariable);
    }
  }

  @Override
  protected boolean quantize(DType stored) {
    if (lowRank != null || !QuantizedProduct.fits(EQUATION, kernel(), stored)) {
      return false;
    }
    quantized =
        QuantizedProduct.of(EQUATION, kernel(), stored, this::replaceVariable, this::addVariable);
    kernel(quantized.kernel());
    return true;
  }

  @Override
  int outputs() {
    return args().units();
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }

  @Override
  Shape kernelShape(Shape input) {
    if (input.rank() < 2) {
      throw new IllegalArgumentException(
          "Dense: needs inputs [n, .., features] of rank 2 or more, received "
              + input
              + "; batch(n) the dataset, or expandDims a single example");
    }
    return Shape.of(input.size(-1), outputs());
  }

  @Override
  Tensor linear(Tensor x, Variable ofLayer) {
    Shape shape = x.shape();
    long unknown = Arrays.stream(shape.toArray()).filter(size -> size == Shape.UNKNOWN).count();
    return shape.rank() == 2 || unknown > 1 // which a reshape could not compute again
        ? product(x, ofLayer)
        : product(x.reshape(-1, shape.size(-1)), ofLayer)
            .reshape(shape.with(-1, outputs()).toArray());
  }

  private Tensor product(Tensor x, Variable ofLayer) {
    return quantized == null
        ? x.matmul(lowRank == null ? ofLayer : lowRank.adapted(ofLayer))
        : quantized.of(x);
  }
}
