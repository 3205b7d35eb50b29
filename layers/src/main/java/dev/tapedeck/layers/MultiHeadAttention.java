package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Attention of several heads: each head's {@code softmax(q @ transpose(k) / sqrt(keyDim)) @ v} of
 * its own linear functions {@code q}, {@code k} and {@code v} of query, key and value, and a linear
 * function of all heads' results.
 *
 * <p>Queries {@code [n, q, features]}, values {@code [n, k, ..]} and keys {@code [n, k, ..]}, by
 * default the values, give {@code [n, q, features]}; scores are {@code [n, heads, q, k]}. With more
 * axes between the first and the last, the layer attends along all of them, or those of {@link
 * #attentionAxes}; the others are batch axes. The variables are {@code kernel [features, heads,
 * size]} and {@code bias [heads, size]} of {@code query}, {@code key}, {@code gate} and {@code
 * value}, and {@code kernel [heads, valueDim, features]} and {@code bias [features]} of {@code
 * attention_output}.
 *
 * <p>A query attends to keys that neither {@link AttentionInputs} nor the masks of query, key and
 * value hide. One that may attend to nothing gets the mean of all values; but 0 with scores, with
 * dropout, and along several axes, as in Keras. The output has the query's mask.
 *
 * <p>A. Vaswani et al., "Attention Is All You Need", NeurIPS 2017; the gate: Z. Qiu et al., "Gated
 * Attention for Large Language Models", 2025.
 */
public final class MultiHeadAttention
    extends HeadAttention<MultiHeadAttention.Arguments, MultiHeadAttention> {
  /**
   * The arguments of a {@link MultiHeadAttention}.
   *
   * @param numHeads number of heads
   * @param keyDim size of each head's queries and keys
   * @param valueDim size of each head's values; null for {@code keyDim}
   * @param dropout the part of the scores that training sets to 0
   * @param useBias whether the linear functions have a bias
   * @param outputShape sizes of the output's last axes; null for the features of the queries
   * @param attentionAxes axes along which to attend; null for all but the first and the last
   * @param slidingWindow number of positions from which on a key is too far from a query; null for
   *     none
   * @param flashAttention whether one op computes the means; null where that is possible
   * @param kernelInitializer initializer of each kernel
   * @param biasInitializer initializer of each bias
   * @param kernelRegularizer penalty on each kernel; null for none
   * @param biasRegularizer penalty on each bias; null for none
   * @param activityRegularizer penalty on each linear function's output; null for none
   * @param kernelConstraint projection of each kernel; null for none
   * @param biasConstraint projection of each bias; null for none
   * @param useGate whether the heads' results are multiplied by a function of the queries
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(
      int numHeads,
      int keyDim,
      Integer valueDim,
      double dropout,
      boolean useBias,
      List<Integer> outputShape,
      List<Integer> attentionAxes,
      Integer slidingWindow,
      Boolean flashAttention,
      Initializer kernelInitializer,
      Initializer biasInitializer,
      Regularizer kernelRegularizer,
      Regularizer biasRegularizer,
      Regularizer activityRegularizer,
      Constraint kernelConstraint,
      Constraint biasConstraint,
      boolean useGate,
      Long seed)
      implements HeadAttention.Arguments {
    private static final String WHO = "MultiHeadAttention";

    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive(WHO, "numHeads", numHeads);
      LayerOptions.requirePositive(WHO, "keyDim", keyDim);
      if (valueDim != null) {
        LayerOptions.requirePositive(WHO, "valueDim", valueDim);
      }
      check(WHO, dropout, slidingWindow, flashAttention, kernelInitializer, biasInitializer);
      outputShape = sizes(outputShape, "outputShape");
      attentionAxes = sizes(attentionAxes, "attentionAxes");
      if (outputShape != null && outputShape.stream().anyMatch(size -> size < 1)) {
        throw Refusal.of(WHO, "outputShape must be sizes of 1 or more", outputShape, "correct it");
      }
    }

    private static List<Integer> sizes(List<Integer> given, String what) {
      if (given != null && given.isEmpty()) {
        throw Refusal.of(WHO, what + " must have at least one element", given, "leave it out");
      }
      return given == null ? null : List.copyOf(given);
    }
  }

  private MultiHeadAttention(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public MultiHeadAttention(int numHeads, int keyDim) {
    this(
        new Arguments(
            numHeads,
            keyDim,
            null,
            0,
            true,
            null,
            null,
            null,
            null,
            Initializers.glorotUniform(),
            Initializers.zeros(),
            null,
            null,
            null,
            null,
            null,
            false,
            null));
  }

  /** Sets the size of each head's values; by default that of its keys. */
  public MultiHeadAttention valueDim(int size) {
    return with("valueDim", size);
  }

  /** Sets the sizes of the output's last axes; by default the features of the queries. */
  public MultiHeadAttention outputShape(int... sizes) {
    return with("outputShape", Arrays.stream(sizes).boxed().toList());
  }

  /**
   * Sets the axes of the inputs along which to attend; by default all but the first and the last.
   */
  public MultiHeadAttention attentionAxes(int... axes) {
    return with("attentionAxes", Arrays.stream(axes).boxed().toList());
  }

  @Override
  void create(AttentionInputs inputs) {
    Arguments args = args();
    long values = args.valueDim() == null ? args.keyDim() : args.valueDim();
    project("query", args.numHeads(), args.keyDim());
    project("key", args.numHeads(), args.keyDim());
    projectGate(args.numHeads(), values);
    project("value", args.numHeads(), values);
    long[] outputs =
        args.outputShape() == null
            ? new long[] {inputs.query().shape().size(-1)}
            : args.outputShape().stream().mapToLong(size -> size).toArray();
    project("attention_output", Activations::linear, 2, outputs);
  }

  @Override
  AttentionAxes axes(Shape query) {
    return AttentionAxes.of(who(), query.rank(), args().attentionAxes());
  }

  @Override
  double scale() {
    return 1 / Math.sqrt(args().keyDim());
  }
}
