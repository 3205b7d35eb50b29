package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * States into and out of recurrent layers, and those that last from call to call, as Keras has
 * them.
 */
class RecurrentStatesTest {
  private static final String GOLDENS = "goldens/recurrent_states.json";

  /** A layer with the golden's weights, and its calls. */
  private record Golden(JsonNode row, AbstractLayer<?, ?> layer) {
    static Golden of(JsonNode row) {
      return new Golden(row, FromConfig.layer(row));
    }

    List<Tensor> tensors(String name) {
      return row.get(name).valueStream().map(one -> Goldens.tensor(one, DType.FLOAT32)).toList();
    }

    List<Tensor> given() {
      List<Tensor> states = tensors("given");
      return states.isEmpty() ? null : states;
    }

    Tensor masked(Tensor x) {
      return row.has("mask") ? x.withMask(Goldens.tensor(row.get("mask"), DType.BOOL)) : x;
    }

    void assignWeights() {
      Iterator<JsonNode> values = row.get("weights").iterator();
      for (Variable variable : layer.variables()) {
        variable.assign(Goldens.tensor(values.next(), DType.FLOAT32));
      }
    }

    /** Returns output and states. */
    RecurrentOutput call(Tensor x, List<Tensor> states) {
      return layer instanceof RecurrentLayer<?, ?> one
          ? one.applyWithState(masked(x), states)
          : ((Bidirectional) layer).applyWithState(masked(x), states);
    }

    void reset() {
      if (layer instanceof RecurrentLayer<?, ?> one) {
        one.resetStates();
      }
    }

    /** Checks all calls. */
    void agrees(BiFunction<Tensor, List<Tensor>, RecurrentOutput> call) {
      RecurrentOutput _ = call.apply(tensors("inputs").getFirst(), given());
      assignWeights();
      for (int repeated = 0; repeated < 2; repeated++) {
        reset();
        int i = 0;
        for (Tensor x : tensors("inputs")) {
          RecurrentOutput out = call.apply(x, given());
          JsonNode expected = row.get("calls").get(i++);
          assertClose("output", expected.get("output"), out.output());
          assertEquals(expected.get("states").size(), out.states().size());
          for (int state = 0; state < out.states().size(); state++) {
            assertClose(
                "state " + state, expected.get("states").get(state), out.states().get(state));
          }
        }
      }
    }

    void agreesEagerly() {
      agrees(this::call);
    }

    void agreesTraced() {
      Function<RecurrentInput, RecurrentOutput> traced =
          TracedFunction.of(
                  "call",
                  (RecurrentInput in) ->
                      call(in.input(), in.states().isEmpty() ? null : in.states()))
              ::call;
      agrees(
          (x, states) -> traced.apply(new RecurrentInput(x, states == null ? List.of() : states)));
    }

    void agreesAsModel() {
      Tensor x = tensors("inputs").getFirst();
      Tensor input = Input.of("x", x.spec());
      List<Tensor> states = new ArrayList<>();
      tensors("given").forEach(state -> states.add(Input.of("state", state.spec())));
      RecurrentOutput output = call(input, states.isEmpty() ? null : states);
      ModelOf<RecurrentInput, RecurrentOutput> model =
          Model.of(new RecurrentInput(input, states), output);
      agrees((in, from) -> model.apply(new RecurrentInput(in, from == null ? List.of() : from)));
    }
  }

  private static void assertClose(String what, JsonNode golden, Tensor actual) {
    Tensor expected = Goldens.tensor(golden, DType.FLOAT64);
    assertEquals(expected.shape(), actual.shape(), what);
    double[] values = expected.toDoubleArray();
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], received[i], 1e-5 * Math.max(1, Math.abs(values[i])), what + " " + i);
    }
  }

  @TestFactory
  Stream<DynamicContainer> agreeWithKeras() {
    return Goldens.read(RecurrentStatesTest.class, GOLDENS)
        .valueStream()
        .map(
            row ->
                dynamicContainer(
                    row.get("layer").asText() + row.get("arguments"),
                    Stream.of(
                        dynamicTest("eager", () -> Golden.of(row).agreesEagerly()),
                        dynamicTest("traced", () -> Golden.of(row).agreesTraced()),
                        dynamicTest("model", () -> Golden.of(row).agreesAsModel()))));
  }
}
