package dev.tapedeck.train;

import java.util.IdentityHashMap;
import java.util.Map;

/** Which layers of a model were trainable when it was compiled. */
record TrainableFlags(Map<AbstractLayer<?, ?>, Boolean> flags) {
  static TrainableFlags of(AbstractLayer<?, ?> model) {
    Map<AbstractLayer<?, ?>, Boolean> flags = new IdentityHashMap<>();
    LayerState.layers(model).forEach(layer -> flags.put(layer, layer.trainable()));
    return new TrainableFlags(flags);
  }

  /**
   * Checks that no layer was frozen or thawed since.
   *
   * @throws IllegalStateException if one was
   */
  void requireUnchanged() {
    flags.forEach(
        (layer, trainable) -> {
          if (layer.trainable() != trainable) {
            throw new IllegalStateException(
                "fit: layer \""
                    + layer.name()
                    + "\" was "
                    + (trainable ? "frozen" : "made trainable")
                    + " after compile, which would be ignored; call compile again");
          }
        });
  }
}
