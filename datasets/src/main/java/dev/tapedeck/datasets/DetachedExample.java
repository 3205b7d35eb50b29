package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.function.Supplier;

/**
 * An example that is made now and handed out later, maybe on another thread: until then no scope
 * releases its tensors.
 */
record DetachedExample(Example example, Scope.Detached tensors) {
  /** Holds what is made; the tensors that were only made on the way are released at once. */
  static DetachedExample of(Supplier<Example> maker) {
    try (Scope holding = new Scope()) {
      Example kept;
      try (Scope making = new Scope()) {
        Example made = maker.get();
        kept = new Example(making.keep(made.x()), making.keep(made.y()));
      }
      return new DetachedExample(kept, holding.detach());
    }
  }

  /** Gives the tensors to the current scope, as if they were made in it; once. */
  Example handOut() {
    tensors.attach();
    return example;
  }
}
