package dev.tapedeck.layers;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Objects;

/**
 * Dot-product attention: {@code softmax(query @ transpose(key)) @ value}.
 *
 * <p>Queries {@code [n, q, d]}, values {@code [n, k, v]} and keys {@code [n, k, d]}, by default the
 * values, give {@code [n, q, v]}; scores are {@code [n, q, k]}. The score of a query and a key is
 * their product, or with {@link ScoreMode#CONCAT} {@code weight * sum(tanh(query + key))}, whose
 * variable is {@code concat_score_weight}; the variable {@code scale} of {@link #useScale}
 * multiplies the product, or the sum.
 *
 * <p>Keys whose value is masked, or that {@link AttentionInputs} hides, have no weight. The output
 * at masked queries is 0, and has the mask of the queries.
 *
 * <p>M.-T. Luong, H. Pham, C. Manning, "Effective Approaches to Attention-based Neural Machine
 * Translation", EMNLP 2015.
 */
public final class Attention extends SequenceAttention<Attention.Arguments, Attention> {
  private Variable scale;
  private Variable weight;

  /** What scores are made of. */
  public enum ScoreMode {
    /** Products of queries and keys. */
    DOT,
    /** Sums of the hyperbolic tangent of a query plus a key. */
    CONCAT
  }

  /**
   * The arguments of an {@link Attention}.
   *
   * @param useScale whether a variable scales the scores
   * @param scoreMode what scores are made of
   * @param dropout the part of the scores that training sets to 0
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(boolean useScale, ScoreMode scoreMode, double dropout, Long seed)
      implements SequenceAttention.Arguments {
    /** Checks the arguments. */
    public Arguments {
      Objects.requireNonNull(scoreMode, "Attention: the scoreMode is null; give ScoreMode.DOT");
      checkDropout("Attention", dropout);
    }
  }

  private Attention(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of products without a scale. */
  public Attention() {
    this(new Arguments(false, ScoreMode.DOT, 0, null));
  }

  /** Sets what scores are made of; by default products. */
  public Attention scoreMode(ScoreMode mode) {
    return with("scoreMode", mode);
  }

  @Override
  void create(AttentionInputs inputs) {
    scale = args().useScale() ? addVariable(new WeightSpec("scale", Initializers.ones())) : null;
    weight =
        args().scoreMode() == ScoreMode.CONCAT
            ? addVariable(new WeightSpec("concat_score_weight", Initializers.ones()))
            : null;
  }

  private Tensor scaled(Tensor x) {
    return scale == null ? x : x.mul(scale);
  }

  @Override
  Tensor scores(Tensor query, Tensor key) {
    return weight == null
        ? Linalg.matmul(scaled(query), key, false, true)
        : Maths.tanh(scaled(Shaping.expandDims(query, -2).add(Shaping.expandDims(key, -3))))
            .sum(-1)
            .mul(weight);
  }

  @Override
  Tensor fused(AttentionInputs inputs, Tensor mask) {
    if (weight != null) {
      return null;
    }
    Tensor pairs = mask == null || mask.shape().rank() < 3 ? mask : Shaping.expandDims(mask, -3);
    Tensor means =
        dev.tapedeck.ops.neural.Attention.dotProductAttention(
            oneHead(scaled(inputs.query())),
            oneHead(inputs.keys()),
            oneHead(inputs.value()),
            pairs,
            inputs.causal(),
            1);
    return Shaping.squeeze(means, -2);
  }

  private static Tensor oneHead(Tensor x) {
    return Shaping.expandDims(x, -2);
  }
}
