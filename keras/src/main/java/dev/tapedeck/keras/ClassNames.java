package dev.tapedeck.keras;

import dev.tapedeck.layers.GroupQueryAttention;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Sequential;

/** The names of Keras's classes of layers and models, of which default names are made. */
final class ClassNames {
  private ClassNames() {}

  /** Returns the name of a layer's class. */
  static String of(AbstractLayer<?, ?> layer) {
    boolean functional = !(layer instanceof Sequential) && ModelCalls.of(layer).isPresent();
    return functional
        ? "Functional"
        : layer instanceof GroupQueryAttention
            ? "GroupedQueryAttention" // which Keras exports under the other name
            : layer.getClass().getSimpleName();
  }
}
