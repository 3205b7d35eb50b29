package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The checks of a layer.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> scale() {
 *   return LayerCheck.tests(Scale::new, Operand.real(2, 3));
 * }
 * }</pre>
 */
public final class LayerCheck {
  private LayerCheck() {}

  /**
   * Returns tests of a layer: its gradients, for the input and each trainable variable, against
   * differences in float64, and the traced layer against the eager one.
   *
   * @param input the input's kind, range and shape; float64, where it is real
   */
  public static Stream<DynamicTest> tests(Supplier<? extends Layer> layer, Operand input) {
    return Stream.of(
        dynamicTest("gradients", () -> gradients(layer.get(), drawn(input, 0))),
        dynamicTest("traced equals eager", () -> tracedEqualsEager(layer.get(), input)));
  }

  private static Tensor drawn(Operand operand, int number) {
    return operand.draw(DType.FLOAT64, number).tensor(operand.dtype(DType.FLOAT64));
  }

  private static void gradients(Layer layer, Tensor input) {
    layer.apply(input);
    List<Variable> variables = layer.trainableVariables();
    List<Tensor> at = new ArrayList<>(List.of(input));
    for (Variable variable : variables) { // many begin as zeros
      int[] shape = new int[variable.shape().rank()];
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = Math.toIntExact(variable.shape().size(axis));
      }
      at.add(drawn(Operand.real(shape), at.size()));
    }
    TensorFunction loss =
        GradientChecker.weighted(
            x -> {
              for (int i = 0; i < variables.size(); i++) {
                variables.get(i).assign(x[i + 1]);
              }
              return layer.apply(x[0]);
            });
    Tensor[] points = at.toArray(Tensor[]::new);
    GradientChecker.check(loss, gradients(loss, variables, points), points);
  }

  private static double[][] gradients(TensorFunction loss, List<Variable> variables, Tensor... at) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(at[0]);
      List<Object> sources = new ArrayList<>(List.of(at[0]));
      sources.addAll(variables);
      List<Tensor> gradients = tape.gradient(loss.of(at), sources);
      double[][] values = new double[at.length][];
      for (int i = 0; i < at.length; i++) {
        values[i] =
            gradients.get(i) == null
                ? new double[Math.toIntExact(at[i].shape().count())]
                : gradients.get(i).toDoubleArray();
      }
      return values;
    }
  }

  private static void tracedEqualsEager(Layer layer, Operand input) {
    layer.apply(drawn(input, 0));
    TracedFunction<Tensor> traced = TracedFunction.of("layer", (Tensor x) -> layer.apply(x));
    for (int number = 0; number < 2; number++) {
      Tensor x = drawn(input, number);
      Tensor expected = layer.apply(x);
      Tensor actual = traced.call(x);
      assertEquals(expected.spec(), actual.spec());
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray());
    }
  }

  /**
   * Checks a layer against what Keras computes: {@code values} of the input and of each variable by
   * name, the {@code output}, and the {@code gradients} of the output times {@code upstream}.
   */
  public static void golden(Layer layer, JsonNode golden, DType dtype) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    golden
        .get("values")
        .forEachEntry((name, array) -> values.put(name, Goldens.tensor(array, dtype)));
    Tensor input = values.get("input");
    layer.apply(input);
    Map<String, Object> sources = new LinkedHashMap<>(layer.namedVariables());
    layer.namedVariables().forEach((name, variable) -> variable.assign(values.get(name)));
    sources.put("input", input);
    assertEquals(values.keySet(), sources.keySet());
    try (GradientTape tape = new GradientTape()) {
      tape.watch(input);
      Tensor output = layer.apply(input);
      assertClose("output", golden.get("output"), output);
      Tensor loss = output.mul(Goldens.tensor(golden.get("upstream"), dtype)).sum();
      List<Tensor> gradients = tape.gradient(loss, List.copyOf(sources.values()));
      int i = 0;
      for (String name : sources.keySet()) {
        assertClose(name, golden.get("gradients").get(name), gradients.get(i++));
      }
    }
  }

  private static void assertClose(String what, JsonNode golden, Tensor actual) {
    Tensor expected = Goldens.tensor(golden, DType.FLOAT64);
    assertEquals(expected.shape(), actual.shape(), what);
    double[] values = expected.toDoubleArray();
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      double tolerance = 1e-5 * Math.max(1, Math.abs(values[i]));
      assertEquals(values[i], received[i], tolerance, what + " at " + i);
    }
  }
}
