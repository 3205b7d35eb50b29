package dev.tapedeck.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.ConcreteClasses;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.PointwiseOptimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trajectories of variables against Keras's, from {@code make_goldens.py}; for float64 too Keras
 * rounds its factors to float32.
 */
class OptimizersGoldenTest {
  private static final JsonNode GOLDENS =
      Goldens.read(OptimizersGoldenTest.class, "optimizers.json");

  /** Enough for native kernels, which small tensors do not use. */
  private static final int TILES = 100;

  static Stream<Arguments> cases() {
    return GOLDENS
        .get("cases")
        .valueStream()
        .map(golden -> Arguments.argumentSet(title(golden), golden));
  }

  private static String title(JsonNode golden) {
    return golden.get("optimizer").asText()
        + golden.get("arguments")
        + golden.get("excluded")
        + golden.get("dtype").asText();
  }

  /** Variables and the optimizer that changes them. */
  private static final class Run {
    final DType dtype;
    final Optimizer optimizer;
    final List<Variable> variables = new ArrayList<>();

    Run(JsonNode golden) {
      dtype = Goldens.dtype(golden.get("dtype").asText());
      optimizer = FromConfig.optimizer(golden);
      String[] excluded =
          golden.get("excluded").valueStream().map(JsonNode::asText).toArray(String[]::new);
      if (excluded.length > 0) {
        optimizer.excludeFromWeightDecay(excluded);
      }
      GOLDENS
          .get("variables")
          .propertyStream()
          .forEach(
              entry -> {
                JsonNode start = GOLDENS.get("start").get(variables.size());
                variables.add(Variable.of(tensor(start, entry.getValue()), entry.getKey()));
              });
    }

    Tensor tensor(JsonNode values, JsonNode shape) {
      long[] sizes = shape.valueStream().mapToLong(JsonNode::asLong).toArray();
      return Casting.cast(Goldens.numbers(values), dtype).reshape(sizes);
    }

    List<Tensor> gradients(int step) {
      JsonNode all = GOLDENS.get("gradients").get(step - 1);
      return IntStream.range(0, 3)
          .mapToObj(i -> Casting.cast(Goldens.numbers(all.get(i)), dtype))
          .map(Tensor.class::cast)
          .toList();
    }

    void step(List<Tensor> gradients) {
      optimizer.applyGradients(
          IntStream.range(0, variables.size())
              .mapToObj(
                  i ->
                      optimizer
                          .scaleLoss(gradients.get(i))
                          .reshape(variables.get(i).shape().toArray()))
              .toList(),
          variables);
    }

    List<double[]> values() {
      return variables.stream().map(variable -> variable.value().toDoubleArray()).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithKeras(JsonNode golden) {
    Run run = new Run(golden);
    assertEquals(run.optimizer.toString(), run.optimizer.copy().toString());
    assertEquals(run.optimizer.options(), run.optimizer.copy().options());
    for (int step = 1; step <= GOLDENS.get("gradients").size(); step++) {
      run.step(run.gradients(step));
      assertClose(golden.get("trajectory").get(Integer.toString(step)), run, "step " + step);
    }
    run.optimizer.finalizeVariableValues(run.variables);
    assertClose(golden.get("trajectory").get("final"), run, "final");
  }

  private static void assertClose(JsonNode expected, Run run, String step) {
    for (int v = 0; expected != null && v < run.variables.size(); v++) {
      double[] values = Goldens.numbers(expected.get(v));
      double[] received = run.values().get(v);
      for (int i = 0; i < values.length; i++) {
        double tolerance = 1e-5 * Math.max(Math.abs(values[i]), 0.3); // of float32 factors
        String where = step + ", " + run.variables.get(v).name() + ", element " + i;
        assertEquals(values[i], received[i], tolerance, where);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tracedIsTheSame(JsonNode golden) {
    Run eager = new Run(golden);
    Run traced = new Run(golden);
    traced.optimizer.build(traced.variables);
    TracedFunction<Tensor> function =
        TracedFunction.of(
            "step",
            (List<Tensor> gradients) -> {
              traced.step(gradients);
              return Tensor.of(0f);
            });
    for (int step = 1; step <= GOLDENS.get("gradients").size(); step++) {
      List<Tensor> gradients = eager.gradients(step);
      eager.step(gradients);
      Tensor _ = function.call(gradients);
      for (int v = 0; v < eager.variables.size(); v++) {
        assertArrayEquals(eager.values().get(v), traced.values().get(v), "step " + step);
      }
    }
    assertEquals(1, function.traceCount());
  }

  /** Elements of a large variable change as those of a small one. */
  @ParameterizedTest
  @MethodSource("cases")
  void largeVariables(JsonNode golden) {
    Run run = new Run(golden);
    if (!(run.optimizer instanceof PointwiseOptimizer)
        || run.optimizer.options().clipnorm() != null
        || run.optimizer.options().globalClipnorm() != null) {
      return;
    }
    Variable small = run.variables.getLast();
    Variable large = Variable.of(tiled(small.value()), "large bias");
    run.optimizer.build(List.of(small, large));
    for (int step = 1; step <= GOLDENS.get("gradients").size(); step++) {
      Tensor gradient = run.optimizer.scaleLoss(run.gradients(step).getLast());
      run.optimizer.applyGradients(List.of(gradient, tiled(gradient)), List.of(small, large));
    }
    assertArrayEquals(tiled(small.value()).toDoubleArray(), large.value().toDoubleArray(), 1e-6);
  }

  private static Tensor tiled(Tensor row) {
    double[] values = row.toDoubleArray();
    return Casting.cast(Collections.nCopies(TILES, values).toArray(double[][]::new), row.dtype())
        .reshape(-1);
  }

  @Test
  void everyOptimizerHasRows() {
    Set<String> rows = new TreeSet<>(GOLDENS.findValuesAsText("optimizer"));
    assertEquals(ConcreteClasses.names(Optimizer.class, SGD.class), rows);
  }
}
