package dev.tapedeck.function;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What tests of passes have in common: a function of one matrix, what a pass leaves of it. */
final class Rewritten {
  static final TensorSpec MATRIX = new TensorSpec(DType.FLOAT32, Shape.of(2, 3));

  /** With what arithmetic treats in a way of its own. */
  static final Tensor X =
      Tensor.of(new float[][] {{-0f, 0, Float.NaN}, {Float.NEGATIVE_INFINITY, 1e-40f, -2.5f}});

  private Rewritten() {}

  static Graph trace(Function<Tensor, Object> function) {
    return Graph.trace(
        in -> {
          Object returned = function.apply(in.getFirst());
          return returned instanceof Tensor one
              ? List.of(one)
              : ((List<?>) returned).stream().map(Tensor.class::cast).toList();
        },
        List.of(MATRIX));
  }

  /** Returns what a pass leaves, less dead code, after checking that it gives the same. */
  static String by(Pass pass, Function<Tensor, Object> function) {
    Graph graph = trace(function);
    Graph passed = new DeadCode().on(pass.on(graph));
    assertEquals(bits(graph.run(X)), bits(passed.run(X)));
    assertEquals(bits(graph.run(X)), bits(List.of(ExecutionPlan.of(passed).run(X))));
    assertEquals(graph.outputs(), passed.outputs());
    return passed.toString();
  }

  /** Returns the same for functions that the pass must leave alone. */
  static void assertKept(Pass pass, Function<Tensor, Object> function) {
    assertEquals(
        new DeadCode().on(trace(function)).nodes().size(), by(pass, function).lines().count());
  }

  static List<String> bits(List<Tensor> tensors) {
    return tensors.stream().map(Rewritten::bits).toList();
  }

  /** Returns type, shape and bits. */
  static String bits(Tensor tensor) {
    EagerTensor dense = ((EagerTensor) tensor).dense();
    return dense.spec() + Arrays.toString(dense.elements().toArray(Elements.BYTE));
  }

  static String lines(String... lines) {
    return String.join("\n", lines);
  }
}
