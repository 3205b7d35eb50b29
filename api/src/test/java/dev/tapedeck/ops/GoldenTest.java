package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.testing.OpCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What TensorFlow computes, values and gradients, from the files that {@code make_op_goldens.py}
 * writes; a case names a row of the {@link OpTable}, whose {@link OpCheck#ulps} it must not exceed.
 */
final class GoldenTest {
  /** The file of each table; random draws have none, they are our own. */
  private static final Map<String, List<OpCheck>> FAMILIES =
      Map.of(
          "pointwise", PointwiseTable.ROWS,
          "reductions", ReductionTable.ROWS,
          "sorting", SortingTable.ROWS,
          "shaping", ShapingTable.ROWS,
          "rearranging", RearrangingTable.ROWS,
          "indexing", IndexingTable.ROWS,
          "linalg", LinalgTable.ROWS,
          "neural", NeuralTable.ROWS);

  @TestFactory
  Stream<DynamicNode> tensorFlowSaysTheSame() {
    return FAMILIES.entrySet().stream()
        .map(
            family -> dynamicContainer(family.getKey(), tests(family.getKey(), family.getValue())));
  }

  private static List<DynamicTest> tests(String family, List<OpCheck> rows) {
    Map<String, OpCheck> byName =
        rows.stream().collect(Collectors.toMap(row -> row.name(), row -> row));
    Set<String> untried = new TreeSet<>(byName.keySet());
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : cases(family)) {
      String name = one.get("row").asText();
      untried.remove(name);
      tests.add(dynamicTest(name + " #" + tests.size(), () -> check(byName.get(name), one)));
    }
    if (!tests.isEmpty()) {
      tests.add(dynamicTest("every row has a case", () -> assertEquals(Set.of(), untried)));
    }
    return tests;
  }

  private static List<JsonNode> cases(String family) {
    return Goldens.lines(GoldenTest.class, "goldens/" + family + ".jsonl");
  }

  private static void check(OpCheck row, JsonNode golden) {
    Tensor[] inputs =
        golden.get("inputs").valueStream().map(Goldens::tensor).toArray(Tensor[]::new);
    Tensor[] watched =
        Arrays.stream(inputs).filter(x -> x.dtype().isFloating()).toArray(Tensor[]::new);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(watched);
      Tensor output = row.function().of(inputs);
      List<String> wrong = new ArrayList<>();
      compare(row, "output", golden.get("output"), output, inputs, wrong);
      if (golden.has("gradients")) {
        Tensor loss = output.mul(weights(output)).sum();
        List<Tensor> gradients = tape.gradient(loss, List.of(inputs));
        for (int i = 0; i < inputs.length; i++) {
          JsonNode expected = golden.get("gradients").get(i);
          if (!expected.isNull()) {
            Tensor zero = Tensor.zeros(inputs[i].dtype(), inputs[i].shape().toArray());
            Tensor actual = gradients.get(i) == null ? zero : gradients.get(i);
            compare(row, "gradient " + i, expected, actual, inputs, wrong);
          }
        }
      }
      assertEquals("", String.join("\n", wrong));
    }
  }

  /** What each element of an output counts for in the loss, as in {@code make_op_goldens.py}. */
  private static Tensor weights(Tensor output) {
    EagerTensor weights = EagerTensor.allocate(output.spec());
    for (int i = 0; i < output.shape().count(); i++) {
      Elements.setDouble(output.dtype(), weights.elements(), i, (i * 7 % 11 - 5.5) / 4);
    }
    return weights;
  }

  private static void compare(
      OpCheck row,
      String what,
      JsonNode golden,
      Tensor actual,
      Tensor[] inputs,
      List<String> wrong) {
    Tensor expected = Goldens.tensor(golden);
    assertEquals(expected.spec(), actual.spec(), what);
    double[] e = expected.toDoubleArray();
    double[] a = actual.toDoubleArray();
    double largest = Arrays.stream(e).filter(Double::isFinite).map(Math::abs).max().orElse(0);
    for (int i = 0; i < e.length; i++) {
      // Only a pointwise op has its error element by element; where elements are summed, cancelling
      // leaves an error of the size of what was summed.
      double size = row.scalar() != null ? Math.abs(e[i]) : largest;
      boolean near =
          e[i] == a[i]
              || (Double.isNaN(e[i]) && Double.isNaN(a[i]))
              || Math.abs(e[i] - a[i]) <= row.ulps() * ulp(size, actual.dtype());
      if (!near) {
        String x =
            row.scalar() == null || actual.shape().count() != inputs[0].shape().count()
                ? ""
                : " at " + inputs[0].toDoubleArray()[i];
        wrong.add(
            "%s %s[%d]%s: %s, TensorFlow %s".formatted(actual.dtype(), what, i, x, a[i], e[i]));
      }
    }
  }

  /**
   * The distance of neighbouring numbers of a type; that of denormal ones is as large as they are,
   * as TensorFlow takes them for 0.
   */
  private static double ulp(double size, DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> Math.max(Math.ulp(size), Double.MIN_NORMAL);
      case FLOAT32 -> Math.max(Math.ulp((float) size), Float.MIN_NORMAL);
      default -> 0;
    };
  }
}
