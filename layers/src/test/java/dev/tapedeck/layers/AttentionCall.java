package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.train.AbstractLayer;
import java.util.List;

/**
 * A call of an attention layer with query, value and, if there are three inputs, key.
 *
 * @param mask attention mask; null for none
 * @param scores whether the scores are checked, not the output
 */
record AttentionCall(Tensor mask, boolean causal, boolean scores) implements LayerCheck.Call {
  @Override
  public Tensor of(AbstractLayer<?, ?> layer, List<Tensor> inputs, boolean training) {
    Tensor key = inputs.size() > 2 ? inputs.get(2) : null;
    AttentionInputs given = new AttentionInputs(inputs.get(0), inputs.get(1), key, mask, causal);
    AttentionLayer<?, ?> attention = (AttentionLayer<?, ?>) layer;
    return scores
        ? attention.applyWithScores(given, training).scores()
        : attention.apply(given, training);
  }
}
