package dev.tapedeck.distributed;

import dev.tapedeck.train.Trainable;
import java.io.Serializable;
import java.util.function.Supplier;

/** A maker of compiled models, which is sent to the workers: each calls it once. */
@FunctionalInterface
public interface ModelFactory extends Supplier<Trainable<?, ?>>, Serializable {
  /** Returns a new model, compiled, always the same one. */
  @Override
  Trainable<?, ?> get();
}
