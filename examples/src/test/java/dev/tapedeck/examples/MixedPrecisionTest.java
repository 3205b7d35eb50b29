package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.LossScaleOptimizer;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixedPrecisionTest {
  @AfterEach
  void restore() {
    DTypePolicy.setGlobal(null);
  }

  private static Sequential model(DType[] seen) {
    RandomKey.seed(3);
    return new Sequential(
        new Dense(8, Activations::tanh),
        new Dense(
            1,
            x -> {
              seen[0] = x.dtype();
              return x;
            }));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void weightsStayInFullPrecisionAndTrain(boolean eagerly) {
    DType[] seen = new DType[1];
    List<History> histories = new ArrayList<>();
    for (DTypePolicy policy : new DTypePolicy[] {null, DTypePolicy.mixedBfloat16()}) {
      DTypePolicy.setGlobal(policy);
      Sequential model = model(seen);
      model.runEagerly(eagerly);
      model.compile(new Adam(0.01), Losses.meanSquaredError());
      Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 64, 4);
      Pipeline data = Pipeline.of(x, x.sum(1).reshape(-1, 1)).batch(16);
      histories.add(model.fit(data, FitOptions.epochs(30).verbosity(FitOptions.Verbosity.SILENT)));
      for (Variable variable : model.variables()) {
        assertEquals(DType.FLOAT32, variable.dtype());
      }
    }
    assertEquals(DType.BFLOAT16, seen[0]);
    double full = histories.getFirst().get("loss").getLast();
    double mixed = histories.getLast().get("loss").getLast();
    assertTrue(full < 0.5 * histories.getFirst().get("loss").getFirst(), histories.toString());
    assertEquals(full, mixed, 0.05 * full + 0.01);
  }

  @Test
  void aLayerHasAPolicyOfItsOwn() {
    Dense dense = new Dense(2).dtype(DTypePolicy.of(DType.FLOAT64));
    assertEquals(DType.FLOAT64, dense.apply(new float[][] {{1, 2}}).dtype());
    assertEquals(DType.FLOAT64, dense.variables().getFirst().dtype());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void overflowingStepsAreLeftOutAndHalveTheScale(boolean eagerly) {
    RandomKey.seed(3);
    Sequential model = new Sequential(new Dense(1));
    LossScaleOptimizer optimizer = new LossScaleOptimizer(new Adam(0.01), 4, 2);
    model.runEagerly(eagerly);
    model.compile(optimizer, Losses.meanSquaredError());
    Tensor x = Tensor.ones(DType.FLOAT32, 2, 3);
    Tensor y = Tensor.ones(DType.FLOAT32, 2, 1);
    model.trainOnBatch(x, y);
    assertEquals(4, optimizer.dynamicScale().value().item());
    model.trainOnBatch(x, y);
    assertEquals(8, optimizer.dynamicScale().value().item());
    List<Tensor> before = model.getWeights();
    model.trainOnBatch(x, Tensor.full(DType.FLOAT32, Double.POSITIVE_INFINITY, 2, 1));
    assertEquals(4, optimizer.dynamicScale().value().item());
    assertEquals(2, optimizer.iterations().value().item());
    for (int i = 0; i < before.size(); i++) {
      assertArrayEquals(before.get(i).toFloatArray(), model.getWeights().get(i).toFloatArray());
    }
    model.trainOnBatch(x, y);
    assertTrue(model.getWeights().getFirst().sub(before.getFirst()).abs().sum().item() > 0);
  }
}
