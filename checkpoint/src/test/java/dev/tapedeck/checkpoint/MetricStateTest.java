package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.metrics.AUC;
import dev.tapedeck.metrics.BuiltInMetric;
import dev.tapedeck.metrics.F1Score;
import dev.tapedeck.metrics.Precision;
import dev.tapedeck.metrics.R2Score;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Metric;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics that go on from a checkpoint, also those whose state the first batch creates. */
class MetricStateTest {
  @TempDir Path temp;

  private final SplittableRandom random = new SplittableRandom(1);

  static Stream<Supplier<BuiltInMetric<?, ?>>> metrics() {
    return Stream.of(
        F1Score::new,
        R2Score::new,
        () -> new AUC().multiLabel(true),
        () -> new AUC().numThresholds(20),
        () -> new Precision().thresholds(0.2, 0.6));
  }

  private Tensor batch(int below) {
    double[] numbers = random.doubles(12).map(x -> below == 1 ? x : Math.round(x)).toArray();
    return Tensor.of(numbers).reshape(4, 3);
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void goesOnToTheSameBits(Supplier<BuiltInMetric<?, ?>> maker) {
    Tensor[] labels = {batch(2), batch(2)};
    Tensor[] predictions = {batch(1), batch(1)};
    BuiltInMetric<?, ?> whole = maker.get();
    ((Metric) whole).update(labels[0], predictions[0]);
    Path midway = Checkpoint.of("metric", whole).save(temp.resolve("midway"));
    ((Metric) whole).update(labels[1], predictions[1]);
    for (boolean traced : new boolean[] {false, true}) {
      BuiltInMetric<?, ?> resumed = maker.get();
      RestoreStatus status = Checkpoint.of("metric", resumed).restore(midway);
      if (traced) {
        TracedFunction.of(
                "update",
                (Tensor y, Tensor p) -> {
                  ((Metric) resumed).update(y, p, null);
                  return p;
                })
            .call(labels[1], predictions[1]);
      } else {
        ((Metric) resumed).update(labels[1], predictions[1]);
      }
      status.assertConsumed();
      assertArrayEquals(whole.result().toDoubleArray(), resumed.result().toDoubleArray());
    }
  }

  @Test
  void stateOfAnotherNumberOfClassesIsRefusedAndTriedAgain() {
    F1Score three = new F1Score();
    three.update(batch(2), batch(1));
    Path path = Checkpoint.of("metric", three).save(temp.resolve("three"));
    F1Score two = new F1Score();
    Checkpoint.of("metric", two).restore(path);
    float[][] rows = {{0, 1}};
    assertThrows(IllegalArgumentException.class, () -> two.update(rows, rows));
    assertTrue(two.isAwaitingState());
    two.update(batch(2), batch(1));
    assertEquals(3, two.result().shape().count());
  }
}
