package dev.tapedeck.layers;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * Additive attention: {@code softmax(sum(scale * tanh(query + key))) @ value}, the sum over
 * features.
 *
 * <p>Queries {@code [n, q, d]}, values {@code [n, k, v]} and keys {@code [n, k, d]}, by default the
 * values, give {@code [n, q, v]}; scores are {@code [n, q, k]}. The variable is {@code scale [d]}.
 *
 * <p>Keys whose value is masked, or that {@link AttentionInputs} hides, have no weight. The output
 * at masked queries is 0, and has the mask of the queries.
 *
 * <p>D. Bahdanau, K. Cho, Y. Bengio, "Neural Machine Translation by Jointly Learning to Align and
 * Translate", ICLR 2015.
 */
public final class AdditiveAttention
    extends SequenceAttention<AdditiveAttention.Arguments, AdditiveAttention> {
  private Variable scale;

  /**
   * The arguments of an {@link AdditiveAttention}.
   *
   * @param useScale whether a variable scales the features
   * @param dropout the part of the scores that training sets to 0
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(boolean useScale, double dropout, Long seed)
      implements SequenceAttention.Arguments {
    /** Checks the arguments. */
    public Arguments {
      checkDropout("AdditiveAttention", dropout);
    }
  }

  private AdditiveAttention(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer with a scale. */
  public AdditiveAttention() {
    this(new Arguments(true, 0, null));
  }

  @Override
  void create(AttentionInputs inputs) {
    scale =
        args().useScale()
            ? addVariable(
                new WeightSpec(
                    "scale", Initializers.glorotUniform(), inputs.query().shape().size(-1)))
            : null;
  }

  @Override
  Tensor scores(Tensor query, Tensor key) {
    Tensor both = Maths.tanh(Shaping.expandDims(query, -2).add(Shaping.expandDims(key, -3)));
    return (scale == null ? both : both.mul(scale)).sum(-1);
  }
}
