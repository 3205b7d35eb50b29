package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.function.Supplier;

/**
 * An example that no scope owns yet: it is made now and handed out later, maybe on another thread.
 */
record DetachedExample(Example example, Scope.Detached tensors) {
  /** Returns the example that a supplier makes; its intermediate tensors are released at once. */
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

  /** Returns the example and makes the current scope the owner of its tensors; call it once. */
  Example handOut() {
    tensors.attach();
    return example;
  }
}
