package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.Mean;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saves and restores as one process does; what TensorFlow makes of it is in TensorFlowTest. */
class CheckpointTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 7}});
  private static final Tensor Y = Tensor.of(new float[][] {{1, 0}, {0, 1}});

  @TempDir Path temp;

  static final class Digits extends Model {
    private final Dense hidden = new Dense(4, Activations::relu);
    private final Dense logits = new Dense(2);

    @Override
    protected Tensor call(Tensor x) {
      return logits.apply(hidden.apply(x));
    }
  }

  private static void step(Layer model, Optimizer optimizer) {
    Tensor y = Y;
    model.apply(X); // makes the variables
    optimizer.minimize(
        () -> Losses.meanSquaredError().of(y, model.apply(X)), model.trainableVariables());
  }

  /** Returns all digits of the values, which a tensor's own text rounds. */
  private static List<String> values(Layer model) {
    return model.variables().stream().map(v -> Arrays.toString(v.value().toDoubleArray())).toList();
  }

  private Path prefix() {
    return temp.resolve("ckpt");
  }

  @Test
  void restoresAVariable() {
    Variable x = Variable.of(10f, "x");
    Checkpoint checkpoint = Checkpoint.of("x", x);
    x.assign(2f);
    Path path = checkpoint.save(prefix());
    assertEquals(temp.resolve("ckpt-1"), path);
    x.assign(11f);
    checkpoint.restore(path).assertConsumed().assertExistingObjectsMatched();
    assertEquals(2, x.value().item());
  }

  @Test
  void restoresModelOptimizerAndStepBeforeTheirVariablesExistOrAfter() {
    Digits model = new Digits();
    Adam optimizer = new Adam(0.1);
    Variable step = Variable.untrainable(7L, "step");
    step(model, optimizer);
    step(model, optimizer);
    List<String> saved = values(model);
    Checkpoint.of("model", model).and("optimizer", optimizer).and("step", step).save(prefix());
    step(model, optimizer);
    List<String> after = values(model);

    Path latest = Checkpoint.latestCheckpoint(temp).orElseThrow();
    for (boolean built : new boolean[] {true, false}) {
      Digits other = new Digits();
      Adam fresh = new Adam(0.5);
      Variable counter = Variable.untrainable(0L, "step");
      if (built) {
        step(other, fresh);
      }
      RestoreStatus restored =
          Checkpoint.of("model", other)
              .and("optimizer", fresh)
              .and("step", counter)
              .restore(latest)
              .assertExistingObjectsMatched();
      assertEquals(7, counter.value().item());
      assertEquals(2, fresh.iterations().value().item());
      if (built) {
        restored.assertConsumed();
        assertEquals(saved, values(other));
      } else {
        String left =
            assertThrows(IllegalStateException.class, restored::assertConsumed).getMessage();
        assertTrue(left.contains("model/hidden/kernel"), left);
        assertTrue(left.contains("model/hidden/kernel/.OPTIMIZER_SLOT/optimizer/velocity"), left);
      }
      step(other, fresh);
      restored.assertConsumed();
      assertEquals(after, values(other), "as if it had gone on");
    }
  }

  /** Everything that a checkpoint can hold. */
  private static final class Everything {
    final Variable counter = Variable.untrainable(0L, "counter");
    final List<Object> list = List.of(Variable.of(1f), "no state", Variable.of(2f));
    final Map<String, Object> map = Map.of("a.b/c", Variable.of(3f));
    final Variable[] array = {Variable.of(4f)};
    final Mean mean = new Mean();
    final RandomGenerator random = RandomGenerator.of(42);
    final Nested nested = new Nested();

    private static final class Nested implements Trackable {
      private final Variable deep = Variable.of(new boolean[] {true, false}, "deep");
      private final Nested self = this;
    }
  }

  @Test
  void holdsFieldsListsMapsMetricsAndGenerators() {
    Everything saved = new Everything();
    saved.counter.assign(5);
    saved.mean.update(4);
    saved.random.next();
    saved.nested.deep.assign(new boolean[] {false, true});
    ((Variable) saved.list.get(2)).assign(20f);
    ((Variable) saved.map.get("a.b/c")).assign(30f);
    saved.array[0].assign(40f);
    Path path = Checkpoint.of("all", saved).save(prefix());

    Everything fresh = new Everything();
    Checkpoint.of("all", fresh).restore(path).assertConsumed().assertExistingObjectsMatched();
    assertEquals(5, fresh.counter.value().item());
    assertEquals(4, fresh.mean.result().item());
    assertEquals(saved.random.next(), fresh.random.next());
    assertArrayEquals(new boolean[] {false, true}, fresh.nested.self.deep.value().toBooleanArray());
    assertEquals(20, ((Variable) fresh.list.get(2)).value().item());
    assertEquals(30, ((Variable) fresh.map.get("a.b/c")).value().item());
    assertEquals(40, fresh.array[0].value().item());
  }

  @Test
  void anIteratorGoesOnWhereItWas() {
    Pipeline data = Pipeline.of(new float[20]).map(e -> e).batch(1);
    Pipeline numbers =
        Pipeline.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).shuffle(10, 1).repeat(2).batch(3);
    assertEquals(20, data.cardinality());
    numbers.iterator().next();
    Iterator<Example> iterator = numbers.iterator();
    iterator.next();
    iterator.next();
    Path path = Checkpoint.of("iterator", iterator).and("data", numbers).save(prefix());
    List<String> rest = rest(iterator);
    List<String> nextPass = rest(numbers.iterator());

    Pipeline same =
        Pipeline.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).shuffle(10, 1).repeat(2).batch(3);
    Iterator<Example> other = same.iterator();
    other.next();
    Checkpoint.of("iterator", other).and("data", same).restore(path).assertConsumed();
    assertEquals(rest, rest(other));
    assertEquals(nextPass, rest(same.iterator()));
  }

  private static List<String> rest(Iterator<Example> iterator) {
    List<String> rest = new java.util.ArrayList<>();
    iterator.forEachRemaining(e -> rest.add(e.x().toString()));
    return rest;
  }

  @Test
  void aMismatchIsRefusedWithTheDifferencesAndNothingIsRestored() {
    Variable a = Variable.of(1f, "a");
    Path path = Checkpoint.of("kernel", Variable.of(new float[3])).and("bias", a).save(prefix());
    Variable kernel = Variable.of(new float[] {9, 9}, "kernel");
    Variable bais = Variable.of(5f, "bais");
    Checkpoint other = Checkpoint.of("kernel", kernel).and("bais", bais);
    String message =
        assertThrows(IllegalArgumentException.class, () -> other.restore(path)).getMessage();
    assertEquals(
        """
        restore: %s does not fit the objects: 1 missing, 1 extra, 1 of another shape or type; nothing was assigned
          missing: "bais", float32 (); the file has "bias"
          wrong: "kernel" is float32 (2,), in the file float32 (3,)
          extra: "bias", float32 ()"""
            .formatted(path),
        message);
    assertThrows(IllegalArgumentException.class, () -> other.expectPartial().restore(path));
    assertEquals(5, bais.value().item());

    Variable fitting = Variable.of(new float[3]);
    RestoreStatus partly =
        Checkpoint.of("kernel", fitting).and("bais", bais).expectPartial().restore(path);
    assertThrows(IllegalStateException.class, partly::assertConsumed);
    assertThrows(IllegalStateException.class, partly::assertExistingObjectsMatched);
    assertEquals(5, bais.value().item());
  }

  @Test
  void aLayerBuiltLaterThatDoesNotFitRefusesToBeUsed() {
    Sequential saved = new Sequential(new Dense(2));
    saved.apply(X);
    Path path = Checkpoint.of("model", saved).save(prefix());

    Sequential wider = new Sequential(new Dense(3));
    Checkpoint.of("model", wider).restore(path);
    for (int i = 0; i < 2; i++) {
      assertThrows(IllegalArgumentException.class, () -> wider.apply(X));
    }
    Sequential deeper = new Sequential(new Dense(2), new Dense(2));
    Checkpoint.of("model", deeper).restore(path);
    assertThrows(IllegalArgumentException.class, () -> deeper.apply(X));
    Sequential partly = new Sequential(new Dense(2), new Dense(2));
    Checkpoint.of("model", partly).expectPartial().restore(path);
    partly.apply(X);
    assertEquals(values(saved), values(partly).subList(0, 2));
  }

  @Test
  void anotherKindOfOptimizerIsRefused() {
    Digits model = new Digits();
    SGD momentum = new SGD(0.1, 0.9);
    step(model, momentum);
    Path path = Checkpoint.of("model", model).and("optimizer", momentum).save(prefix());
    Checkpoint other = Checkpoint.of("model", model).and("optimizer", new Adam(0.1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> other.restore(path)).getMessage();
    assertEquals(
        "restore: the optimizer is Adam, in "
            + path
            + " it is SGD; restore into that, or use expectPartial()",
        message);
    other.expectPartial().restore(path);
  }

  @Test
  void whatCannotBeSavedIsRefused() {
    for (Object object : new Object[] {"text", 3, new float[2], Path.of("x")}) {
      assertThrows(IllegalArgumentException.class, () -> Checkpoint.of("x", object));
    }
    assertThrows(NullPointerException.class, () -> Checkpoint.of("x", null));
    Checkpoint one = Checkpoint.of("x", Variable.of(1f));
    assertThrows(IllegalArgumentException.class, () -> one.and("x", Variable.of(1f)));
    Digits model = new Digits();
    Adam adam = new Adam();
    step(model, adam);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Checkpoint.of("optimizer", adam).save(prefix()))
            .getMessage();
    assertTrue(message.contains("add the model it belongs to"), message);
  }

  @Test
  void aDamagedFileIsNamedAndNothingIsRestored() throws Exception {
    Variable a = Variable.of(new float[] {1, 2}, "a");
    Variable b = Variable.of(new float[] {3, 4}, "b");
    Path path = Checkpoint.of("a", a).and("b", b).save(prefix());
    a.assign(new float[] {7, 7});
    Path data = temp.resolve("ckpt-1.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[9] ^= 4;
    Files.write(data, bytes);
    String message =
        assertThrows(
                CheckpointException.class, () -> Checkpoint.of("a", a).and("b", b).restore(path))
            .getMessage();
    assertTrue(message.contains(data.toString()) && message.contains("\"b/"), message);
    assertArrayEquals(new float[] {7, 7}, a.value().toFloatArray());
  }

  @Test
  void numbersThatTheFolderHasAreNotUsedAgain() {
    Variable x = Variable.of(1f);
    Checkpoint.of("x", x).save(prefix());
    assertEquals(temp.resolve("ckpt-2"), Checkpoint.of("x", x).save(prefix()));
    assertEquals(temp.resolve("ckpt-2"), Checkpoint.latestCheckpoint(temp).orElseThrow());
    assertTrue(Checkpoint.latestCheckpoint(temp.resolve("none")).isEmpty());
  }
}
