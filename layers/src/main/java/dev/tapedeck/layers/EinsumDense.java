package dev.tapedeck.layers;

import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A densely connected layer of any axes: {@code y = activation(einsum(equation, x, kernel) +
 * bias)}.
 *
 * <p>{@code new EinsumDense("abc,cd->abd", -1, 64).biasAxes("d")} is a {@link Dense} of sequences,
 * {@code new EinsumDense("...x,xy->...y", 64)} one of inputs of any rank. The variables are {@code
 * kernel} and, with {@code biasAxes}, {@code bias}, whose shapes follow from the equation.
 *
 * <p>With a {@code loraRank} the kernel is frozen, and {@code kernel + lora_kernel_a @
 * lora_kernel_b * loraAlpha / loraRank} takes its place.
 *
 * <p>An equation of another form than {@code X,Y->Z}, {@code ...X,Y->...Z} or {@code X...,Y->Z...},
 * and an input that does not fit it, throw {@link IllegalArgumentException}.
 */
public final class EinsumDense extends BuiltIn<EinsumDense.Arguments, EinsumDense> {
  private static final String WHO = "EinsumDense";

  private Variable kernel;
  private Variable bias;
  private transient LowRank lowRank; // null for none
  private transient QuantizedProduct quantized; // null for none

  /**
   * The arguments of an {@link EinsumDense}.
   *
   * @param equation equation of input, kernel and output
   * @param outputShape sizes of the output's axes that the equation names, without that of the
   *     batch; -1 for the input's
   * @param biasAxes axes of the output that have a bias of their own; null for no bias
   */
  public record Arguments(
      String equation,
      List<Integer> outputShape,
      UnaryOperator<Tensor> activation,
      String biasAxes,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint,
      Integer loraRank,
      Double loraAlpha) {
    /** Checks the arguments. */
    public Arguments {
      EinsumShapes.parse(equation);
      outputShape = outputShape.stream().map(size -> size == null ? -1 : size).toList();
      Affine.check(WHO, activation, kernelInitializer, biasInitializer);
      LowRank.check(WHO, loraRank, kernelConstraint);
    }
  }

  private EinsumDense(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer without activation and bias.
   *
   * @param outputShape sizes of the output's axes that the equation names, without that of the
   *     batch; -1 for the input's
   */
  public EinsumDense(String equation, int... outputShape) {
    this(
        new Arguments(
            equation,
            Arrays.stream(outputShape).boxed().toList(),
            Activations::linear,
            null,
            Initializers.glorotUniform(),
            Initializers.zeros(),
            null,
            null,
            null,
            null,
            null,
            null));
  }

  /** Sets the function of the output; by default there is none. */
  public EinsumDense activation(UnaryOperator<Tensor> activation) {
    return with("activation", activation);
  }

  /** Sets the axes of the output that have a bias of their own; by default there is no bias. */
  public EinsumDense biasAxes(String axes) {
    return with("biasAxes", axes);
  }

  /** Sets the initializer of the kernel; by default Glorot uniform. */
  public EinsumDense kernelInitializer(Initializer initializer) {
    return with("kernelInitializer", initializer);
  }

  /** Sets the initializer of the bias; by default zeros. */
  public EinsumDense biasInitializer(Initializer initializer) {
    return with("biasInitializer", initializer);
  }

  /** Sets a penalty on the kernel that is added to the loss; by default none. */
  public EinsumDense kernelRegularizer(Regularizer regularizer) {
    return with("kernelRegularizer", regularizer);
  }

  /** Sets a penalty on the bias that is added to the loss; by default none. */
  public EinsumDense biasRegularizer(Regularizer regularizer) {
    return with("biasRegularizer", regularizer);
  }

  /** Sets a projection of the kernel after each step of the optimizer; by default none. */
  public EinsumDense kernelConstraint(Constraint constraint) {
    return with("kernelConstraint", constraint);
  }

  /** Sets a projection of the bias after each step of the optimizer; by default none. */
  public EinsumDense biasConstraint(Constraint constraint) {
    return with("biasConstraint", constraint);
  }

  /** Sets the rank of an adaptation of the kernel, which is then frozen; by default none. */
  public EinsumDense loraRank(int rank) {
    return with("loraRank", rank);
  }

  /** Sets the strength of the adaptation, which is divided by its rank; by default the rank. */
  public EinsumDense loraAlpha(double alpha) {
    return with("loraAlpha", alpha);
  }

  /**
   * Freezes the kernel and adapts it by trainable matrices of a rank; compile again afterwards.
   *
   * @throws IllegalStateException if it is adapted already
   */
  public EinsumDense enableLora(int rank) {
    LowRank.requireNone(WHO, args().loraRank, quantizationMode());
    recordArgument("loraRank", rank);
    if (kernel != null) {
      adapt();
    }
    return this;
  }

  private void adapt() {
    Arguments args = args();
    lowRank =
        LowRank.of(
            kernel,
            "lora_kernel",
            args.loraRank,
            args.loraAlpha,
            args.kernelRegularizer,
            this::addVariable);
  }

  @Override
  protected void build(Shape input) {
    Arguments args = args();
    EinsumShapes shapes = EinsumShapes.of(args.equation, args.outputShape, args.biasAxes, input);
    kernel =
        addVariable(
            new WeightSpec("kernel", initializer(shapes), shapes.kernel())
                .regularizer(args.kernelRegularizer)
                .constraint(args.kernelConstraint));
    bias =
        args.biasAxes == null
            ? null
            : addVariable(
                new WeightSpec("bias", args.biasInitializer, shapes.bias())
                    .regularizer(args.biasRegularizer)
                    .constraint(args.biasConstraint));
    if (args.loraRank != null) {
      adapt();
    }
  }

  /** Returns the kernel's initializer, told its axes of inputs and outputs if it asks for them. */
  private Initializer initializer(EinsumShapes shapes) {
    if (!(args().kernelInitializer instanceof Record scaling)) {
      return args().kernelInitializer;
    }
    List<String> names = Records.names(scaling.getClass());
    int inputs = names.indexOf("inputAxes");
    List<Object> components = Records.components(scaling);
    if (inputs < 0 || components.get(inputs) != null) {
      return args().kernelInitializer;
    }
    components.set(inputs, shapes.inputAxes());
    components.set(names.indexOf("outputAxes"), shapes.outputAxes());
    return (Initializer) Records.construct(scaling.getClass(), components);
  }

  @Override
  protected boolean quantize(DType stored) {
    ProductEquation equation = ProductEquation.of(args().equation);
    if (lowRank != null || !QuantizedProduct.fits(equation, kernel, stored)) {
      return false;
    }
    quantized =
        QuantizedProduct.of(equation, kernel, stored, this::replaceVariable, this::addVariable);
    kernel = quantized.kernel();
    return true;
  }

  @Override
  protected Tensor call(Tensor x) {
    Object used = lowRank == null ? kernel : lowRank.adapted(kernel);
    Tensor y = quantized == null ? Einsum.einsum(args().equation, x, used) : quantized.of(x);
    return args().activation.apply(bias == null ? y : y.add(bias));
  }
}
