package dev.tapedeck.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Keras computes, from the files that {@code make_nn.py} writes. */
class NnGoldenTest {
  private static Stream<Arguments.ArgumentSet> goldens(String file) {
    return Goldens.lines(NnGoldenTest.class, file).stream()
        .map(g -> argumentSet(g.get("name").asText() + g.get("arguments"), g));
  }

  static Stream<Arguments.ArgumentSet> regularizers() {
    return goldens("regularizers.jsonl");
  }

  static Stream<Arguments.ArgumentSet> constraints() {
    return goldens("constraints.jsonl");
  }

  static Stream<Arguments.ArgumentSet> stfts() {
    return goldens("stfts.jsonl");
  }

  private static Object made(JsonNode golden) {
    return FromConfig.construct(
        NnGoldenTest.class, golden.get("name").asText(), golden.get("arguments"));
  }

  @ParameterizedTest
  @MethodSource("regularizers")
  void penalties(JsonNode golden) {
    Regularizer regularizer = (Regularizer) made(golden);
    Tensor weights = Goldens.tensor(golden.get("weights"));
    try (GradientTape tape = new GradientTape()) {
      tape.watch(weights);
      Tensor penalty = regularizer.of(weights);
      assertNear(golden.get("output"), penalty);
      if (golden.has("gradient")) {
        assertNear(golden.get("gradient"), tape.gradient(penalty, weights));
      }
    }
    assertNear(golden.get("output"), TracedFunction.of("penalty", regularizer::of).call(weights));
  }

  @ParameterizedTest
  @MethodSource("constraints")
  void projections(JsonNode golden) {
    Constraint constraint = (Constraint) made(golden);
    Tensor weights = Goldens.tensor(golden.get("weights"));
    assertNear(golden.get("output"), constraint.of(weights));
    assertNear(golden.get("output"), TracedFunction.of("project", constraint::of).call(weights));
  }

  @ParameterizedTest
  @MethodSource("stfts")
  void transforms(JsonNode golden) {
    Tensor expected = Goldens.tensor(golden.get("output"));
    Tensor actual = ((Initializer) made(golden)).create(RandomKey.of(1), expected.spec());
    assertEquals(expected.spec(), actual.spec());
    // Keras rounds the angles to the element type.
    double angle = 2 * Math.PI * expected.shape().size(0);
    double rounding = expected.dtype() == DType.FLOAT64 ? 1e-16 : 1e-7;
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), angle * rounding);
  }

  static Stream<Arguments.ArgumentSet> windows() {
    return Goldens.lines(NnGoldenTest.class, "windows.jsonl").stream()
        .map(g -> argumentSet(g.get("window").asText() + " " + g.get("length"), g));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void windowsAreThoseOfSciPy(JsonNode golden) {
    WindowFunction window = Windows.valueOf(golden.get("window").asText().toUpperCase(Locale.ROOT));
    double[] values =
        window.values(golden.get("length").asInt(), golden.get("periodic").asBoolean());
    assertArrayEquals(Goldens.numbers(golden.get("values")), values, 1e-15);
  }

  /** Relative to the largest element, where Keras sums up in another order. */
  private static void assertNear(JsonNode golden, Tensor actual) {
    Tensor expected = Goldens.tensor(golden);
    assertEquals(expected.spec(), actual.spec());
    double[] numbers = expected.toDoubleArray();
    double largest = Arrays.stream(numbers).map(Math::abs).max().orElseThrow();
    double relative = expected.dtype() == DType.FLOAT64 ? 1e-14 : 1e-6;
    assertArrayEquals(numbers, actual.toDoubleArray(), relative * Math.max(largest, 1e-30));
  }
}
