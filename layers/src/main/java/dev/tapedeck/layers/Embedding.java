package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * A table of vectors that whole-number ids select: {@code y[..] = embeddings[ids[..]]}.
 *
 * <p>Ids {@code [n, ..]} of any whole-number type give {@code [n, .., outputDim]}. The variable is
 * {@code embeddings [inputDim, outputDim]}, float32 if no policy says otherwise.
 *
 * <p>An id that is not in {@code [0, inputDim)} throws {@link IllegalArgumentException}, which
 * names it; so do ids of a floating-point type.
 */
public final class Embedding extends BuiltIn<Embedding.Arguments, Embedding> {
  private Variable embeddings;
  private transient LowRank lowRank; // null for none

  /**
   * The arguments of an {@link Embedding}.
   *
   * @param inputDim number of different ids: the largest one plus 1
   * @param outputDim size of the vectors
   * @param weights initial vectors; null for the initializer's
   */
  public record Arguments(
      int inputDim,
      int outputDim,
      Initializer embeddingsInitializer,
      Regularizer embeddingsRegularizer,
      Constraint embeddingsConstraint,
      boolean maskZero,
      Tensor weights,
      Integer loraRank,
      Double loraAlpha) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("Embedding", "inputDim", inputDim);
      LayerOptions.requirePositive("Embedding", "outputDim", outputDim);
      LayerOptions.requireGiven(
          "Embedding",
          "embeddingsInitializer",
          embeddingsInitializer,
          "Initializers.randomUniform()");
      LowRank.check("Embedding", loraRank, embeddingsConstraint);
      if (weights != null && !weights.shape().equals(Shape.of(inputDim, outputDim))) {
        throw Refusal.of(
            "Embedding",
            "needs weights " + Shape.of(inputDim, outputDim),
            weights.shape(),
            "give a row for each id");
      }
    }
  }

  private Embedding(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer.
   *
   * @param inputDim number of different ids: the largest one plus 1
   * @param outputDim size of the vectors
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public Embedding(int inputDim, int outputDim) {
    this(
        new Arguments(
            inputDim,
            outputDim,
            Initializers.randomUniform(),
            null,
            null,
            false,
            null,
            null,
            null));
  }

  /** Sets the initializer of the vectors; by default uniform numbers within 0.05 of 0. */
  public Embedding embeddingsInitializer(Initializer initializer) {
    return with("embeddingsInitializer", initializer);
  }

  /** Sets a penalty on the vectors that is added to the loss; by default none. */
  public Embedding embeddingsRegularizer(Regularizer regularizer) {
    return with("embeddingsRegularizer", regularizer);
  }

  /** Sets a projection of the vectors after each step of the optimizer; by default none. */
  public Embedding embeddingsConstraint(Constraint constraint) {
    return with("embeddingsConstraint", constraint);
  }

  /** Sets whether id 0 is padding, which the output's mask excludes; by default it is not. */
  public Embedding maskZero(boolean mask) {
    return with("maskZero", mask);
  }

  /** Sets the initial vectors, {@code [inputDim, outputDim]}; by default the initializer's. */
  public Embedding weights(Object vectors) {
    return with("weights", Operands.tensor(vectors));
  }

  /** Sets the rank of an adaptation of the table, which is then frozen; by default none. */
  public Embedding loraRank(int rank) {
    return with("loraRank", rank);
  }

  /** Sets the strength of the adaptation, which is divided by its rank; by default the rank. */
  public Embedding loraAlpha(double alpha) {
    return with("loraAlpha", alpha);
  }

  /**
   * Freezes the table and adapts it by trainable matrices of a rank; compile again afterwards.
   *
   * @throws IllegalStateException if it is adapted already
   */
  public Embedding enableLora(int rank) {
    LowRank.requireNone("Embedding", args().loraRank);
    recordArgument("loraRank", rank);
    if (embeddings != null) {
      adapt();
    }
    return this;
  }

  private void adapt() {
    Arguments args = args();
    lowRank =
        LowRank.of(
            embeddings,
            "lora_embeddings",
            args.loraRank,
            args.loraAlpha,
            args.embeddingsRegularizer,
            this::addVariable);
  }

  private Initializer initializer() {
    Tensor weights = args().weights;
    return weights == null
        ? args().embeddingsInitializer
        : (key, spec) -> weights.cast(spec.dtype());
  }

  @Override
  protected void build(Shape ids) {
    Arguments args = args();
    embeddings =
        addVariable(
            new WeightSpec("embeddings", initializer(), args.inputDim, args.outputDim)
                .regularizer(args.embeddingsRegularizer)
                .constraint(args.embeddingsConstraint)
                .withoutAutocast()); // rows are cast, not the table
    if (args.loraRank != null) {
      adapt();
    }
  }

  @Override
  protected Tensor call(Tensor ids) {
    Tensor rows = Indexing.embeddingLookup(embeddings, ids);
    Tensor cast = dtypePolicy() == null ? rows : rows.cast(dtypePolicy().compute());
    Tensor y = lowRank == null ? cast : cast.add(lowRank.changeOfRows(ids));
    return args().maskZero ? y.withMask(ids.notEqual(0)) : y;
  }

  @Override
  protected boolean supportsMasking() {
    return args().maskZero;
  }
}
