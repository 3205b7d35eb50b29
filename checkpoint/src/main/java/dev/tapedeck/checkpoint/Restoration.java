package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Growing;
import dev.tapedeck.tensor.Parts;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tensor.Variable;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the values of a checkpoint to the objects whose names match, and keeps those of variables
 * that do not exist yet.
 *
 * <p>Nothing is assigned before all that is needed has been found to fit, and read.
 */
final class Restoration {
  private final Path prefix;
  private final Map<String, Object> named;
  private final boolean partial;
  private final SavedGraph saved;
  private final Map<Object, Integer> bound = new IdentityHashMap<>();
  private final Set<Integer> used = new HashSet<>();
  private final Map<Variable, Integer> matched = new LinkedHashMap<>(); // and not assigned yet
  private final Map<Integer, EagerTensor> kept = new LinkedHashMap<>();

  private Restoration(Path prefix, Map<String, Object> named, boolean partial, SavedGraph saved) {
    this.prefix = prefix;
    this.named = named;
    this.partial = partial;
    this.saved = saved;
  }

  /**
   * Restores named objects, and sees to it that those which grow get their values later.
   *
   * @param partial whether variables without values, and values without variables, are accepted
   */
  static Restoration start(Path prefix, Map<String, Object> named, boolean partial) {
    try (BundleReader bundle = BundleReader.open(prefix)) {
      SavedGraph saved = SavedGraph.read(bundle, prefix);
      Restoration restoration = new Restoration(prefix, named, partial, saved);
      if (!saved.isEmpty()) {
        restoration.bind(named, 0);
      }
      restoration.match(named);
      TrackedGraph tracked = TrackedGraph.of(named);
      tracked.nodes().forEach(node -> restoration.matchSlots(node.object()));
      Set<Integer> pending = restoration.pending(tracked);
      Set<Integer> extra = restoration.unusedNodes();
      extra.removeAll(pending);
      restoration.check(tracked, extra);
      restoration.matched.values().forEach(node -> bundle.verify(saved.values().get(node)));
      pending.forEach(node -> restoration.keep(node, bundle));
      restoration.matched.forEach((variable, node) -> restoration.assign(variable, node, bundle));
      restoration.matched.clear();
      restoration.awaitGrowth(tracked);
      return restoration;
    }
  }

  /** Finds the counterparts of an object's parts, if it has one itself. */
  private void match(Object root) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>(bound.containsKey(root) ? List.of(root) : List.of());
    while (!left.isEmpty()) {
      Object object = left.pop();
      if (seen.add(object)) {
        Map<String, Object> parts = Parts.within(object);
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
    List<Integer> layers = object instanceof Sequential ? Keras.layers(saved, node) : List.of();
    int input = layers.size() - parts.size();
    if (input == 0 || input == 1) {
      List<String> names = List.copyOf(parts.keySet());
      for (int i = 0; i < names.size(); i++) {
        counterparts.putIfAbsent(names.get(i), layers.get(input + i));
      }
    }
    return counterparts;
  }

  private void matchSlots(Object object) {
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
      used.add(node);
      if (object instanceof Variable variable && saved.values().containsKey(node)) {
        matched.put(variable, node);
      }
    } else if (before != node && object instanceof Variable variable) {
      throw new IllegalArgumentException(
          "restore: the variable \"%s\", %s, is two in %s: \"%s\" and \"%s\"; there they are not shared"
              .formatted(variable.name(), variable.spec(), prefix, name(before), name(node)));
    }
  }

  private String name(int node) {
    Entry entry = saved.values().get(node);
    return entry == null ? "object " + node : Keys.path(entry.key());
  }

  /** Throws if what is there does not fit what was saved, of which nobody wants some. */
  private void check(TrackedGraph tracked, Set<Integer> extra) {
    Map<String, Object> expected = new LinkedHashMap<>();
    Map<String, Object> found = new LinkedHashMap<>();
    tracked
        .variables()
        .forEach(
            (variable, path) -> {
              Entry entry = saved.values().get(bound.get(variable));
              if (entry != null) {
                found.put(path, spec(entry));
              }
              if (entry != null || !(partial || path.equals(Keys.SAVE_COUNTER))) {
                expected.put(path, variable.spec());
              }
            });
    if (!partial) {
      extra.forEach(node -> found.putIfAbsent(name(node), spec(saved.values().get(node))));
    }
    new Mismatch(expected, found).requireNone("restore: " + prefix, "the objects");
  }

