package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tapedeck.checkpoint.proto.ObjectGraph;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Sequential;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints with sound checksums whose object graph is nonsense are refused as a whole. */
@Timeout(120)
class ObjectGraphFuzzTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 7}});
  private static final Tensor Y = Tensor.of(new float[][] {{1, 0}, {0, 1}});
  private static final String[] NAMES = {
    "",
    "0",
    "_0",
    "kernel",
    "_kernel",
    "model",
    "momentum",
    "v",
    "_functional",
    "_operations",
    "_trainable_variables",
    "momentums",
    "list",
    "save_counter",
    "\0",
    "a/b",
    "99999999999"
  };

  @TempDir Path temp;
  private Path prefix;
  private byte[] valid;

  /** What is restored into. */
  private static final class Objects {
    final Sequential model = new Sequential(new Dense(3), new Dense(2));
    final Adam optimizer = new Adam(0.1);
    final List<Variable> list = List.of(Variable.of(1f, "one"), Variable.of(new float[3], "three"));

    Checkpoint checkpoint() {
      return Checkpoint.of("model", model).and("optimizer", optimizer).and("list", list);
    }

    void step() {
      model.apply(X);
      optimizer.minimize(
          () -> Losses.meanSquaredError().of(Y, model.apply(X)), model.trainableVariables());
    }

    List<String> values() {
      return Stream.of(
              list.stream(),
              model.variables().stream(),
              Stream.of(optimizer.iterations(), optimizer.learningRate()),
              optimizer.slots().values().stream().flatMap(slots -> slots.values().stream()))
          .flatMap(all -> all)
          .map(Variable::toString)
          .toList();
    }
  }

  @BeforeEach
  void save() {
    Objects saved = new Objects();
    saved.step();
    prefix = saved.checkpoint().save(temp.resolve("ckpt"));
    try (BundleReader bundle = BundleReader.open(prefix)) {
      valid = bundle.readString(bundle.entries().get(Keys.OBJECT_GRAPH));
    }
  }

  /** Writes the same tensors with another graph. */
  private Path with(byte[] graph) {
    Path path = temp.resolve("other");
    try (BundleReader from = BundleReader.open(prefix);
        BundleWriter to = BundleWriter.create(path, Snapshot.SHARD_BYTES)) {
      from.entries()
          .forEach(
              (key, entry) -> {
                if (!key.equals(Keys.OBJECT_GRAPH)) {
                  byte[] bytes = Bundles.read(from, key);
                  MemorySegment segment = MemorySegment.ofArray(bytes);
                  to.add(key, entry.dtype().orElseThrow(), entry.shape(), segment);
                }
              });
      to.addString(Keys.OBJECT_GRAPH, graph);
      to.commit();
    }
    return path;
  }

  /** Returns whether it could be restored. */
  private static boolean restore(Path path, boolean built, boolean partial) {
    Objects objects = new Objects();
    if (built) {
      objects.step();
    }
    List<String> before = objects.values();
    Checkpoint checkpoint = objects.checkpoint();
    try {
      (partial ? checkpoint.expectPartial() : checkpoint).restore(path);
    } catch (CheckpointException | IllegalArgumentException e) {
      assertTrue(e.getMessage().length() < 20_000, "a readable message");
      assertEquals(before, objects.values(), "nothing is restored");
      return false;
    }
    try {
      objects.step();
      return true;
    } catch (CheckpointException | IllegalArgumentException e) {
      return false; // refused when the variables were made
    }
  }

  private void restoreAll(byte[] graph) {
    Path path = with(graph);
    for (boolean built : new boolean[] {true, false}) {
      restore(path, built, true);
      restore(path, built, false);
    }
  }

  @Test
  void theUnchangedGraphIsRestored() {
    Path path = with(valid);
    assertTrue(restore(path, true, false) && restore(path, false, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void randomBytes(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      byte[] graph = valid.clone();
      for (int j = random.nextInt(1, 5); j > 0; j--) {
        graph[random.nextInt(graph.length)] = (byte) random.nextInt(256);
      }
      restoreAll(graph);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void randomEdits(int seed) throws InvalidProtocolBufferException {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      ObjectGraph.Builder graph = ObjectGraph.parseFrom(valid).toBuilder();
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        edit(graph, random);
      }
      restoreAll(graph.build().toByteArray());
    }
  }

  private static void edit(ObjectGraph.Builder graph, Random random) {
    int count = graph.getNodesCount();
    int index = random.nextInt(count);
    ObjectGraph.Node.Builder node = graph.getNodes(index).toBuilder();
    int other = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(count);
    String name = NAMES[random.nextInt(NAMES.length)];
    int children = node.getChildrenCount();
    int slots = node.getSlotVariablesCount();
    int attributes = node.getAttributesCount();
    switch (random.nextInt(8)) {
      case 0 -> node.addChildren(Snapshot.child(name, other));
      case 1 -> node.addChildren(Snapshot.child(name, index)); // its own child
      case 2 -> {
        if (children > 0) {
          int child = random.nextInt(children);
          node.setChildren(child, node.getChildren(child).toBuilder().setNodeId(other));
        }
      }
      case 3 -> {
        if (children > 0) {
          int child = random.nextInt(children);
          node.setChildren(child, node.getChildren(child).toBuilder().setLocalName(name));
        }
      }
      case 4 -> {
        if (slots > 0) {
          int slot = random.nextInt(slots);
          node.setSlotVariables(
              slot,
              node.getSlotVariables(slot).toBuilder()
                  .setSlotVariableNodeId(other)
                  .setOriginalVariableNodeId(random.nextInt(count)));
        }
      }
      case 5 -> {
        if (attributes > 0) {
          node.setAttributes(0, node.getAttributes(0).toBuilder().setCheckpointKey(name));
        }
      }
      case 6 -> node.addAllAttributes(graph.getNodes(random.nextInt(count)).getAttributesList());
      default -> graph.addNodes(node); // a twin
    }
    graph.setNodes(index, node);
  }

  @Test
  void aVariableThatIsNamedDifferentlyIsMissingWhateverItsKey() throws Exception {
    ObjectGraph.Builder graph = ObjectGraph.parseFrom(valid).toBuilder();
    for (int i = 0; i < graph.getNodesCount(); i++) {
      ObjectGraph.Node.Builder node = graph.getNodes(i).toBuilder();
      for (int j = 0; j < node.getChildrenCount(); j++) {
        String name = node.getChildren(j).getLocalName();
        if (name.equals("list")) {
          node.setChildren(j, node.getChildren(j).toBuilder().setLocalName("other"));
        }
      }
      graph.setNodes(i, node);
    }
    Path path = with(graph.build().toByteArray());
    assertTrue(restore(path, true, true));
    assertFalse(restore(path, true, false), "not in silence");
  }

  @Test
  void aDeepChain() throws InvalidProtocolBufferException {
    ObjectGraph.Builder graph = ObjectGraph.parseFrom(valid).toBuilder();
    int first = graph.getNodesCount();
    link(graph, 0, "chain", first);
    for (int i = first; i < first + 100_000; i++) {
      graph.addNodes(ObjectGraph.Node.newBuilder().addChildren(Snapshot.child("0", i + 1)));
    }
    graph.addNodes(ObjectGraph.Node.newBuilder().addChildren(Snapshot.child("0", 0)));
    Path path = with(graph.build().toByteArray());
    assertTrue(restore(path, true, false) && restore(path, false, false), "holds no values");
  }

  private static void link(ObjectGraph.Builder graph, int from, String name, int to) {
    graph.setNodes(from, graph.getNodes(from).toBuilder().addChildren(Snapshot.child(name, to)));
  }

  @Test
  void manyListsOfManyOptimizers() {
    int many = 100_000;
    ObjectGraph.Node.Builder list = ObjectGraph.Node.newBuilder();
    for (int i = 0; i < many; i++) {
      list.addChildren(Snapshot.child(Integer.toString(i), i % 2 + 2));
    }
    ObjectGraph.Node.Builder optimizer =
        ObjectGraph.Node.newBuilder().addChildren(Snapshot.child("_trainable_variables", 1));
    for (int i = 0; i < 1000; i++) {
      optimizer.addChildren(Snapshot.child("slot" + i, 1));
    }
    ObjectGraph.Builder graph =
        ObjectGraph.newBuilder()
            .addNodes(ObjectGraph.Node.newBuilder().addChildren(Snapshot.child("optimizer", 2)))
            .addNodes(list);
    for (int i = 0; i < 1000; i++) {
      graph.addNodes(optimizer);
    }
    restoreAll(graph.build().toByteArray());
  }

  @Test
  void oneValueClaimedByManyNodes() throws InvalidProtocolBufferException {
    ObjectGraph.Builder graph = ObjectGraph.parseFrom(valid).toBuilder();
    List<ObjectGraph.Node> nodes = new ArrayList<>(graph.getNodesList());
    ObjectGraph.Node value =
        nodes.stream().filter(node -> node.getAttributesCount() > 0).findFirst().orElseThrow();
    ObjectGraph.Node.Builder parent = graph.getNodes(1).toBuilder();
    for (int i = 0; i < 20_000; i++) {
      parent.addChildren(Snapshot.child("x" + i, graph.getNodesCount()));
      graph.addNodes(value);
    }
    graph.setNodes(1, parent);
    restoreAll(graph.build().toByteArray());
  }
}
