package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
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

  /**
   * The arguments of an {@link Embedding}.
   *
   * @param inputDim number of different ids: the largest one plus 1
   * @param outputDim size of the vectors
   */
  public record Arguments(
      int inputDim,
      int outputDim,
      Initializer embeddingsInitializer,
      Regularizer embeddingsRegularizer,
      Constraint embeddingsConstraint,
      boolean maskZero) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("Embedding", "inputDim", inputDim);
      LayerOptions.requirePositive("Embedding", "outputDim", outputDim);
      LayerOptions.requireGiven(
          "Embedding",
          "embeddingsInitializer",
          embeddingsInitializer,
          "Initializers.randomUniform()");
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
    this(new Arguments(inputDim, outputDim, Initializers.randomUniform(), null, null, false));
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

  @Override
  protected void build(Shape ids) {
    Arguments args = args();
    embeddings =
        addVariable(
            new WeightSpec("embeddings", args.embeddingsInitializer, args.inputDim, args.outputDim)
                .regularizer(args.embeddingsRegularizer)
                .constraint(args.embeddingsConstraint)
                .withoutAutocast()); // rows are cast, not the table
  }

  @Override
  protected Tensor call(Tensor ids) {
    Tensor rows = Indexing.embeddingLookup(embeddings, ids);
    Tensor y = dtypePolicy() == null ? rows : rows.cast(dtypePolicy().compute());
    return args().maskZero ? y.withMask(ids.notEqual(0)) : y;
  }

  @Override
  protected boolean supportsMasking() {
    return args().maskZero;
  }
}
