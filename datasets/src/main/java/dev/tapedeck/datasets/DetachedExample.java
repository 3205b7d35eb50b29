package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * An example that no scope owns yet: it is made now and handed out later, maybe on another thread.
 *
 * @param tree structure of the example
 * @param tensors its tensors, in the structure's order
 * @param memory memory of the tensors
 */
record DetachedExample(ExampleTree tree, List<Tensor> tensors, Scope.Detached memory) {
  /** Returns the example that a supplier makes; its intermediate tensors are released at once. */
  static DetachedExample of(Supplier<Example> maker) {
    List<Tensor> tensors = new ArrayList<>();
    try (Scope holding = new Scope()) {
      ExampleTree tree;
      try (Scope making = new Scope()) {
        tree = ExampleTree.of(maker.get(), tensors);
        tensors.forEach(making::keep);
      }
      return new DetachedExample(tree, tensors, holding.detach());
    }
  }

  /** Returns the example and makes the current scope the owner of its tensors; call it once. */
  Example handOut() {
    memory.attach();
    return tree.build(tensors.iterator());
  }
}
