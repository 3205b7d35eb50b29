package dev.tapedeck.train;

import dev.tapedeck.config.Records;

/** Copies of layers, made of their arguments. */
final class LayerCopies {
  private LayerCopies() {}

  /**
   * Returns a new layer of the same arguments, layers among them copied, name and trainable flag.
   */
  @SuppressWarnings("unchecked") // of the same class
  static <L extends AbstractLayer<?, ?>> L of(L layer) {
    Record arguments = layer.arguments();
    if (arguments == null) {
      throw new IllegalStateException(
          "copy: "
              + LayerNames.type(layer)
              + " keeps no arguments; keep them in a record, give it to super(arguments), and have a"
              + " constructor that takes the record alone");
    }
    return named(layer, (L) Records.owner(layer.getClass(), ArgumentCopies.of(arguments)));
  }

  /** Returns a copy with the name and the trainable flag of its original. */
  static <L extends AbstractLayer<?, ?>> L named(AbstractLayer<?, ?> original, L copy) {
    if (original.givenName() != null) {
      copy.rename(original.givenName());
    }
    if (!(copy instanceof Trainable)) {
      copy.choose(original.dtypePolicy());
    }
    if (!original.trainable()) {
      copy.freeze(false);
    }
    return copy;
  }
}
