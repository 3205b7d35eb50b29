package dev.tapedeck.ops.neural;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Normalization.BatchNorm;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batch normalization of channels on the last axis, of more rows than are summed at a time. */
class BatchNormTrainingTest {
  private static Tensor draw(int key, DType dtype, long... shape) {
    return Randoms.normal(RandomKey.of(key), dtype, 0, 1, shape);
  }

  /** Returns results and gradients, the channels of x moved to an axis where small ops serve. */
  private static List<Tensor> results(boolean small, Tensor x, Tensor scale, Tensor offset) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x, scale, offset);
      BatchNorm made =
          small
              ? Normalization.batchNormTraining(x.transpose(), scale, offset, 1e-3, 0)
              : Normalization.batchNormTraining(x, scale, offset, 1e-3);
      Tensor y = small ? made.y().transpose() : made.y();
      Tensor weights = draw(9, x.dtype(), x.shape().toArray());
      Tensor loss =
          y.mul(y)
              .mul(weights)
              .sum()
              .add(made.mean().mul(scale).sum())
              .add(made.variance().mul(made.variance()).sum());
      List<Tensor> all = new ArrayList<>(List.of(y, made.mean(), made.variance()));
      all.addAll(tape.gradient(loss, List.of(x, scale, offset)));
      return all;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 2, 1",
    "FLOAT32, 1, 5",
    "FLOAT32, 1030, 3",
    "FLOAT32, 600, 17",
    "FLOAT32, 130, 64",
    "FLOAT32, 70, 1000",
    "FLOAT64, 1030, 3",
    "FLOAT64, 70, 133"
  })
  void smallOpsAgree(DType dtype, int rows, int channels) {
    Tensor x = draw(1, dtype, rows, channels);
    Tensor scale = draw(2, dtype, channels);
    Tensor offset = draw(3, dtype, channels);
    List<Tensor> expected = results(true, x, scale, offset);
    List<Tensor> actual = results(false, x, scale, offset);
    for (int i = 0; i < expected.size(); i++) {
      double most = Reductions.max(expected.get(i).abs()).item();
      double tolerance = (dtype == DType.FLOAT32 ? 2e-5 : 1e-12) * Math.max(1, most);
      assertEquals(expected.get(i).spec(), actual.get(i).spec());
      assertArrayEquals(
          expected.get(i).toDoubleArray(), actual.get(i).toDoubleArray(), tolerance, "" + i);
    }
  }

  @Test
  void varianceIsExactFarFromZero() {
    Tensor x = draw(1, DType.FLOAT32, 5000, 3).add(10_000);
    Tensor exact = Normalization.moments(x.cast(DType.FLOAT64), 0).variance();
    Tensor variance = Normalization.batchNormTraining(x, null, null, 1e-3).variance();
    assertArrayEquals(exact.toDoubleArray(), variance.toDoubleArray(), 1e-5);
  }

  @Test
  void channelsDoNotMeet() {
    Tensor x = Tensor.of(new float[] {1, 2, Float.NaN, 4, Float.POSITIVE_INFINITY, 6}, 2, 3);
    double[] y = Normalization.batchNormTraining(x, null, null, 0).y().toDoubleArray();
    assertArrayEquals(new double[] {-1, 1}, new double[] {y[0], y[3]});
    assertTrue(Double.isNaN(y[1]) && Double.isNaN(y[2]) && Double.isNaN(y[4]));
    double[] means = Normalization.batchNormTraining(x, null, null, 0).mean().toDoubleArray();
    assertArrayEquals(new double[] {2.5, Double.POSITIVE_INFINITY, Double.NaN}, means);
  }

  @Test
  void emptyBatchHasNoMean() {
    BatchNorm made =
        Normalization.batchNormTraining(Tensor.zeros(DType.FLOAT32, 0, 2), null, null, 0.1);
    assertEquals(0, made.y().shape().count());
    assertTrue(Float.isNaN(made.mean().toFloatArray()[0]));
  }

  @Test
  void gradientsOfGradientsFlowThroughTheMoments() {
    Tensor x = draw(1, DType.FLOAT64, 6, 2);
    List<double[]> second = new ArrayList<>();
    for (boolean small : new boolean[] {true, false}) {
      try (GradientTape outer = new GradientTape()) {
        outer.watch(x);
        Tensor first =
            results(small, x, draw(2, DType.FLOAT64, 2), draw(3, DType.FLOAT64, 2)).get(3);
        second.add(outer.gradient(first.mul(first).sum(), List.of(x)).getFirst().toDoubleArray());
      }
    }
    assertArrayEquals(second.get(0), second.get(1), 1e-9);
  }
}
