package dev.tapedeck.layers;

import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.neural.Attention;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;

/**
 * An attention layer that compares the inputs as they are.
 *
 * <p>Masks: keys whose value is masked have no weight; the output at masked queries is 0, and has
 * the mask of the queries.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
public abstract class SequenceAttention<
        A extends Record & SequenceAttention.Arguments, L extends SequenceAttention<A, L>>
    extends AttentionLayer<A, L> {
  /** The arguments that both layers have. */
  interface Arguments extends AttentionLayer.Arguments {
    boolean useScale();
  }

  SequenceAttention(A arguments) {
    super(arguments);
  }

  /** Sets whether a variable scales the scores. */
  public final L useScale(boolean use) {
    return with("useScale", use);
  }

  /** Returns how well keys fit queries, {@code [.., q, k]}. */
  abstract Tensor scores(Tensor query, Tensor key);

  /**
   * Returns the means of values by one op, without scores; null if there is none for them.
   *
   * @param mask pairs of query and key that are allowed; null for all
   */
  Tensor fused(AttentionInputs inputs, Tensor mask) {
    return null;
  }

  @Override
  final AttentionOutput attend(AttentionInputs inputs, boolean scored, boolean training) {
    Tensor allowed =
        AttentionMasks.and(
            AttentionMasks.ofKeys(AttentionMasks.ofPlaces(inputs.value())), inputs.attentionMask());
    Tensor fused = isFused(scored, training) ? fused(inputs, allowed) : null;
    if (fused != null) {
      return new AttentionOutput(ofUnmasked(inputs.query(), fused), null);
    }
    Tensor past = inputs.causal() ? Attention.causalMask(inputs.query(), inputs.keys()) : null;
    Tensor scores = scores(inputs.query(), inputs.keys());
    Tensor weights =
        dropped(Attention.maskedSoftmax(scores, AttentionMasks.and(allowed, past)), training);
    Tensor output = Linalg.matmul(weights, inputs.value());
    return new AttentionOutput(ofUnmasked(inputs.query(), output), weights);
  }

  /** Returns the output with 0 at masked queries. */
  private static Tensor ofUnmasked(Tensor query, Tensor output) {
    return query.mask() == null
        ? output
        : Logic.where(AttentionMasks.ofQueries(AttentionMasks.ofPlaces(query)), output, 0)
            .withMask(query.mask());
  }
}
