package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of TensorFlow's checkpoints count on beyond the first restore. */
class CheckpointSemanticsTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, 2, 3}});

  @TempDir Path temp;

  private Path prefix() {
    return temp.resolve("ckpt");
  }

  private static List<String> values(Layer model) {
    return model.variables().stream().map(v -> v.value().toString()).toList();
  }

  private static Sequential built() {
    Sequential model = new Sequential(new Dense(4), new Dense(2));
    model.apply(X);
    return model;
  }

  @Test
  void theSecondRestoreWinsAlsoWhenDeferred() {
    Sequential one = built();
    Sequential two = built();
    Path first = Checkpoint.of("model", one).save(prefix());
    Path second = Checkpoint.of("model", two).save(prefix());
    Sequential now = built();
    Sequential later = new Sequential(new Dense(4), new Dense(2));
    for (Path path : List.of(first, second)) {
      Checkpoint.of("model", now).restore(path);
      Checkpoint.of("model", later).restore(path);
    }
    later.apply(X);
    assertEquals(values(two), values(now));
    assertEquals(values(two), values(later));
  }

  @Test
  void aRestoreOfOtherThingsLeavesDeferredValuesAlone() {
    Sequential saved = built();
    Path path = Checkpoint.of("model", saved).save(prefix());
    Path other = Checkpoint.of("step", Variable.of(3f)).save(prefix());
    Sequential later = new Sequential(new Dense(4), new Dense(2));
    Variable step = Variable.of(0f);
    Checkpoint checkpoint = Checkpoint.of("model", later).and("step", step).expectPartial();
    checkpoint.restore(path);
    checkpoint.restore(other);
    later.apply(X);
    assertEquals(values(saved), values(later));
    assertEquals(3, step.value().item());
  }

  @Test
  void oneCheckpointIsRestoredIntoTwoModelsAtOnce() {
    Sequential saved = built();
    Path path = Checkpoint.of("model", saved).save(prefix());
    List<Sequential> models = List.of(built(), new Sequential(new Dense(4), new Dense(2)));
    models.forEach(model -> Checkpoint.of("model", model).restore(path));
    for (Sequential model : models) {
      model.apply(X);
      assertEquals(values(saved), values(model));
    }
  }

  /** Layers that may be the same one. */
  private static final class Two extends Layer {
    final Dense a;
    final Dense b;

    Two(Dense a, Dense b) {
      this.a = a;
      this.b = b;
    }

    @Override
    protected Tensor call(Tensor x) {
      return a.apply(x).add(b.apply(x));
    }
  }

  @Test
  void aSharedLayerIsSavedOnceAndMayBeRestoredIntoTwo() {
    Dense shared = new Dense(2);
    Two saved = new Two(shared, shared);
    saved.apply(X);
    Path path = Checkpoint.of("model", saved).save(prefix());
    try (BundleReader bundle = BundleReader.open(path)) {
      assertEquals(4, bundle.entries().size(), "kernel, bias, counter, graph");
    }
    for (boolean built : new boolean[] {true, false}) {
      Two apart = new Two(new Dense(2), new Dense(2));
      if (built) {
        apart.apply(X);
      }
      RestoreStatus restored = Checkpoint.of("model", apart).restore(path);
      apart.a.apply(X);
      apart.a.variables().getFirst().assign(0); // b gets what was saved, not what a has now
      apart.b.apply(X);
      restored.assertConsumed();
      assertEquals(values(shared), values(apart.b));
      assertEquals(4, apart.variables().size());
    }
    Two apart = new Two(new Dense(2), new Dense(2));
    apart.apply(X);
    Path other = Checkpoint.of("model", apart).save(prefix());
    Checkpoint one = Checkpoint.of("model", saved);
    assertThrows(IllegalArgumentException.class, () -> one.restore(other), "which of both?");
  }

  @Test
  void aTapeThatHasReadTheVariablesRefusesRatherThanMixesValues() {
    Variable w = Variable.of(2f, "w");
    Path path = Checkpoint.of("w", w).save(prefix());
    w.assign(3f);
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = w.mul(w);
      Checkpoint.of("w", w).restore(path);
      assertThrows(IllegalStateException.class, () -> tape.gradient(loss, List.of(w)));
    }
    try (GradientTape tape = new GradientTape()) {
      Checkpoint.of("w", w).restore(path);
      assertEquals(4, tape.gradient(w.mul(w), List.of(w)).getFirst().item());
    }
  }

  @Test
  void everyTypeShapeAndName() {
    Map<String, Variable> saved = variables(1);
    Path path = Checkpoint.of("map", saved).save(prefix());
    Map<String, Variable> fresh = variables(0);
    Checkpoint.of("map", fresh).restore(path).assertConsumed().assertExistingObjectsMatched();
    fresh.forEach(
        (name, v) ->
            assertEquals(saved.get(name).value().toString(), v.value().toString(), () -> name));
  }

  private static Map<String, Variable> variables(int value) {
    Map<String, Variable> map = new LinkedHashMap<>();
    for (DType dtype : DType.fixedSize()) {
      for (long[] shape : new long[][] {{}, {0}, {3, 0, 2}, {2, 3}}) {
        Tensor all = Tensor.full(DType.INT32, value, shape).cast(dtype);
        map.put(dtype + " " + all.shape(), Variable.of(all, "v"));
      }
    }
    int i = 7 * value;
    for (String name :
        List.of(
            "",
            ".",
            "..",
            "/",
            "a/b",
            "a.b",
            "a.Sb",
            ".S",
            "größe",
            "學習",
            " ",
            "\n",
            "\"",
            "%s",
            ".ATTRIBUTES",
            ".OPTIMIZER_SLOT",
            "VARIABLE_VALUE",
            "😀",
            "0",
            "save_counter")) {
      map.put(name, Variable.of((float) i++, name));
    }
    return map;
  }

  /** Fields that read like the names which Keras gives. */
  private static final class Underscores extends Layer {
    final Variable kernel;
    final Variable _kernel;

    Underscores(float value) {
      kernel = Variable.of(value);
      _kernel = Variable.of(-value);
    }
  }

  @Test
  void fieldsThatReadLikeTheNamesOfKerasAreThemselves() {
    Path path = Checkpoint.of("layer", new Underscores(3)).save(prefix());
    Underscores fresh = new Underscores(1);
    Checkpoint.of("layer", fresh).restore(path).assertConsumed();
    assertEquals(3, fresh.kernel.value().item());
    assertEquals(-3, fresh._kernel.value().item());
  }

  /** Refers to others, and they to it. */
  private static final class Node implements Trackable {
    final List<List<Variable>> nested = List.of(List.of(Variable.of(1f)), List.of());
    final List<Node> others = new ArrayList<>();
  }

  @Test
  void cyclesAndListsOfLists() {
    List<Node> rings = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Node a = new Node();
      Node b = new Node();
      a.others.addAll(List.of(a, b));
      b.others.add(a);
      rings.add(a);
    }
    rings.getFirst().others.getLast().nested.getFirst().getFirst().assign(5f);
    Path path = Checkpoint.of("a", rings.getFirst()).save(prefix());
    Checkpoint.of("a", rings.getLast()).restore(path).assertConsumed();
    assertEquals(5, rings.getLast().others.getLast().nested.getFirst().getFirst().value().item());
  }

  @Test
  void anOptimizerOfTwoModels() {
    Sequential[] models = {built(), built()};
    Adam optimizer = new Adam(0.1);
    for (Sequential model : models) {
      optimizer.minimize(() -> model.apply(X).sum(), model.trainableVariables());
    }
    Checkpoint both = Checkpoint.of("a", models[0]).and("b", models[1]).and("o", optimizer);
    Path path = both.save(prefix());
    List<String> before = List.of(values(models[0]) + "", values(models[1]) + "");
    String slots = optimizer.slots().values().toString();
    for (Sequential model : models) {
      optimizer.minimize(() -> model.apply(X).sum(), model.trainableVariables());
    }
    both.restore(path).assertConsumed();
    assertEquals(before, List.of(values(models[0]) + "", values(models[1]) + ""));
    assertEquals(slots, optimizer.slots().values().toString());
  }

  @Test
  void savingWhileAnotherThreadTrainsIsCompleteOrRefused() throws Exception {
    Variable w = Variable.of(new float[10_000], "w");
    Checkpoint checkpoint = Checkpoint.of("w", w);
    checkpoint.write(prefix());
    AtomicBoolean ending = new AtomicBoolean();
    Thread training =
        new Thread(
            () -> {
              for (int i = 0; !ending.get(); i++) {
                w.assign(i);
              }
            });
    training.start();
    try {
      for (int i = 0; i < 50; i++) {
        try {
          checkpoint.write(prefix());
        } catch (IllegalStateException | NullPointerException e) {
          // It was assigned to meanwhile.
        }
      }
    } finally {
      ending.set(true);
      training.join();
    }
    checkpoint.restore(prefix()).assertConsumed();
  }

  @Test
  void savesTakeNoMemory() {
    Variable w = Variable.of(new float[25_000], "w");
    Checkpoint checkpoint = Checkpoint.of("w", w);
    long before = 0;
    try (CheckpointManager manager = new CheckpointManager(checkpoint, temp).asynchronous()) {
      for (int i = 0; i < 400; i++) {
        manager.save(i);
        if (i == 10) {
          before = Memory.stats().live();
        }
      }
    }
    long grown = Memory.stats().live() - before;
    assertTrue(grown < 1_000_000, "400 saves of 100 kB left " + grown + " bytes");
  }

  @Test
  void aRestoreThatIsConsumedHoldsNoTensors() {
    Sequential saved = new Sequential(new Dense(1_000_000));
    saved.apply(X);
    Path path = Checkpoint.of("model", saved).save(prefix());
    Sequential later = new Sequential(new Dense(1_000_000));
    long before = Memory.stats().live();
    RestoreStatus restored = Checkpoint.of("model", later).restore(path);
    assertTrue(Memory.stats().live() - before >= 16_000_000, "values wait");
    try (Scope scope = new Scope()) {
      later.apply(X);
    }
    long after = Memory.stats().live() - before;
    restored.assertConsumed();
    assertTrue(after < 24_000_000, "16 MB of variables and nothing else, but " + after);
  }
}
