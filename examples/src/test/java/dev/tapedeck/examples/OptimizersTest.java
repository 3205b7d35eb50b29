package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adafactor;
import dev.tapedeck.optim.Adagrad;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.AdamW;
import dev.tapedeck.optim.CosineDecay;
import dev.tapedeck.optim.Ftrl;
import dev.tapedeck.optim.Lamb;
import dev.tapedeck.optim.Lion;
import dev.tapedeck.optim.LossScaleOptimizer;
import dev.tapedeck.optim.MultiOptimizer;
import dev.tapedeck.optim.Muon;
import dev.tapedeck.optim.Nadam;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.optim.ScheduleFreeAdamW;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers in the training of a model. */
class OptimizersTest {
  private static final int[][] INPUTS = {{0, 1}, {2, 3}, {1, 1}, {3, 0}};
  private static final float[][] LABELS = {{1, 0}, {0, 1}, {2, 1}, {-1, 0}};

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        new SGD(0.1, 0.9).useEma(true).emaOverwriteFrequency(2),
        new SGD(new CosineDecay(0.1, 10)).gradientAccumulationSteps(2),
        new AdamW(0.01).amsgrad(true).globalClipnorm(0.5).excludeFromWeightDecay("bias"),
        new Adagrad(0.1),
        new Nadam(0.01),
        new RMSprop(0.01).centered(true).momentum(0.5),
        new Ftrl(0.1).l1RegularizationStrength(0.01),
        new Lion(0.01),
        new Lamb(0.01),
        new Adafactor(0.1),
        new Muon(0.01),
        new ScheduleFreeAdamW(0.01),
        new LossScaleOptimizer(new Adam(0.01), 8, 2),
        new MultiOptimizer(new Adam(0.01), Map.of(".*/kernel", new SGD(0.1, 0.9))));
  }

  private static Sequential model(Optimizer optimizer) {
    RandomKey.seed(5);
    Sequential model =
        new Sequential(new Embedding(4, 3), new Flatten(), new Dense(4), new Dense(2));
    model.compile(optimizer, Losses.meanSquaredError());
    return model;
  }

  private static void train(Sequential model, int steps) {
    for (int step = 0; step < steps; step++) {
      model.trainOnBatch(INPUTS, LABELS);
    }
  }

  private static List<float[]> weights(Sequential model) {
    return model.variables().stream().map(v -> v.value().toFloatArray()).toList();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aRestoredOneGoesOnToTheSameBits(Optimizer optimizer, @TempDir Path folder) {
    Optimizer resumed = optimizer.copy();
    Sequential whole = model(optimizer);
    train(whole, 3);
    Path saved =
        Checkpoint.of("model", whole).and("optimizer", optimizer).save(folder.resolve("c"));
    train(whole, 4);
    Sequential restored = model(resumed);
    Checkpoint.of("model", restored).and("optimizer", resumed).restore(saved);
    train(restored, 4);
    for (int i = 0; i < weights(whole).size(); i++) {
      assertArrayEquals(weights(whole).get(i), weights(restored).get(i));
    }
    assertEquals(7, resumed.iterations().value().item());
  }

  @Test
  void pathsChooseWhatDecaysAndWhoUpdates() {
    Optimizer still = new SGD(0);
    Optimizer decaying = new SGD(0.5).weightDecay(1).excludeFromWeightDecay("dense_1", "bias");
    Sequential model = model(new MultiOptimizer(decaying, Map.of("embedding/.*", still)));
    train(model, 1); // makes the variables
    assertEquals(1, still.iterations().value().item());
    List<Variable> variables = model.trainableVariables();
    List<Tensor> none = variables.stream().map(v -> v.value().mul(0)).toList();
    List<float[]> before = weights(model);
    model.optimizer().applyGradients(none, variables);
    List<float[]> after = weights(model);
    List<String> changed =
        IntStream.range(0, after.size())
            .filter(i -> !Arrays.equals(before.get(i), after.get(i)))
            .mapToObj(
                i -> variables.get(i).name() + Arrays.toString(variables.get(i).shape().toArray()))
            .toList();
    assertEquals(List.of("kernel[6, 4]"), changed);
  }

  @Test
  void fitEndsWithTheAverages() {
    Optimizer optimizer = new SGD(0.1).useEma(true).emaMomentum(0.5);
    Sequential model = model(optimizer);
    model.fit(
        INPUTS, LABELS, FitOptions.epochs(3).batchSize(2).verbosity(FitOptions.Verbosity.SILENT));
    Variable kernel = model.trainableVariables().getLast();
    Variable average = optimizer.slots().get(kernel).get("average");
    assertArrayEquals(average.value().toFloatArray(), kernel.value().toFloatArray());
    model.optimizer().finalizeVariableValues(model.trainableVariables());
    assertNotEquals(0, kernel.value().abs().sum().item());
  }
}
