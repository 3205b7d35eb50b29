package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.proto.ObjectGraph;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of variables, ready to be written: their values at one time, and the object graph.
 *
 * @param graph the object graph
 * @param values the values by key
 * @param copied whether the values are copies, which are released after writing
 */
record Snapshot(ObjectGraph graph, Map<String, EagerTensor> values, boolean copied) {
  /** Default largest size of a data file in bytes, unless a single tensor has more. */
  static final long SHARD_BYTES = 2L << 30;

  /**
   * Takes a snapshot of the variables below named objects.
   *
   * @param copy whether to copy the values; otherwise nobody may assign to the variables before the
   *     snapshot is written
   */
  static Snapshot of(Map<String, Object> named, boolean copy) {
    TrackedGraph tracked = TrackedGraph.of(named);
    Map<String, EagerTensor> values = new LinkedHashMap<>();
    try (Scope none = Scope.none()) {
      tracked
          .variables()
          .forEach((variable, path) -> values.put(Keys.value(path), value(variable, copy)));
    }
    return new Snapshot(graph(tracked), values, copy);
  }

  private static EagerTensor value(Variable variable, boolean copy) {
    EagerTensor memory = variable.memory();
    return copy ? variable.independent(memory) : memory;
  }

  private static ObjectGraph graph(TrackedGraph tracked) {
    List<ObjectGraph.Node.Builder> nodes = new ArrayList<>();
    for (TrackedGraph.Node node : tracked.nodes()) {
      ObjectGraph.Node.Builder saved = ObjectGraph.Node.newBuilder();
      node.children().forEach((name, number) -> saved.addChildren(child(name, number)));
      if (node.object() instanceof Variable variable) {
        saved.addAttributes(
            ObjectGraph.Node.Attribute.newBuilder()
                .setName(Keys.VALUE)
                .setFullName(variable.name())
                .setCheckpointKey(Keys.value(node.path())));
      }
      nodes.add(saved);
    }
    for (TrackedGraph.Slot slot : tracked.slots()) {
      nodes
          .get(slot.optimizer())
          .addSlotVariables(
              ObjectGraph.Node.SlotVariable.newBuilder()
                  .setOriginalVariableNodeId(slot.variable())
                  .setSlotName(slot.name())
                  .setSlotVariableNodeId(slot.slot()));
    }
    addOptimizerClasses(tracked, nodes);
    KerasNames.addAliases(tracked, nodes);
    ObjectGraph.Builder graph = ObjectGraph.newBuilder();
    nodes.forEach(graph::addNodes);
    return graph.build();
  }

  /**
   * Adds the classes of optimizers: slots of equal names mean different things to different
   * classes.
   */
  private static void addOptimizerClasses(
      TrackedGraph tracked, List<ObjectGraph.Node.Builder> nodes) {
    for (int i = 0; i < tracked.nodes().size(); i++) {
      if (tracked.nodes().get(i).object() instanceof Optimizer optimizer) {
        String name = Keys.CLASS + optimizer.getClass().getSimpleName();
        nodes.get(i).addChildren(child(name, nodes.size()));
        nodes.add(ObjectGraph.Node.newBuilder());
      }
    }
  }

  static ObjectGraph.Node.Child.Builder child(String name, int number) {
    return ObjectGraph.Node.Child.newBuilder().setLocalName(name).setNodeId(number);
  }

  /** Writes the files of a prefix, atomically. */
  void write(Path prefix, long shardBytes) {
    try (BundleWriter bundle = BundleWriter.create(prefix, shardBytes)) {
      values.forEach(
          (key, value) -> bundle.add(key, value.dtype(), value.shape(), value.dense().elements()));
      bundle.addString(Keys.OBJECT_GRAPH, graph.toByteArray());
      bundle.commit();
    } finally {
      release();
    }
  }

  /** Adds a value without an object. */
  void put(String key, Object value) {
    try (Scope none = Scope.none()) {
      values.put(key, (EagerTensor) Tensor.of(value));
    }
  }

  /** Releases the copies. */
  void release() {
    if (copied) {
      values.values().forEach(EagerTensor::release);
    }
  }
}
