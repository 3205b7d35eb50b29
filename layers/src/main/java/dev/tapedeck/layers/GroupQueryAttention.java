package dev.tapedeck.layers;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;

/**
 * Attention of several heads as in {@link MultiHeadAttention}, of which a group of heads shares its
 * keys and values.
 *
 * <p>Queries {@code [n, q, features]}, values {@code [n, k, ..]} and keys {@code [n, k, ..]}, by
 * default the values, give {@code [n, q, features]}; scores are {@code [n, heads, q, k]}. The
 * variables are {@code kernel [features, heads, headDim]} and {@code bias [heads, headDim]} of
 * {@code query}, {@code key}, {@code gate} and {@code value}, and {@code kernel [heads, headDim,
 * features]} and {@code bias [features]} of {@code attention_output}.
 *
 * <p>A query attends to keys that neither {@link AttentionInputs} nor the masks of query, key and
 * value hide. One that may attend to nothing gets the mean of all values; but 0 with scores and
 * with dropout, as in Keras. The output has the query's mask.
 *
 * <p>J. Ainslie et al., "GQA: Training Generalized Multi-Query Transformer Models from Multi-Head
 * Checkpoints", EMNLP 2023.
 */
public final class GroupQueryAttention
    extends HeadAttention<GroupQueryAttention.Arguments, GroupQueryAttention> {
  /**
   * The arguments of a {@link GroupQueryAttention}.
   *
   * @param headDim size of each head's queries, keys and values
   * @param numQueryHeads number of heads of queries
   * @param numKeyValueHeads number of heads of keys and values, which divides that of queries
   * @param dropout the part of the scores that training sets to 0
   * @param useBias whether the linear functions have a bias
   * @param slidingWindow number of positions from which on a key is too far from a query; null for
   *     none
   * @param flashAttention whether one op computes the means; null where that is possible
   * @param kernelInitializer initializer of each kernel
   * @param biasInitializer initializer of each bias
   * @param kernelRegularizer penalty on each kernel; null for none
   * @param biasRegularizer penalty on each bias; null for none
   * @param activityRegularizer penalty on each linear function's output, and once more on the
   *     layer's, as in Keras; null for none
   * @param kernelConstraint projection of each kernel; null for none
   * @param biasConstraint projection of each bias; null for none
   * @param useGate whether the heads' results are multiplied by a function of the queries
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(
      int headDim,
      int numQueryHeads,
      int numKeyValueHeads,
      double dropout,
      boolean useBias,
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
    private static final String WHO = "GroupQueryAttention";

    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive(WHO, "headDim", headDim);
      LayerOptions.requirePositive(WHO, "numQueryHeads", numQueryHeads);
      LayerOptions.requirePositive(WHO, "numKeyValueHeads", numKeyValueHeads);
      if (numQueryHeads % numKeyValueHeads != 0) {
        throw Refusal.of(
            WHO,
            "numQueryHeads must be a multiple of numKeyValueHeads",
            numQueryHeads + " and " + numKeyValueHeads,
            "choose a divisor, as 1");
      }
      check(WHO, dropout, slidingWindow, flashAttention, kernelInitializer, biasInitializer);
    }
  }

  private GroupQueryAttention(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public GroupQueryAttention(int headDim, int numQueryHeads, int numKeyValueHeads) {
    this(
        new Arguments(
            headDim,
            numQueryHeads,
            numKeyValueHeads,
            0,
            true,
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

  @Override
  protected Regularizer activityRegularizer() {
    return args().activityRegularizer();
  }

  @Override
  void create(AttentionInputs inputs) {
    Arguments args = args();
    project("query", args.numQueryHeads(), args.headDim());
    project("key", args.numKeyValueHeads(), args.headDim());
    projectGate(args.numQueryHeads(), args.headDim());
    project("value", args.numKeyValueHeads(), args.headDim());
    project("attention_output", Activations::linear, 2, inputs.query().shape().size(-1));
  }

  @Override
  AttentionAxes axes(Shape query) {
    if (query.rank() != 3) {
      throw Refusal.of(
          who(),
          "needs sequences [n, q, features]",
          query,
          "reshape them; MultiHeadAttention has attentionAxes");
    }
    return AttentionAxes.of(who(), 3, null);
  }

  @Override
  long group() {
    return args().numQueryHeads() / args().numKeyValueHeads();
  }

  @Override
  double scale() {
    return 1 / Math.sqrt(args().headDim());
  }
}