  private static Object spec(Entry entry) {
    return entry.dtype().isPresent()
        ? new TensorSpec(entry.dtype().get(), entry.shape())
        : entry.type() + " " + entry.shape();
  }

  /** Returns the values that nobody has got. */
  private Set<Integer> unusedNodes() {
    Set<Integer> unused = new LinkedHashSet<>(saved.values().keySet());
    unused.removeAll(used);
    if (!saved.isEmpty()) {
      unused.remove(saved.child(0, Keys.SAVE_COUNTER));
    }
    return unused;
  }

  /** Returns those values that nobody has got and that variables which do not exist yet may get. */
  private Set<Integer> pending(TrackedGraph tracked) {
    List<Integer> growing = new ArrayList<>();
    for (TrackedGraph.Node node : tracked.nodes()) {
      Integer counterpart = bound.get(node.object());
      if (counterpart != null && node.object() instanceof Growing object && object.isGrowing()) {
        growing.add(counterpart);
        saved.slots(counterpart).values().forEach(kinds -> growing.addAll(kinds.values()));
      }
    }
    Set<Integer> pending = unusedNodes();
    pending.retainAll(saved.below(growing));
    return pending;
  }

  private void keep(int node, BundleReader bundle) {
    Entry entry = saved.values().get(node);
    if (entry.dtype().isPresent()) {
      try (Scope none = Scope.none()) {
        EagerTensor value =
            EagerTensor.allocate(new TensorSpec(entry.dtype().get(), entry.shape()));
        bundle.read(entry, value.elements());
        kept.put(node, value);
      }
    }
  }

  private void assign(Variable variable, int node, BundleReader bundle) {
    bundle.read(saved.values().get(node), variable.writing().elements());
  }

  private void awaitGrowth(TrackedGraph tracked) {
    for (TrackedGraph.Node node : tracked.nodes()) {
      if (node.object() instanceof Growing growing && growing.isGrowing()) {
        growing.whenGrown(() -> grown(growing, node.path()));
      }
    }
  }

  /** Gives variables that have appeared their values. */
  private void grown(Growing grown, String path) {
    if (grown instanceof Optimizer optimizer) {
      matchSlots(optimizer);
      requireAllSlots(optimizer);
    } else {
      match(grown);
      TrackedGraph tracked = TrackedGraph.below(grown, path);
      Set<Integer> extra = unusedNodes();
      extra.retainAll(
          saved.below(bound.containsKey(grown) ? List.of(bound.get(grown)) : List.of()));
      extra.removeAll(pending(tracked));
      check(tracked, extra);
      awaitGrowth(tracked);
    }
    matched.forEach((variable, node) -> variable.assign(kept.get(node)));
    for (int node : matched.values()) {
      EagerTensor value = kept.remove(node);
      if (value != null) {
        value.release();
      }
    }
    matched.clear();
  }

  /** Throws if a variable's slots were saved, but by another kind of optimizer. */
  private void requireAllSlots(Optimizer optimizer) {
    Map<Integer, Map<String, Integer>> slots = saved.slots(bound.getOrDefault(optimizer, 0));
    optimizer
        .slots()
        .forEach(
            (variable, kinds) -> {
              Map<String, Integer> saves = slots.getOrDefault(bound.get(variable), Map.of());
              if (!partial && !saves.isEmpty() && !saves.keySet().containsAll(kinds.keySet())) {
                throw new IllegalArgumentException(
                    "restore: %s keeps %s for the variable \"%s\", in %s there is %s; restore into the optimizer it was saved from, or use expectPartial()"
                        .formatted(
                            optimizer.getClass().getSimpleName(),
                            kinds.keySet(),
                            variable.name(),
                            prefix,
                            saves.keySet()));
              }
            });
  }

  /** Returns the names of the values that no variable has got. */
  List<String> unused() {
    return unusedNodes().stream().map(this::name).toList();
  }

  /** Returns the names of the variables that are there and got no value. */
  List<String> unmatched() {
    List<String> unmatched = new ArrayList<>();
    TrackedGraph.of(named)
        .variables()
        .forEach(
            (variable, path) -> {
              if (saved.values().get(bound.get(variable)) == null
                  && !path.equals(Keys.SAVE_COUNTER)) {
                unmatched.add(path);
              }
            });
    return unmatched;
  }
}
