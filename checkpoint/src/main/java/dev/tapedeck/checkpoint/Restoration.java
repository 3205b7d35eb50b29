package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import dev.tapedeck.train.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
  private final Matching matching;
  private final Map<LazyTrackable, Set<String>> awaited =
      new IdentityHashMap<>(); // the keys of kept
  private final Map<String, EagerTensor> kept = new HashMap<>();

  private Restoration(Path prefix, Map<String, Object> named, boolean partial, SavedGraph saved) {
    this.prefix = prefix;
    this.named = named;
    this.partial = partial;
    this.saved = saved;
    this.matching = new Matching(prefix, saved, named);
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
      restoration.restore(bundle);
      return restoration;
    }
  }

  private void restore(BundleReader bundle) {
    matching.match(named);
    TrackedGraph tracked = TrackedGraph.of(named);
    tracked.nodes().forEach(node -> matching.matchSlots(node.object()));
    tracked.nodes().forEach(node -> requireSameClass(node.object()));
    Set<Integer> extra = matching.unused();
    extra.removeAll(pending(tracked));
    check(tracked, extra);
    matching.matched().values().forEach(node -> bundle.verify(saved.values().get(node)));
    awaited(tracked).forEach(key -> keep(key, bundle));
    matching
        .matched()
        .forEach(
            (variable, node) ->
                bundle.read(saved.values().get(node), variable.writing().elements()));
    matching.settle();
    awaitGrowth(tracked);
  }

  private void requireSameClass(Object object) {
    if (!partial && object instanceof Optimizer && matching.node(object) != null) {
      String there = object.getClass().getSimpleName();
      String found = saved.optimizerClass(matching.node(object)).orElse(there);
      if (!found.equals(there)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "restore: the optimizer is %s, in %s it is %s; restore into that, or use expectPartial()",
                there,
                prefix,
                found));
      }
    }
  }

  /** Throws if what is there does not fit what was saved, of which nobody wants some. */
  private void check(TrackedGraph tracked, Set<Integer> extra) {
    Map<String, Object> expected = new LinkedHashMap<>();
    Map<String, Object> found = new LinkedHashMap<>();
    tracked
        .variables()
        .forEach(
            (variable, path) -> {
              Entry entry = matching.value(variable);
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
        found.put(
            expected.containsKey(matching.name(node)) ? entry.key() : matching.name(node),
            spec(entry));
      }
    }
    new Mismatch(expected, found).requireNone("restore: " + prefix, "the objects");
  }

  private static Object spec(Entry entry) {
    return entry.dtype().isPresent()
        ? new TensorSpec(entry.dtype().get(), entry.shape())
        : entry.type() + " " + entry.shape();
  }

  /** Returns those values that nobody has got and that variables which do not exist yet may get. */
  private Set<Integer> pending(TrackedGraph tracked) {
    Set<String> keys = awaited(tracked);
    Set<Integer> pending = matching.unused();
    pending.removeIf(node -> !keys.contains(saved.values().get(node).key()));
    return pending;
  }

  /** Returns the keys of the values that variables which do not exist yet may get. */
  private Set<String> awaited(TrackedGraph tracked) {
    Set<String> keys = new LinkedHashSet<>();
    for (TrackedGraph.Node node : tracked.nodes()) {
      if (matching.node(node.object()) != null
          && node.object() instanceof LazyTrackable growing
          && growing.isAwaitingState()) {
        keys.addAll(awaited(growing));
      }
    }
    return keys;
  }

  private Set<String> awaited(LazyTrackable growing) {
    int counterpart = matching.node(growing);
    Set<Integer> roots = new LinkedHashSet<>(saved.children(counterpart).values());
    if (growing instanceof Optimizer) {
      saved.slots(counterpart).values().forEach(kinds -> roots.addAll(kinds.values()));
    } else {
      TrackedFields.within(growing).values().forEach(part -> roots.remove(matching.node(part)));
    }
    Set<Integer> nodes = saved.below(roots);
    nodes.retainAll(growing instanceof Optimizer ? matching.unused() : saved.values().keySet());
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

  private void awaitGrowth(TrackedGraph tracked) {
    for (TrackedGraph.Node node : tracked.nodes()) {
      boolean known = matching.node(node.object()) != null;
      // Where there is nothing for an object, it may still wait for what was restored before.
      if ((known || !partial)
          && node.object() instanceof LazyTrackable object
          && object.isAwaitingState()) {
        awaited.put(object, known ? awaited(object) : new HashSet<>());
        object.onStateCreated(() -> grown(object, node.path()));
      }
    }
  }

  /** Gives variables that have appeared their values. */
  private void grown(LazyTrackable grown, String path) {
    try {
      if (grown instanceof Optimizer optimizer) {
        matching.matchSlots(optimizer);
        requireAllSlots(optimizer);
      } else {
        matching.match(grown);
        TrackedGraph tracked = TrackedGraph.below(grown, path);
        Set<Integer> extra = matching.unused();
        extra.retainAll(
            saved.below(matching.node(grown) == null ? List.of() : List.of(matching.node(grown))));
        extra.removeAll(pending(tracked));
        extra.removeIf(node -> isAwaitedByOthers(node, grown));
        check(tracked, extra);
        awaitGrowth(tracked);
      }
      Map<Variable, EagerTensor> values = new LinkedHashMap<>();
      matching.matched().forEach((variable, node) -> values.put(variable, kept(node)));
      values.forEach(Variable::assign);
    } catch (RuntimeException e) {
      matching.undo(); // the variables are not used, but made again
      throw e;
    }
    release(grown);
  }

  private boolean isAwaitedByOthers(int node, LazyTrackable grown) {
    String key = saved.values().get(node).key();
    return awaited.entrySet().stream()
        .anyMatch(waiting -> !waiting.getKey().equals(grown) && waiting.getValue().contains(key));
  }

  private EagerTensor kept(int node) {
    EagerTensor value = kept.get(saved.values().get(node).key());
    if (value == null) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "restore: in %s two variables share the value of \"%s\", which cannot be; use an earlier checkpoint",
              prefix,
              matching.name(node)));
    }
    return value;
  }

  /** Gives the memory back of what nobody waits for now that an object has grown. */
  private void release(LazyTrackable grown) {
    Set<String> done = new HashSet<>();
    matching.matched().values().forEach(node -> done.add(saved.values().get(node).key()));
    matching.settle();
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
    Integer node = matching.node(optimizer);
    Map<Integer, Map<String, Integer>> slots = node == null ? Map.of() : saved.slots(node);
    optimizer
        .slots()
        .forEach(
            (variable, kinds) -> {
              Map<String, Integer> saves = slots.getOrDefault(matching.node(variable), Map.of());
              if (!partial && !saves.isEmpty() && !saves.keySet().containsAll(kinds.keySet())) {
                throw new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "restore: %s keeps %s for the variable \"%s\", in %s there is %s; restore into the optimizer it was saved from, or use expectPartial()",
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
    return matching.unused().stream().map(matching::name).toList();
  }

  /** Returns the names of the variables that are there and got no value. */
  List<String> unmatched() {
    List<String> unmatched = new ArrayList<>();
    TrackedGraph.of(named)
        .variables()
        .forEach(
            (variable, path) -> {
              if (matching.value(variable) == null && !path.equals(Keys.SAVE_COUNTER)) {
                unmatched.add(path);
              }
            });
    return unmatched;
  }
}
