package dev.tapedeck.keras;

import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Sequential;

/** Keras's names of the classes of layers and models. */
final class ClassNames {
  /** The class whose name in files is not that of the documentation. */
  private static final String DOCUMENTED = "GroupQueryAttention";

  private static final String IN_FILES = "GroupedQueryAttention";

  private ClassNames() {}

  /** Returns the name of a class here by that in files. */
  static String ofFile(String name) {
    return name.equals(IN_FILES) ? DOCUMENTED : name;
  }

  /** Returns the name of a class in files. */
  static String inFiles(Class<?> type) {
    String name = type.getSimpleName();
    return name.equals(DOCUMENTED) ? IN_FILES : name;
  }

  /** Returns the name of a layer's class. */
  static String of(AbstractLayer<?, ?> layer) {
    boolean functional = !(layer instanceof Sequential) && ModelCalls.of(layer).isPresent();
    return functional ? "Functional" : inFiles(layer.getClass());
  }
}
