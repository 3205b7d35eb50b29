package dev.tapedeck.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.Optimizer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trajectories of a parameter against Keras's, from {@code make_goldens.py}; for float64 too Keras
 * rounds its factors to float32.
 */
class OptimizersGoldenTest {
  private static final JsonNode GOLDENS =
      Goldens.read(OptimizersGoldenTest.class, "optimizers.json");

  /** Enough for native kernels, which small tensors do not use. */
  private static final int TILES = 60;

  static Stream<Arguments> cases() {
    return GOLDENS
        .get("cases")
        .valueStream()
        .map(
            golden ->
                Arguments.argumentSet(
                    golden.get("optimizer").asText()
                        + golden.get("arguments")
                        + golden.get("dtype").asText(),
                    golden));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(JsonNode golden) {
    DType dtype = Goldens.dtype(golden.get("dtype").asText());
    Optimizer optimizer =
        (Optimizer)
            FromConfig.construct(
                SGD.class, golden.get("optimizer").asText(), golden.get("arguments"));
    assertEquals(optimizer.toString(), optimizer.copy().toString());
    assertEquals(optimizer.arguments(), optimizer.copy().arguments());
    Variable small = Variable.of(tensor(GOLDENS.get("start"), 1, dtype));
    Variable large = Variable.of(tensor(GOLDENS.get("start"), TILES, dtype));
    for (int step = 0; step < GOLDENS.get("gradients").size(); step++) {
      JsonNode gradient = GOLDENS.get("gradients").get(step);
      optimizer.applyGradients(
          List.of(tensor(gradient, 1, dtype), tensor(gradient, TILES, dtype)),
          List.of(small, large));
      JsonNode expected = golden.get("trajectory").get(step);
      assertClose(tensor(expected, 1, DType.FLOAT64), small, step);
      assertClose(tensor(expected, TILES, DType.FLOAT64), large, step);
    }
  }

  private static Tensor tensor(JsonNode values, int tiles, DType dtype) {
    double[] row = Goldens.numbers(values);
    return Casting.cast(Collections.nCopies(tiles, row).toArray(double[][]::new), dtype);
  }

  private static void assertClose(Tensor expected, Variable actual, int step) {
    double[] values = expected.toDoubleArray();
    double[] received = actual.value().toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      double tolerance = 1e-6 * Math.abs(values[i]);
      assertEquals(values[i], received[i], tolerance, "step " + step + ", element " + i);
    }
  }
}
