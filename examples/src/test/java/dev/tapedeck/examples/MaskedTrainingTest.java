package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Trainings of sequences with padding, whose batches are normalized. */
class MaskedTrainingTest {
  private static final Tensor IDS = Tensor.of(new int[][] {{1, 2, 0}, {2, 0, 0}});

  private static Model trained(boolean eagerly, float padding) {
    RandomKey.seed(5);
    Tensor ids = Input.of(DType.INT32, 3);
    Tensor words = new Embedding(3, 2).maskZero(true).apply(ids);
    Tensor normal = new BatchNormalization().name("normal").apply(words);
    Tensor both = new Concatenate().apply(List.of(words, normal));
    Model model = Model.of(ids, new Dense(1).apply(both));
    model.runEagerly(eagerly);
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    Tensor labels = Tensor.of(new float[][][] {{{1}, {2}, {padding}}, {{3}, {padding}, {padding}}});
    FitOptions quiet = FitOptions.epochs(3).verbosity(FitOptions.Verbosity.SILENT);
    model.fit(Pipeline.of(IDS, labels).batch(2), quiet);
    return model;
  }

  private static void assertSame(Model expected, Model actual) {
    List<Tensor> values = expected.getWeights();
    for (int i = 0; i < values.size(); i++) {
      assertArrayEquals(
          values.get(i).toFloatArray(), actual.getWeights().get(i).toFloatArray(), 1e-6f);
    }
  }

  @Test
  void tracedStepsAreThoseOfEagerOnes() {
    Model traced = trained(false, 0);
    assertSame(trained(true, 0), traced);
    List<Tensor> statistics = traced.layer("normal").getWeights();
    assertEquals(4, statistics.size());
    assertNotEquals(0, statistics.get(2).get(0).item());
    assertNotEquals(1, statistics.get(3).get(0).item());
  }

  @Test
  void labelsOfPaddingDoNotMatter() {
    assertSame(trained(false, 0), trained(false, 100));
  }
}
