package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.train.Optimizer;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Values of a checkpoint for variables that do not exist yet, in memory until the objects that may
 * create those variables have done so.
 */
final class DeferredValues {
  private final Map<String, EagerTensor> values = new HashMap<>();
  private final Map<LazyTrackable, Set<String>> awaited = new IdentityHashMap<>();

  /** Reads a value and keeps it; one of a type without tensors is left out. */
  void read(String key, BundleReader bundle) {
    Entry entry = bundle.entries().get(key);
    if (entry.dtype().isPresent()) {
      try (Scope none = Scope.none()) {
        EagerTensor value =
            EagerTensor.allocate(new TensorSpec(entry.dtype().get(), entry.shape()));
        values.put(key, value);
        bundle.read(entry, value.elements());
      }
    }
  }

  /** Registers the keys of the values that an object's later variables may take. */
  void await(LazyTrackable object, Set<String> keys) {
    awaited.put(object, keys);
  }

  /** Returns whether another object awaits a value. */
  boolean isAwaitedByOthers(String key, LazyTrackable object) {
    return awaited.entrySet().stream()
        .anyMatch(other -> !other.getKey().equals(object) && other.getValue().contains(key));
  }

  /** Returns a value, or null if it is not kept, or no longer. */
  EagerTensor get(String key) {
    return values.get(key);
  }

  /**
   * Releases the values that nobody awaits any more, now that an object has created variables.
   *
   * @param restored the keys of the values that these variables have got; changed by the call
   */
  void release(LazyTrackable object, Set<String> restored) {
    awaited.forEach(
        (waiting, keys) -> {
          if (waiting instanceof Optimizer) {
            keys.removeAll(restored);
          }
        });
    if (!(object instanceof Optimizer)) { // which creates slots for more variables later
      restored.addAll(awaited.remove(object));
    }
    for (String key : restored) {
      if (awaited.values().stream().noneMatch(keys -> keys.contains(key))
          && values.containsKey(key)) {
        values.remove(key).release();
      }
    }
  }
}
