package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tracking.TrackedFields;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A matcher of the program's objects with those of a checkpoint, by the names that lead to them.
 */
final class ObjectMatcher {
  private final Path prefix;
  private final SavedGraph saved;
  private final Map<Object, Integer> bound = new IdentityHashMap<>();
  private final Map<Variable, Integer> matched = new LinkedHashMap<>();

  /** Makes a matcher, in which the two roots match. */
  ObjectMatcher(Path prefix, SavedGraph saved, Object root) {
    this.prefix = prefix;
    this.saved = saved;
    if (!saved.isEmpty()) {
      bind(root, 0);
    }
  }

  /** Matches the parts of an object, if it has a counterpart itself. */
  void match(Object root) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>(bound.containsKey(root) ? List.of(root) : List.of());
    while (!left.isEmpty()) {
      Object object = left.pop();
      if (seen.add(object)) {
        Map<String, Object> parts = TrackedFields.within(object);
        Map<String, Integer> counterparts = counterparts(object, parts);
        parts.forEach(
            (name, part) -> {
              Integer node = counterparts.get(name);
              if (node != null) {
                bind(part, node);
                left.add(part);
              }
            });
      }
    }
  }

  private Map<String, Integer> counterparts(Object object, Map<String, Object> parts) {
    int node = bound.get(object);
    Map<String, Integer> counterparts = new LinkedHashMap<>();
    parts.keySet().forEach(name -> counterparts.put(name, saved.child(node, name)));
    boolean named = counterparts.values().stream().anyMatch(Objects::nonNull);
    if (object instanceof Sequential && !named) {
      List<Integer> layers = KerasNames.layers(saved, node);
      int input = layers.size() - parts.size();
      if (input == 0 || input == 1) {
        Iterator<Integer> numbered = layers.listIterator(input);
        counterparts.replaceAll((name, none) -> numbered.next());
      }
    }
    return counterparts;
  }

  /** Matches the slots of an object that is an optimizer and has a counterpart. */
  void matchSlots(Object object) {
    Integer node = bound.get(object);
    if (node == null || !(object instanceof Optimizer optimizer)) {
      return;
    }
    Map<Integer, Map<String, Integer>> slots = saved.slots(node);
    optimizer
        .slots()
        .forEach(
            (variable, kinds) -> {
              Map<String, Integer> saves = slots.getOrDefault(bound.get(variable), Map.of());
              kinds.forEach(
                  (name, slot) -> {
                    if (saves.containsKey(name)) {
                      bind(slot, saves.get(name));
                    }
                  });
            });
  }

  private void bind(Object object, int node) {
    Integer before = bound.putIfAbsent(object, node);
    if (before == null) {
      if (object instanceof Variable variable && saved.values().containsKey(node)) {
        matched.put(variable, node);
      }
    } else if (before != node && object instanceof Variable variable) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "restore: the variable \"%s\", %s, is two in %s: \"%s\" and \"%s\"; there they are not shared",
              variable.name(),
              variable.spec(),
              prefix,
              name(before),
              name(node)));
    }
  }

  String name(int node) {
    Entry entry = saved.values().get(node);
    return entry == null ? "object " + node : Keys.path(entry.key());
  }

  /** Returns the nodes of the values that no variable is matched with. */
  Set<Integer> unused() {
    Set<Integer> unused = new LinkedHashSet<>(saved.values().keySet());
    bound.values().forEach(unused::remove);
    if (!saved.isEmpty()) {
      unused.remove(saved.child(0, Keys.SAVE_COUNTER));
    }
    return unused;
  }

  /** Returns the node number of an object's counterpart, or null. */
  Integer node(Object object) {
    return bound.get(object);
  }

  /** Returns the entry of a variable's value, or null. */
  Entry value(Variable variable) {
    return saved.values().get(bound.get(variable));
  }

  /**
   * Returns the variables matched with a value since the last {@link #commit} or {@link #rollBack},
   * with their nodes.
   */
  Map<Variable, Integer> matched() {
    return matched;
  }

  /** Makes the latest matches permanent. */
  void commit() {
    matched.clear();
  }

  /** Drops the latest matches of variables. */
  void rollBack() {
    matched.keySet().forEach(bound::remove);
    matched.clear();
  }
}
