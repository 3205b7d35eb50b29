package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.LayerFunction;
import dev.tapedeck.train.WeightSpec;

/**
 * A table of vectors that ids select, as {@link Embedding}, which also gives scores of all ids for
 * vectors: {@link #applyReverse} computes {@code x @ transpose(embeddings)}.
 *
 * <pre>{@code
 * ReversibleEmbedding words = new ReversibleEmbedding(1000, 64);
 * Tensor hidden = decoder.apply(words.apply(ids));  // [n, length, 64]
 * Tensor logits = words.applyReverse(hidden);       // [n, length, 1000]
 * }</pre>
 *
 * <p>The variable is {@code embeddings [inputDim, outputDim]}; without {@code tieWeights} the
 * reverse has a {@code reverse_embeddings [outputDim, inputDim]} of its own.
 *
 * <p>O. Press and L. Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017.
 */
public final class ReversibleEmbedding
    extends EmbeddingLayer<ReversibleEmbedding.Arguments, ReversibleEmbedding> {
  private static final LayerFunction<Tensor, Tensor> REVERSE =
      (layer, x, training) -> ((ReversibleEmbedding) layer).reverse(x);

  private static final ProductEquation EQUATION = ProductEquation.of("...x,xy->...y");

  private Variable reverseEmbeddings; // null where the weights are tied
  private transient QuantizedProduct quantizedReverse; // null for none

  /**
   * The arguments of a {@link ReversibleEmbedding}.
   *
   * @param inputDim number of different ids: the largest one plus 1
   * @param outputDim size of the vectors
   * @param tieWeights whether the reverse uses the vectors themselves
   * @param reverseDtype type that the reverse computes in; null for the layer's
   * @param logitSoftCap bound of the scores' size; null for none
   * @param weights initial vectors; null for the initializer's
   */
  public record Arguments(
      int inputDim,
      int outputDim,
      boolean tieWeights,
      Initializer embeddingsInitializer,
      Regularizer embeddingsRegularizer,
      Constraint embeddingsConstraint,
      boolean maskZero,
      DType reverseDtype,
      Double logitSoftCap,
      Tensor weights,
      Integer loraRank,
      Double loraAlpha)
      implements EmbeddingLayer.Arguments {
    private static final String WHO = "ReversibleEmbedding";

    /** Checks the arguments. */
    public Arguments {
      check(
          WHO, inputDim, outputDim, embeddingsInitializer, embeddingsConstraint, weights, loraRank);
      if (reverseDtype != null && !reverseDtype.isFloating()) {
        throw Refusal.of(
            WHO, "needs a floating-point reverseDtype", reverseDtype, "use DType.FLOAT32");
      }
      if (logitSoftCap != null && !(logitSoftCap > 0)) {
        throw Refusal.of(
            WHO, "needs a logitSoftCap above 0", logitSoftCap, "leave it out for no bound");
      }
    }
  }

  private ReversibleEmbedding(Arguments arguments) {
    super(arguments);
  }

  /**
   * Makes a layer.
   *
   * @param inputDim number of different ids: the largest one plus 1
   * @param outputDim size of the vectors
   * @throws IllegalArgumentException if a number is not 1 or more
   */
  public ReversibleEmbedding(int inputDim, int outputDim) {
    this(
        new Arguments(
            inputDim,
            outputDim,
            true,
            Initializers.randomUniform(),
            null,
            null,
            false,
            null,
            null,
            null,
            null,
            null));
  }

  /** Sets whether the reverse uses the vectors themselves; by default it does. */
  public ReversibleEmbedding tieWeights(boolean tie) {
    return with("tieWeights", tie);
  }

  /** Sets the type that the reverse computes in; by default that of the layer. */
  public ReversibleEmbedding reverseDtype(DType dtype) {
    return with("reverseDtype", dtype);
  }

  /** Sets a bound of the scores: {@code tanh(scores / cap) * cap}; by default none. */
  public ReversibleEmbedding logitSoftCap(double cap) {
    return with("logitSoftCap", cap);
  }

  @Override
  protected void build(Shape ids) {
    super.build(ids);
    Arguments args = args();
    if (!args.tieWeights) {
      reverseEmbeddings =
          addVariable(
              new WeightSpec(
                      "reverse_embeddings",
                      args.embeddingsInitializer,
                      args.outputDim,
                      args.inputDim)
                  .withoutAutocast());
    }
  }

  @Override
  protected boolean quantize(DType stored) {
    boolean fits = args().tieWeights || QuantizedProduct.fits(EQUATION, reverseEmbeddings, stored);
    if (!fits || !super.quantize(stored)) {
      return false;
    }
    if (args().tieWeights) {
      quantizedReverse = quantized();
    } else {
      quantizedReverse =
          QuantizedProduct.of(
              EQUATION, reverseEmbeddings, stored, this::replaceVariable, this::addVariable);
      reverseEmbeddings = quantizedReverse.kernel();
    }
    return true;
  }

  /**
   * Returns scores of all ids, {@code [.., inputDim]}, for vectors {@code [.., outputDim]}; without
   * their mask, as in Keras.
   *
   * @throws IllegalArgumentException if the last axis is of another size
   */
  public Tensor applyReverse(Object x) {
    return apply(REVERSE, Operands.tensor(x), null);
  }

  private Tensor reverse(Tensor x) {
    requireBuilt(x);
    Arguments args = args();
    DTypePolicy policy = dtypePolicy();
    DType computed = policy == null ? x.dtype() : policy.compute();
    DType dtype = args.reverseDtype == null ? computed : args.reverseDtype;
    Tensor cast = x.cast(dtype);
    Tensor logits =
        quantizedReverse == null
            ? cast.matmul(reverseKernel().cast(dtype))
            : quantizedReverse.of(cast);
    Double cap = args.logitSoftCap;
    return cap == null ? logits : Maths.tanh(logits.div(cap)).mul(cap);
  }

  private Tensor reverseKernel() {
    return args().tieWeights ? Linalg.matrixTranspose(table()) : Operands.tensor(reverseEmbeddings);
  }
}
