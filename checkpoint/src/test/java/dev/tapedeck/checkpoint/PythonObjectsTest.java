package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.Adadelta;
import dev.tapedeck.optim.Adagrad;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.AdamW;
import dev.tapedeck.optim.Adamax;
import dev.tapedeck.optim.Ftrl;
import dev.tapedeck.optim.Lamb;
import dev.tapedeck.optim.Lion;
import dev.tapedeck.optim.Nadam;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects of TensorFlow and of Keras 3 restore what ours saved, and ours what they saved. */
class PythonObjectsTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 7}});
  private static final Tensor Y = Tensor.of(new float[][] {{1, 0}, {0, 1}});

  @TempDir Path temp;

  private static Model model(String kind) {
    return kind.equals("subclass")
        ? new CheckpointTest.Digits()
        : new Sequential(new Flatten(), new Dense(4, Activations::relu), new Dense(2));
  }

  private static Optimizer optimizer(String kind) {
    return switch (kind) {
      case "adam" -> new Adam(0.1);
      case "sgd" -> new SGD(0.01, 0.9);
      case "amsgrad" -> new AdamW(0.1).amsgrad(true);
      case "adamax" -> new Adamax(0.1);
      case "nadam" -> new Nadam(0.1);
      case "rmsprop" -> new RMSprop(0.1).momentum(0.5).centered(true);
      case "adagrad" -> new Adagrad(0.1);
      case "adadelta" -> new Adadelta(0.1);
      case "ftrl" -> new Ftrl(0.1);
      case "lion" -> new Lion(0.1);
      case "lamb" -> new Lamb(0.1);
      case "average" -> new SGD(0.1).useEma(true).emaOverwriteFrequency(1).emaMomentum(0.5);
      default -> new SGD(0.1).gradientAccumulationSteps(3);
    };
  }

  private static void step(Model model, Optimizer optimizer) {
    model.apply(X);
    optimizer.minimize(
        () -> Losses.meanSquaredError().of(Y, model.apply(X)), model.trainableVariables());
  }

  /** A kind of model and of optimizer, by the names that {@code keras_models.py} has for them. */
  private record Case(String kind, String algorithm) {
    Path prefix(Path folder) {
      return folder.resolve(kind + "-" + algorithm);
    }
  }

  private static final List<Case> CASES =
      Stream.concat(
              Stream.of(
                      "adam",
                      "sgd",
                      "amsgrad",
                      "adamax",
                      "nadam",
                      "rmsprop",
                      "adagrad",
                      "adadelta",
                      "ftrl",
                      "lion",
                      "lamb",
                      "average",
                      "accumulating")
                  .map(algorithm -> new Case("subclass", algorithm)),
              Stream.of(new Case("sequential", "adam"), new Case("sequential", "sgd")))
          .toList();

  @Test
  void kerasGoesOnWhereOursWas() throws Exception {
    List<Model> models = new ArrayList<>();
    for (Case c : CASES) {
      Model model = model(c.kind());
      Optimizer optimizer = optimizer(c.algorithm());
      step(model, optimizer);
      step(model, optimizer);
      Checkpoint.of("model", model)
          .and("optimizer", optimizer)
          .and("step", Variable.untrainable(2L, "step"))
          .write(c.prefix(temp));
      step(model, optimizer);
      models.add(model);
    }
    List<String> lines =
        Python.run(temp, PythonObjectsTest.class, "keras_models.py", "restore", temp);
    for (int i = 0; i < CASES.size(); i++) {
      assertClose(lines.get(i), models.get(i));
    }
  }

  @Test
  void oursGoesOnWhereKerasWas() throws Exception {
    List<String> lines = Python.run(temp, PythonObjectsTest.class, "keras_models.py", "save", temp);
    for (int i = 0; i < CASES.size(); i++) {
      for (boolean built : new boolean[] {true, false}) {
        Model model = model(CASES.get(i).kind());
        Optimizer optimizer = optimizer(CASES.get(i).algorithm());
        Variable step = Variable.untrainable(0L, "step");
        if (built) {
          step(model, optimizer);
          try (CheckpointReader reader = CheckpointReader.open(CASES.get(i).prefix(temp))) {
            assertEquals(
                model.variables().stream().mapToLong(v -> v.shape().count()).sum(),
                reader.parameters());
          }
        }
        RestoreStatus restored =
            Checkpoint.of("model", model)
                .and("optimizer", optimizer)
                .and("step", step)
                .restore(CASES.get(i).prefix(temp));
        assertEquals(2, step.value().item());
        step(model, optimizer);
        restored.assertConsumed().assertExistingObjectsMatched();
        assertClose(lines.get(i), model);
      }
    }
  }

  /** Compares variables with what Python printed of its own, all numbers in a row. */
  private static void assertClose(String json, Model model) {
    List<Float> expected =
        Pattern.compile("[-0-9.e]+")
            .matcher(json)
            .results()
            .map(n -> Float.valueOf(n.group()))
            .toList();
    List<Float> actual = new ArrayList<>();
    for (Variable variable : model.trainableVariables()) {
      for (float value : variable.value().reshape(-1).toFloatArray()) {
        actual.add(value);
      }
    }
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < actual.size(); i++) {
      assertEquals(expected.get(i), actual.get(i), 1e-5, "number " + i);
    }
  }

  /** The Java twin of {@code module.py}. */
  private static final class Module implements Trackable {
    final Variable w = Variable.of(new float[] {1, 2}, "w");
    final List<Variable> list = List.of(Variable.of(3f), Variable.of(true));
    final Map<String, Variable> map =
        Map.of("a", Variable.of(4f), "x/y.z", Variable.of(new long[] {5}));
    final Variable shared = w;
  }

  @Test
  void modulesListsMapsAndSharedVariablesGoBothWays() throws Exception {
    Path saved =
        Path.of(
            Python.run(temp, PythonObjectsTest.class, "module.py", "save", temp.resolve("tf"))
                .getFirst());
    Module module = new Module();
    Variable step = Variable.untrainable(0L, "step");
    Checkpoint checkpoint = Checkpoint.of("module", module).and("step", step);
    checkpoint.restore(saved).assertConsumed().assertExistingObjectsMatched();
    assertArrayEquals(new float[] {11, 2}, module.shared.value().toFloatArray());
    assertEquals(13, module.list.get(0).value().item());
    assertEquals(14, module.map.get("a").value().item());
    assertEquals(15, module.map.get("x/y.z").value().item());
    assertEquals(7, step.value().item());

    module.w.assign(new float[] {-1, -2});
    module.list.get(1).assign(false);
    assertEquals(
        List.of("[[-1.0, -2.0], 13.0, False, 14.0, [15], 7]"),
        Python.run(
            temp,
            PythonObjectsTest.class,
            "module.py",
            "restore",
            checkpoint.save(temp.resolve("ours"))));
  }
}
