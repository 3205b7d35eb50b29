package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Tensor;

/**
 * A table of vectors that whole-number ids select: {@code y[..] = embeddings[ids[..]]}.
 *
 * <p>Ids {@code [n, ..]} of any whole-number type give {@code [n, .., outputDim]}. The variable is
 * {@code embeddings [inputDim, outputDim]}, float32 if no policy says otherwise.
 *
 * <p>An id that is not in {@code [0, inputDim)} throws {@link IllegalArgumentException}, which
 * names it; so do ids of a floating-point type.
 */
public final class Embedding extends EmbeddingLayer<Embedding.Arguments, Embedding> {
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
      Double loraAlpha)
      implements EmbeddingLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      check(
          "Embedding",
          inputDim,
          outputDim,
          embeddingsInitializer,
          embeddingsConstraint,
          weights,
          loraRank);
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
}
