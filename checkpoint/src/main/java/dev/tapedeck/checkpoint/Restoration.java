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
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
  private final Map<Variable, Integer> matched = new LinkedHashMap<>(); // and not assigned yet
  private final Map<Growing, Set<String>> awaited = new IdentityHashMap<>(); // the keys of kept
  private final Map<String, EagerTensor> kept = new HashMap<>();

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
      restoration.awaited(tracked).forEach(key -> restoration.keep(key, bundle));
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
      for (int node : extra) {
        Entry entry = saved.values().get(node);
        // Not by the path of a variable that is missing: it is that of another in the file.
        found.put(expected.containsKey(name(node)) ? entry.key() : name(node), spec(entry));
      }
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
    bound.values().forEach(unused::remove);
    if (!saved.isEmpty()) {
      unused.remove(saved.child(0, Keys.SAVE_COUNTER));
    }
    return unused;
  }

  /** Returns those values that nobody has got and that variables which do not exist yet may get. */
  private Set<Integer> pending(TrackedGraph tracked) {
    Set<String> keys = awaited(tracked);
    Set<Integer> pending = unusedNodes();
    pending.removeIf(node -> !keys.contains(saved.values().get(node).key()));
    return pending;
  }

  /** Returns the keys of the values that variables which do not exist yet may get. */
  private Set<String> awaited(TrackedGraph tracked) {
    Set<String> keys = new LinkedHashSet<>();
    for (TrackedGraph.Node node : tracked.nodes()) {
      if (bound.containsKey(node.object())
          && node.object() instanceof Growing growing
          && growing.isGrowing()) {
        keys.addAll(awaited(growing));
      }
    }
    return keys;
  }

  private Set<String> awaited(Growing growing) {
    int counterpart = bound.get(growing);
    Set<Integer> roots = new LinkedHashSet<>(saved.children(counterpart).values());
    if (growing instanceof Optimizer) {
      saved.slots(counterpart).values().forEach(kinds -> roots.addAll(kinds.values()));
    } else {
      Parts.within(growing).values().forEach(part -> roots.remove(bound.get(part)));
    }
    Set<Integer> nodes = saved.below(roots);
    nodes.retainAll(growing instanceof Optimizer ? unusedNodes() : saved.values().keySet());
    return nodes.stream()
        .map(node -> saved.values().get(node).key())
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void keep(String key, BundleReader bundle) {
    Entry entry = bundle.entries().get(key);
    if (entry.dtype().isPresent()) {
      try (Scope none = Scope.none()) {
        EagerTensor value =
            EagerTensor.allocate(new TensorSpec(entry.dtype().get(), entry.shape()));
        kept.put(key, value);
        bundle.read(entry, value.elements());
      }
    }
  }

  private void assign(Variable variable, int node, BundleReader bundle) {
    bundle.read(saved.values().get(node), variable.writing().elements());
  }

  private void awaitGrowth(TrackedGraph tracked) {
    for (TrackedGraph.Node node : tracked.nodes()) {
      boolean known = bound.containsKey(node.object());
      // Where there is nothing for an object, it may still wait for what was restored before.
      if ((known || !partial) && node.object() instanceof Growing object && object.isGrowing()) {
        awaited.put(object, known ? awaited(object) : new HashSet<>());
        object.whenGrown(() -> grown(object, node.path()));
      }
    }
  }

  /** Gives variables that have appeared their values. */
  private void grown(Growing grown, String path) {
    try {
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
      Map<Variable, EagerTensor> values = new LinkedHashMap<>();
      matched.forEach((variable, node) -> values.put(variable, kept(node)));
      values.forEach(Variable::assign);
    } catch (RuntimeException e) {
      matched.keySet().forEach(bound::remove); // they are not used, but made again
      matched.clear();
      throw e;
    }
    release(grown);
  }

  private EagerTensor kept(int node) {
    EagerTensor value = kept.get(saved.values().get(node).key());
    if (value == null) {
      throw new CheckpointException(
          "restore: in %s two variables share the value of \"%s\", which cannot be; use an earlier checkpoint"
              .formatted(prefix, name(node)));
    }
    return value;
  }

  /** Gives the memory back of what nobody waits for now that an object has grown. */
  private void release(Growing grown) {
    Set<String> done = new HashSet<>();
    matched.values().forEach(node -> done.add(saved.values().get(node).key()));
    matched.clear();
    awaited.forEach(
        (object, keys) -> {
          if (object instanceof Optimizer) {
            keys.removeAll(done);
          }
        });
    if (!(grown instanceof Optimizer)) {
      done.addAll(awaited.remove(grown));
    }
    for (String key : done) {
      if (awaited.values().stream().noneMatch(keys -> keys.contains(key))
          && kept.containsKey(key)) {
        kept.remove(key).release();
      }
    }
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
