package dev.tapedeck.keras;

import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Sequential;

/** Keras's names of the classes of layers and models. */
final class ClassNames {
  private ClassNames() {}

  /** Returns the name of a layer's class. */
  static String of(AbstractLayer<?, ?> layer) {
    boolean functional = !(layer instanceof Sequential) && ModelCalls.of(layer).isPresent();
    return functional ? "Functional" : layer.getClass().getSimpleName();
  }
}
