package dev.tapedeck.examples;

import static dev.tapedeck.ops.linalg.Linalg.matmul;
import static dev.tapedeck.ops.pointwise.Maths.add;
import static dev.tapedeck.ops.pointwise.Maths.mul;
import static dev.tapedeck.ops.pointwise.Maths.square;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.checkpoint.RestoreStatus;
import dev.tapedeck.function.Graph;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.metrics.Mean;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The behaviours that eager TensorFlow is taught with, those that are no program of their own. */
class BehavioursTest {
  @Test
  void e1RunsAtOnceAndPrintsValueShapeAndType() {
    assertEquals(
        "Tensor([1 2 4], shape=(3,), dtype=int32)",
        add(new int[] {1, 2, 3}, new int[] {0, 0, 1}).toString());
    assertEquals(
        "Tensor([[1. 2.]\n [3. 4.]], shape=(2, 2), dtype=float32)",
        Tensor.of(new float[][] {{1, 2}, {3, 4}}).toString());
  }

  @Test
  void e2ExecutesEagerlyExceptWhileTracing() {
    assertTrue(Dispatch.executingEagerly());
    List<Boolean> inside = new ArrayList<>();
    TensorSpec spec = new TensorSpec(DType.FLOAT32, Shape.of(1, 1));
    Graph graph =
        Graph.trace(
            in -> {
              inside.add(Dispatch.executingEagerly());
              return List.of(matmul(in.getFirst(), in.getFirst()).mul(2));
            },
            List.of(spec));
    assertEquals(List.of(false), inside);
    assertTrue(Dispatch.executingEagerly());
    Tensor two = Tensor.of(new float[][] {{2}});
    assertArrayEquals(new float[] {8}, graph.run(two).getFirst().toFloatArray());
  }

  @Test
  void e3MultipliesAndBroadcasts() {
    int[][] a = {{1, 2}, {3, 4}};
    Tensor product = matmul(new float[][] {{2}}, new float[][] {{2}});
    assertEquals("Tensor([[4.]], shape=(1, 1), dtype=float32)", product.toString());
    Tensor b = add(a, 1);
    assertArrayEquals(new int[][] {{2, 3}, {4, 5}}, (int[][]) b.toArray());
    assertArrayEquals(new int[][] {{2, 6}, {12, 20}}, (int[][]) mul(a, b).toArray());
  }

  @Test
  void e4JavaAndNd4jArraysGoInAndComeOut() {
    INDArray array = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}});
    Tensor sum = add(array, new float[][] {{10, 20}, {30, 40}});
    assertArrayEquals(new float[][] {{11, 22}, {33, 44}}, (float[][]) sum.toArray());
    assertEquals(Nd4j.createFromArray(new float[][] {{11, 22}, {33, 44}}), sum.toINDArray());
    assertEquals(3.0, add(1.0, 2.0).toArray());
  }

  @Test
  void e6AModelSeesRealValues() {
    List<String> seen = new ArrayList<>();
    Layer spying =
        new Layer() {
          @Override
          protected Tensor call(Tensor x) {
            seen.add(x.toString());
            return x;
          }
        };
    new Sequential(spying).apply(new float[] {1, 2});
    assertEquals(List.of("Tensor([1. 2.], shape=(2,), dtype=float32)"), seen);
  }

  @Test
  void g1ATapeGivesItsGradientOnce() {
    Variable w = Variable.of(new float[][] {{1}});
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = w.mul(w);
      assertEquals(
          "Tensor([[2.]], shape=(1, 1), dtype=float32)", tape.gradient(loss, w).toString());
      assertThrows(IllegalStateException.class, () -> tape.gradient(loss, w));
    }
    try (GradientTape tape = GradientTape.persistent()) {
      Tensor loss = w.mul(w);
      assertEquals(2, tape.gradient(loss, w).item());
      assertEquals(2, tape.gradient(loss, w).item());
    }
  }

  @Test
  void g8AnOptimizerMinimizes() {
    Variable x = Variable.of(3f);
    SGD optimizer = new SGD(0.25);
    optimizer.minimize(() -> square(x), List.of(x));
    assertEquals(1.5, x.value().item());
    assertEquals(1, optimizer.iterations().value().item());
  }

  @Test
  void l3GradientsAreAppliedToTheVariablesOfAModel() {
    Sequential model = new Sequential(new Dense(1));
    Tensor x = Tensor.of(new float[][] {{1, 2}});
    try (GradientTape tape = new GradientTape()) {
      Tensor loss = model.apply(x).sum();
      List<Variable> variables = model.trainableVariables();
      assertEquals(List.of("kernel", "bias"), variables.stream().map(Variable::name).toList());
      Tensor before = variables.getFirst().value();
      new SGD(1).applyGradients(tape.gradient(loss, variables), variables);
      Tensor change = before.sub(variables.getFirst());
      assertArrayEquals(new float[] {1, 2}, change.toFloatArray(), 1e-6f);
    }
  }

  /** There is no GPU where this runs: the CPU serves, and a GPU is refused with the remedy. */
  @Test
  void l4DevicesAreScopes() {
    Tensor x = Tensor.of(new float[] {1, 2});
    try (Device.Use cpu = Device.on("/cpu:0")) {
      assertSame(x, x.cpu());
      assertEquals(3, x.sum().item());
    }
    assumeTrue(Device.gpus() == 0, "a GPU is there");
    for (Executable use : List.<Executable>of(() -> Device.on("/gpu:1"), () -> x.gpu(1))) {
      assertEquals(
          "device gpu:1: this build sees 0 GPUs; build with -Pcuda on a machine with an NVIDIA GPU,"
              + " or use cpu",
          assertThrows(IllegalStateException.class, use).getMessage());
    }
    assertThrows(IllegalStateException.class, x::gpu);
  }

  @Test
  void s2ModelOptimizerAndStepAreRestoredBeforeOrAfterTheirVariablesExist(@TempDir Path folder) {
    Tensor x = Tensor.of(new float[][] {{1, 2}});
    Dense model = new Dense(1);
    SGD optimizer = new SGD(0.1, 0.9);
    Variable step = Variable.untrainable(0L, "global_step");
    model.apply(x);
    optimizer.minimize(() -> square(model.apply(x)).sum(), model.trainableVariables());
    step.assignAdd(1L);
    Checkpoint.of("optimizer", optimizer)
        .and("model", model)
        .and("step", step)
        .save(folder.resolve("ckpt"));

    for (boolean before : new boolean[] {true, false}) {
      Dense fresh = new Dense(1);
      SGD freshOptimizer = new SGD(0.1, 0.9);
      Variable freshStep = Variable.untrainable(0L, "global_step");
      if (!before) {
        fresh.apply(x);
      }
      RestoreStatus restored =
          Checkpoint.of("optimizer", freshOptimizer)
              .and("model", fresh)
              .and("step", freshStep)
              .restore(Checkpoint.latestCheckpoint(folder).orElseThrow());
      assertEquals(1, freshStep.value().item());
      assertEquals(model.apply(x).toString(), fresh.apply(x).toString());
      freshOptimizer.minimize(() -> square(fresh.apply(x)).sum(), fresh.trainableVariables());
      restored.assertConsumed();
    }
  }

  @Test
  void s3AMeanGathers() {
    Mean loss = new Mean("loss");
    loss.update(0);
    loss.update(5);
    assertEquals(2.5, loss.result().item());
    loss.update(new int[] {8, 9});
    assertEquals(5.5, loss.result().item());
    assertFalse(loss.name().isEmpty());
  }
}
