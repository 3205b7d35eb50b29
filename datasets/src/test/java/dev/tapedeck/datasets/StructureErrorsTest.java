package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.datasets.StructuresTest.Query;
import dev.tapedeck.datasets.StructuresTest.Session;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Structures that examples cannot have are refused with the names of their parts. */
class StructureErrorsTest {
  @SuppressWarnings("ArrayRecordComponent") // The mistake that is tested.
  record Clicks(float[] click) {}

  static Stream<Arguments> mistakes() {
    Tensor five = Tensor.of(new float[5]);
    Tensor four = Tensor.of(new int[4]);
    return Stream.of(
        mistake(
            () -> Pipeline.of(new Query(five, five), Map.of("click", four), List.of(five)),
            "Pipeline.of: needs as many examples in each tensor, along its first axis, received"
                + " inputs.user float32 (5,), inputs.item float32 (5,), labels.click int32 (4,),"
                + " weights[0] float32 (5,); cut all to one length"),
        mistake(
            () -> Pipeline.of(List.of(five, Tensor.of(1f))),
            "Pipeline.of: needs a first axis of at most 2147483647 examples in each tensor, received"
                + " inputs[0] float32 (5,), inputs[1] float32 (); give a scalar an axis of examples"),
        mistake(
            () -> Pipeline.of(five, five, 2f),
            "Pipeline.of: needs a first axis of at most 2147483647 examples in each tensor, received"
                + " inputs float32 (5,), labels float32 (5,), weights float32 (); give a scalar an"
                + " axis of examples"),
        mistake(
            () -> Pipeline.of(null, five, five),
            "tensor: expected a value, received null; pass a number, an array or a Tensor"),
        mistake(
            () -> Pipeline.of(new Clicks(new float[5])),
            "Pipeline.of: needs records that can be made anew of the tensors of each batch, received"
                + " inputs.click float32 (5,); declare components that hold tensors as Tensor, as"
                + " List or Map of them, or as Object"),
        mistake(
            () -> TracedFunction.of("traced", StructureErrorsTest::pipelineOf).call(five),
            "Pipeline.of: needs tensors with values, received symbolic inputs.user float32 (5,),"
                + " inputs.item float32 (5,); make the pipeline outside the traced function"),
        differing(
            i -> Map.of("a", List.of(Tensor.of(1f)), "b", Tensor.of(new int[i])),
            "inputs.b int32 (0,) in example 0 and int32 (1,) in example 1"),
        differing(
            i -> List.of(Tensor.of(1f), new Session(null, List.of(), i == 0 ? "en" : "de")),
            "inputs[1].language \"en\" in example 0 and \"de\" in example 1"),
        differing(
            i -> Collections.nCopies(i + 1, Tensor.of(1f)),
            "inputs [float32 Tensor, shape=()] in example 0 and [float32 Tensor, shape=(), float32"
                + " Tensor, shape=()] in example 1"),
        differing(
            i -> i == 0 ? new Query(Tensor.of(1f), null) : Tensor.of(1f),
            "inputs.user float32 () in example 0 and null in example 1"));
  }

  /** Examples whose inputs a function makes of their number cannot be stacked. */
  private static Arguments differing(IntFunction<Object> inputs, String received) {
    return mistake(
        () ->
            Steps.numbers(3)
                .map(e -> new Example(inputs.apply((int) e.x().item()), e.y()))
                .batch(3)
                .iterator()
                .next(),
        "batch: needs examples of one structure, with one type and shape in each place, received "
            + received
            + "; give all the same with map first");
  }

  private static Tensor pipelineOf(Tensor x) {
    return Pipeline.of(new Query(x, x)).iterator().next().inputs(Query.class).user();
  }

  private static Arguments mistake(Runnable mistake, String message) {
    return Arguments.of(message, mistake);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void mistakesAreExplained(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }
}
