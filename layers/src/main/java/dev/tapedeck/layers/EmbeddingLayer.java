package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * Base of the layers that look ids up in a table of vectors.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
public abstract sealed class EmbeddingLayer<
        A extends Record & EmbeddingLayer.Arguments, L extends EmbeddingLayer<A, L>>
    extends BuiltIn<A, L> permits Embedding, ReversibleEmbedding {
  /** The scores of all vectors, whose scales are those of the vectors. */
  private static final ProductEquation REVERSE = ProductEquation.of("...x,yx->...y");

  private Variable embeddings;
  private transient LowRank lowRank; // null for none
  private transient QuantizedProduct quantized; // null for none

  /** The arguments that all have. */
  interface Arguments {
    int inputDim();

    int outputDim();

    Initializer embeddingsInitializer();

    Regularizer embeddingsRegularizer();

    Constraint embeddingsConstraint();

    boolean maskZero();

    Tensor weights();

    Integer loraRank();

    Double loraAlpha();
  }

  EmbeddingLayer(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that all have. */
  static void check(
      String who,
      int inputDim,
      int outputDim,
      Initializer initializer,
      Constraint constraint,
      Tensor weights,
      Integer loraRank) {
    LayerOptions.requirePositive(who, "inputDim", inputDim);
    LayerOptions.requirePositive(who, "outputDim", outputDim);
    LayerOptions.requireGiven(
        who, "embeddingsInitializer", initializer, "Initializers.randomUniform()");
    LowRank.check(who, loraRank, constraint);
    if (weights != null && !weights.shape().equals(Shape.of(inputDim, outputDim))) {
      throw Refusal.of(
          who,
          "needs weights " + Shape.of(inputDim, outputDim),
          weights.shape(),
          "give a row for each id");
    }
  }

  /** Sets the initializer of the vectors; by default uniform numbers within 0.05 of 0. */
  public final L embeddingsInitializer(Initializer initializer) {
    return with("embeddingsInitializer", initializer);
  }

  /** Sets a penalty on the vectors that is added to the loss; by default none. */
  public final L embeddingsRegularizer(Regularizer regularizer) {
    return with("embeddingsRegularizer", regularizer);
  }

  /** Sets a projection of the vectors after each step of the optimizer; by default none. */
  public final L embeddingsConstraint(Constraint constraint) {
    return with("embeddingsConstraint", constraint);
  }

  /** Sets whether id 0 is padding, which the output's mask excludes; by default it is not. */
  public final L maskZero(boolean mask) {
    return with("maskZero", mask);
  }

  /** Sets the initial vectors, {@code [inputDim, outputDim]}; by default the initializer's. */
  public final L weights(Object vectors) {
    return with("weights", Operands.tensor(vectors));
  }

  /** Sets the rank of an adaptation of the table, which is then frozen; by default none. */
  public final L loraRank(int rank) {
    return with("loraRank", rank);
  }

  /** Sets the strength of the adaptation, which is divided by its rank; by default the rank. */
  public final L loraAlpha(double alpha) {
    return with("loraAlpha", alpha);
  }

  /**
   * Freezes the table and adapts it by trainable matrices of a rank; compile again afterwards.
   *
   * @throws IllegalStateException if it is adapted already
   */
  @SuppressWarnings("unchecked") // L is the class that extends this
  public final L enableLora(int rank) {
    LowRank.requireNone(getClass().getSimpleName(), args().loraRank(), quantizationMode());
    recordArgument("loraRank", rank);
    if (embeddings != null) {
      adapt();
    }
    return (L) this;
  }

  private void adapt() {
    A args = args();
    lowRank =
        LowRank.of(
            embeddings,
            "lora_embeddings",
            args.loraRank(),
            args.loraAlpha(),
            args.embeddingsRegularizer(),
            this::addVariable);
  }

  private Initializer initializer() {
    Tensor weights = args().weights();
    return weights == null
        ? args().embeddingsInitializer()
        : (key, spec) -> weights.cast(spec.dtype());
  }

  @Override
  protected void build(Shape ids) {
    A args = args();
    embeddings =
        addVariable(
            new WeightSpec("embeddings", initializer(), args.inputDim(), args.outputDim())
                .regularizer(args.embeddingsRegularizer())
                .constraint(args.embeddingsConstraint())
                .withoutAutocast()); // rows are cast, not the table
    if (args.loraRank() != null) {
      adapt();
    }
  }

  @Override
  protected boolean quantize(DType stored) {
    if (lowRank != null || !QuantizedProduct.fits(REVERSE, embeddings, stored)) {
      return false;
    }
    quantized =
        QuantizedProduct.of(REVERSE, embeddings, stored, this::replaceVariable, this::addVariable);
    embeddings = quantized.kernel();
    return true;
  }

  /** Returns the quantized table; null if it is not. */
  final QuantizedProduct quantized() {
    return quantized;
  }

  /** Returns the whole table, {@code [inputDim, outputDim]}, as it is adapted. */
  final Tensor table() {
    return lowRank == null ? Operands.tensor(embeddings) : lowRank.adapted(embeddings);
  }

  @Override
  protected final Tensor call(Tensor ids) {
    Tensor cast = quantized == null ? rows(ids) : quantized.rows(ids, outputType());
    Tensor y = lowRank == null ? cast : cast.add(lowRank.changeOfRows(ids));
    return args().maskZero() ? y.withMask(ids.notEqual(0)) : y;
  }

  private Tensor rows(Tensor ids) {
    Tensor rows = Indexing.embeddingLookup(embeddings, ids);
    return dtypePolicy() == null ? rows : rows.cast(dtypePolicy().compute());
  }

  private DType outputType() {
    return dtypePolicy() == null ? DType.FLOAT32 : dtypePolicy().compute();
  }

  @Override
  protected final boolean supportsMasking() {
    return args().maskZero();
  }
}
