package dev.tapedeck.datasets;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.StringTensor;
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
  /**
   * Returns the example that a supplier makes, or null; its intermediate tensors are released at
   * once.
   */
  static DetachedExample of(Supplier<Example> maker) {
    List<Tensor> tensors = new ArrayList<>();
    try (Scope holding = new Scope()) {
      ExampleTree tree;
      try (Scope making = new Scope()) {
        Example example = maker.get();
        if (example == null) {
          return null;
        }
        tree = ExampleTree.of(example, tensors);
        tensors.forEach(making::keep);
      }
      return new DetachedExample(tree, tensors, holding.detach());
    }
  }

  /** Returns the example without its memory, which it shares. */
  Example look() {
    return tree.build(tensors.iterator());
  }

  /** Returns an example of the same contents, in memory of its own. */
  DetachedExample copy() {
    return of(() -> tree.build(tensors.stream().map(DetachedExample::copy).iterator()));
  }

  /** Returns this example with memory that nobody releases but the collector. */
  DetachedExample pinned() {
    try (Scope _ = Scope.none()) {
      memory.attach();
    }
    for (Tensor tensor : tensors) {
      if (!(tensor instanceof StringTensor)) {
        ((EagerTensor) tensor).storage().pin();
      }
    }
    return new DetachedExample(tree, tensors, () -> {});
  }

  /** Returns a tensor of the same contents, in memory of its own. */
  static Tensor copy(Tensor tensor) {
    if (tensor instanceof StringTensor text) {
      return text.alias();
    }
    EagerTensor copy = EagerTensor.allocate(tensor.spec());
    Elements.copy((EagerTensor) tensor, copy);
    return copy;
  }

  /** Releases the memory of the tensors. */
  void discard() {
    try (Scope _ = new Scope()) {
      memory.attach();
    }
  }

  /** Returns the example and makes the current scope the owner of its tensors; call it once. */
  Example handOut() {
    memory.attach();
    return look();
  }
}
