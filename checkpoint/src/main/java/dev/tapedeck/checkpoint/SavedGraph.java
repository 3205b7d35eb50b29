package dev.tapedeck.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.checkpoint.proto.ObjectGraph;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The object graph of a checkpoint, with the entries of the values. */
final class SavedGraph {
  private final List<Map<String, Integer>> children = new ArrayList<>();
  private final List<Map<Integer, Map<String, Integer>>> slots = new ArrayList<>();
  private final Set<Integer> listed =
      new HashSet<>(); // optimizers whose lists have been added to the slots
  private final Map<Integer, Entry> values = new LinkedHashMap<>();

  private SavedGraph() {}

  /**
   * Reads the graph of a checkpoint.
   *
   * @throws CheckpointException if it has none, or a damaged one
   */
  static SavedGraph read(BundleReader bundle, Path prefix) {
    Entry entry = bundle.entries().get(Keys.OBJECT_GRAPH);
    if (entry == null) {
      throw new CheckpointException(
          "checkpoint: "
              + prefix
              + " holds tensors by name, not objects; it was not written by tf.train.Checkpoint");
    }
    try {
      return new SavedGraph().add(ObjectGraph.parseFrom(bundle.readString(entry)), bundle);
    } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
      throw new CheckpointException(
          "checkpoint: the object graph of "
              + prefix
              + " is damaged: "
              + e.getMessage()
              + "; use an earlier checkpoint");
    }
  }

  private SavedGraph add(ObjectGraph graph, BundleReader bundle) {
    int count = graph.getNodesCount();
    for (int i = 0; i < count; i++) {
      ObjectGraph.Node node = graph.getNodes(i);
      Map<String, Integer> named = new LinkedHashMap<>();
      node.getChildrenList().forEach(c -> named.put(c.getLocalName(), check(c.getNodeId(), count)));
      children.add(named);
      Map<Integer, Map<String, Integer>> kept = new LinkedHashMap<>();
      node.getSlotVariablesList()
          .forEach(
              slot ->
                  kept.computeIfAbsent(
                          check(slot.getOriginalVariableNodeId(), count),
                          v -> new LinkedHashMap<>())
                      .put(
                          KerasNames.plain(slot.getSlotName()),
                          check(slot.getSlotVariableNodeId(), count)));
      slots.add(kept);
      for (ObjectGraph.Node.Attribute attribute : node.getAttributesList()) {
        Entry entry = bundle.entries().get(attribute.getCheckpointKey());
        if (attribute.getName().equals(Keys.VALUE) && entry != null) {
          values.put(i, entry);
        }
      }
    }
    return this;
  }

  private static int check(int number, int count) {
    if (number < 0 || number >= count) {
      throw new IndexOutOfBoundsException("node " + number + " of " + count);
    }
    return number;
  }

  /** Returns whether there are no objects, not even a root. */
  boolean isEmpty() {
    return children.isEmpty();
  }

  /** Returns the node numbers of an object's children, by name. */
  Map<String, Integer> children(int node) {
    return children.get(node);
  }

  /** Returns the node number of a child by its plain name, or null. */
  Integer child(int node, String name) {
    Map<String, Integer> named = children(node);
    Integer exact = named.get(name);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Integer> entry : named.entrySet()) {
      if (KerasNames.plain(entry.getKey()).equals(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** Returns the class of an optimizer, if the file states it. */
  Optional<String> optimizerClass(int optimizer) {
    return children(optimizer).keySet().stream()
        .filter(name -> name.startsWith(Keys.CLASS))
        .map(name -> name.substring(Keys.CLASS.length()))
        .findFirst();
  }

  /** Returns the slots of an optimizer: for each variable's node, slot nodes by name. */
  Map<Integer, Map<String, Integer>> slots(int optimizer) {
    if (listed.add(optimizer)) {
      slots.get(optimizer).putAll(KerasNames.slotLists(this, optimizer));
    }
    return slots.get(optimizer);
  }

  /**
   * Returns the keys of values that belong to no model: the slots and other state of optimizers,
   * except the variables they train, and the state of metrics and trainings.
   */
  Set<String> outsideOfModels() {
    Set<Integer> outside = new HashSet<>();
    for (int node = 0; node < children.size(); node++) {
      boolean optimizes = isOptimizer(node);
      if (optimizes) {
        slots(node).values().forEach(byName -> outside.addAll(byName.values()));
      }
      if (optimizes || counts(node)) {
        children(node)
            .forEach(
                (name, child) -> {
                  if (!name.startsWith(KerasNames.TRAINABLE)) {
                    outside.add(child);
                  }
                });
      }
    }
    return below(outside).stream()
        .map(values::get)
        .filter(Objects::nonNull)
        .map(Entry::key)
        .collect(Collectors.toSet());
  }

  private boolean isOptimizer(int node) {
    return optimizerClass(node).isPresent()
        || !slots.get(node).isEmpty()
        || (children(node).containsKey(KerasNames.TRAINABLE) && child(node, "iterations") != null);
  }

  /** Returns whether an object is a metric or the progress of a training. */
  private boolean counts(int node) {
    Set<String> names = children(node).keySet();
    return names.containsAll(Set.of("total", "count"))
        || names.containsAll(Set.of("loss_total", "loss_weight"));
  }

  /** Returns the entries of the values, by node number. */
  Map<Integer, Entry> values() {
    return values;
  }

  /** Returns the nodes reachable from some, including these. */
  Set<Integer> below(Collection<Integer> roots) {
    Set<Integer> found = new LinkedHashSet<>(roots);
    Deque<Integer> left = new ArrayDeque<>(roots);
    while (!left.isEmpty()) {
      for (int child : children(left.pop()).values()) {
        if (found.add(child)) {
          left.push(child);
        }
      }
    }
    return found;
  }
}
