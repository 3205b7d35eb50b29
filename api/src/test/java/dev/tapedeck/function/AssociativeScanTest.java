package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans of an associative function. */
class AssociativeScanTest {
  private static List<Tensor> sums(List<Tensor> x, List<Tensor> y) {
    return List.of(x.getFirst().add(y.getFirst()));
  }

  /** Two linear functions, one after the other. */
  private static List<Tensor> composed(List<Tensor> x, List<Tensor> y) {
    return List.of(x.getFirst().mul(y.getFirst()), x.getLast().mul(y.getFirst()).add(y.getLast()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sumsAreRunning(boolean reverse) {
    Tensor x = Tensor.of(new double[][] {{1, 2, 3, 4, 5}, {-1, 0.5, 2, 8, 3}});
    Tensor found =
        ControlFlow.associativeScan(AssociativeScanTest::sums, List.of(x), 1, reverse).getFirst();
    assertArrayEquals(
        Cumulative.cumsum(x, 1, false, reverse).toDoubleArray(), found.toDoubleArray());
  }

  @Test
  void orderIsKept() {
    double[] factors = {2, 3, -1, 0.5, 4, 1, 2};
    double[] terms = {1, -1, 2, 0, 5, 1, 3};
    List<Tensor> found =
        ControlFlow.associativeScan(
            AssociativeScanTest::composed, List.of(factors, terms), 0, false);
    double[] expected = new double[factors.length];
    double value = 0;
    for (int i = 0; i < expected.length; i++) {
      value = value * factors[i] + terms[i];
      expected[i] = value;
    }
    assertArrayEquals(expected, found.getLast().toDoubleArray(), 1e-12);
  }

  @Test
  void oneElementAndNone() {
    assertArrayEquals(new double[] {3}, scanned(3));
    assertArrayEquals(new double[0], scanned());
  }

  private static double[] scanned(double... x) {
    return ControlFlow.associativeScan(AssociativeScanTest::sums, List.of(x), 0, true)
        .getFirst()
        .toDoubleArray();
  }

  @Test
  void tensorsOfDifferentSizesAreRefused() {
    assertEquals(
        "associativeScan: needs tensors of one known size along axis 0, received [(2,), (3,)]; give"
            + " at least one, and known sizes in the signature of a traced function",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    ControlFlow.associativeScan(
                        (x, y) -> List.of(Maths.maximum(x.getFirst(), y.getFirst())),
                        List.of(new float[2], new float[3]),
                        0,
                        false))
            .getMessage());
  }
}
