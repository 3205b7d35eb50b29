package dev.tapedeck.checkpoint;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import dev.tapedeck.train.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One restore of a checkpoint: assigns the values to the variables of the objects that the names
 * match, and later to the variables that these objects create.
 *
 * <p>Nothing is assigned before all values needed have been read and found to fit.
 */
final class CheckpointRestore {
  private final Path prefix;
  private final Map<String, Object> named;
  private final boolean partial;
  private final SavedGraph saved;
  private final ObjectMatcher matcher;
  private final RestoreChecks checks;
  private final DeferredValues deferred = new DeferredValues();

  private CheckpointRestore(
      Path prefix, Map<String, Object> named, boolean partial, SavedGraph saved) {
    this.prefix = prefix;
    this.named = named;
    this.partial = partial;
    this.saved = saved;
    this.matcher = new ObjectMatcher(prefix, saved, named);
    this.checks = new RestoreChecks(prefix, saved, matcher, partial);
  }

  /**
   * Restores the variables that exist, and registers those objects that create more later.
   *
   * @param partial whether variables without values, and values without variables, are accepted
   */
  static CheckpointRestore start(Path prefix, Map<String, Object> named, boolean partial) {
    try (BundleReader bundle = BundleReader.open(prefix)) {
      SavedGraph saved = SavedGraph.read(bundle, prefix);
      CheckpointRestore restore = new CheckpointRestore(prefix, named, partial, saved);
      restore.run(bundle);
      return restore;
    }
  }

  private void run(BundleReader bundle) {
    matcher.match(named);
    TrackedGraph tracked = TrackedGraph.of(named);
    tracked.nodes().forEach(node -> matcher.matchSlots(node.object()));
    tracked.nodes().forEach(node -> checks.requireSameClass(node.object()));
    checks.requireFit(tracked, extra(tracked));
    matcher.matched().values().forEach(node -> bundle.verify(saved.values().get(node)));
    awaitedKeys(tracked).forEach(key -> deferred.read(key, bundle));
    matcher
        .matched()
        .forEach(
            (variable, node) ->
                bundle.read(saved.values().get(node), variable.writing().elements()));
    matcher.commit();
    awaitVariables(tracked);
  }

  /** Returns the nodes of the values that no variable takes, now or later. */
  private Set<Integer> extra(TrackedGraph tracked) {
    Set<String> awaited = awaitedKeys(tracked);
    Set<Integer> extra = matcher.unused();
    extra.removeIf(node -> awaited.contains(key(node)));
    return extra;
  }

  private String key(int node) {
    return saved.values().get(node).key();
  }

  /** Returns the keys of the values that variables which do not exist yet may take. */
  private Set<String> awaitedKeys(TrackedGraph tracked) {
    Set<String> keys = new LinkedHashSet<>();
    for (TrackedGraph.Node node : tracked.nodes()) {
      if (matcher.node(node.object()) != null
          && node.object() instanceof LazyTrackable lazy
          && lazy.isAwaitingState()) {
        keys.addAll(awaitedKeys(lazy));
      }
    }
    return keys;
  }

  private Set<String> awaitedKeys(LazyTrackable lazy) {
    int counterpart = matcher.node(lazy);
    Set<Integer> roots = new LinkedHashSet<>(saved.children(counterpart).values());
    if (lazy instanceof Optimizer) {
      saved.slots(counterpart).values().forEach(kinds -> roots.addAll(kinds.values()));
    } else {
      TrackedFields.within(lazy).values().forEach(part -> roots.remove(matcher.node(part)));
    }
    Set<Integer> nodes = saved.below(roots);
    nodes.retainAll(lazy instanceof Optimizer ? matcher.unused() : saved.values().keySet());
    return nodes.stream().map(this::key).collect(Collectors.toCollection(HashSet::new));
  }

  private void awaitVariables(TrackedGraph tracked) {
    for (TrackedGraph.Node node : tracked.nodes()) {
      boolean known = matcher.node(node.object()) != null;
      // In a partial restore, an object without values here may still await those of an earlier
      // one.
      if ((known || !partial)
          && node.object() instanceof LazyTrackable lazy
          && lazy.isAwaitingState()) {
        deferred.await(lazy, known ? awaitedKeys(lazy) : new HashSet<>());
        lazy.onStateCreated(() -> onStateCreated(lazy, node.path()));
        if (known && !(lazy instanceof Optimizer)) {
          lazy.awaitParts(saved.children(matcher.node(lazy)).keySet());
        }
      }
    }
  }

  /** Assigns the deferred values to the variables that an object has just created. */
  private void onStateCreated(LazyTrackable lazy, String path) {
    try {
      if (lazy instanceof Optimizer optimizer) {
        matcher.matchSlots(optimizer);
        checks.requireAllSlots(optimizer);
      } else {
        matcher.match(lazy);
        TrackedGraph tracked = TrackedGraph.below(lazy, path);
        Set<Integer> extra = extra(tracked);
        Integer counterpart = matcher.node(lazy);
        extra.retainAll(saved.below(counterpart == null ? List.of() : List.of(counterpart)));
        extra.removeIf(node -> deferred.isAwaitedByOthers(key(node), lazy));
        checks.requireFit(tracked, extra);
        awaitVariables(tracked);
      }
      Map<Variable, EagerTensor> values = new LinkedHashMap<>();
      matcher.matched().forEach((variable, node) -> values.put(variable, deferredValue(node)));
      values.forEach(Variable::assign);
    } catch (RuntimeException e) {
      matcher.rollBack(); // these variables are discarded, and created again
      throw e;
    }
    Set<String> restored = new HashSet<>();
    matcher.matched().values().forEach(node -> restored.add(key(node)));
    matcher.commit();
    deferred.release(lazy, restored);
  }

  private EagerTensor deferredValue(int node) {
    EagerTensor value = deferred.get(key(node));
    if (value == null) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "restore: in %s two variables share the value of \"%s\", which cannot be; use an earlier checkpoint",
              prefix,
              matcher.name(node)));
    }
    return value;
  }

  /** Returns the names of the values that no variable has got. */
  List<String> unused() {
    return matcher.unused().stream().map(matcher::name).toList();
  }

  /** Returns the paths of the variables that exist and have got no value. */
  List<String> unmatched() {
    List<String> unmatched = new ArrayList<>();
    TrackedGraph.of(named)
        .variables()
        .forEach(
            (variable, path) -> {
              if (matcher.value(variable) == null && !path.equals(Keys.SAVE_COUNTER)) {
                unmatched.add(path);
              }
            });
    return unmatched;
  }
}
