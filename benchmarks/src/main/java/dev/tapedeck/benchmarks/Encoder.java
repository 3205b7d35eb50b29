package dev.tapedeck.benchmarks;

import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.MultiHeadAttention;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;

/** A transformer's encoder of width 128, with 4 heads. */
final class Encoder extends Layer {
  private final MultiHeadAttention attention = new MultiHeadAttention(4, 32);
  private final LayerNormalization attended = new LayerNormalization();
  private final Dense wide = new Dense(512, Activations::gelu);
  private final Dense narrow = new Dense(128);
  private final LayerNormalization result = new LayerNormalization();

  @Override
  protected Tensor call(Tensor x) {
    Tensor y = attended.apply(x.add(attention.apply(AttentionInputs.of(x, x))));
    return result.apply(y.add(narrow.apply(wide.apply(y))));
  }
}
