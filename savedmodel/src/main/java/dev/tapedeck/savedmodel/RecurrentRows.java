package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.kernels.RecurrentKernels.Cell;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The row of recurrent layers. */
final class RecurrentRows {
  private RecurrentRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("RecurrentSteps.1", RecurrentRows::steps);
  }

  private static List<Value> steps(OpCall call) {
    Emitter to = call.emitter();
    Cell cell = call.attribute("cell", Cell.class);
    boolean masked = call.flag("masked");
    boolean twice = cell.hasMemory();
    if (cell.kept() > 0 && call.used().getLast()) {
      throw new Unsupported("gives its gates, which only gradients use");
    }
    Value bias = call.input(2);
    Value products = to.add(call.input(0), cell == Cell.GRU ? to.rowOf(bias, 0) : bias);
    List<Value> sequences = new ArrayList<>(List.of(products));
    if (masked) {
      sequences.add(call.inputs().getLast());
    }
    List<Value> fixed = new ArrayList<>(List.of(call.input(1)));
    if (cell == Cell.GRU) {
      fixed.add(to.rowOf(bias, 1));
    }
    List<Value> states = call.inputs().subList(3, twice ? 5 : 4);
    boolean memories = twice && call.used().get(1);
    List<Scan.Given> given = new ArrayList<>();
    for (Value state : states.subList(0, memories ? 2 : 1)) {
      given.add(new Scan.Given(state.spec(), List.of(to.size(state, 0), to.size(state, 1))));
    }
    Scan.Made made =
        new Scan(to)
            .run(
                states,
                sequences,
                fixed,
                given,
                (inner, before, slices, same) -> {
                  List<Value> next = step(inner, cell, before, slices.getFirst(), same);
                  List<Value> kept = masked ? masked(inner, slices.get(1), next, before) : next;
                  return new Scan.Made(kept, kept.subList(0, given.size()));
                });
    Value[] all = new Value[call.outputs().size()];
    for (int i = 0; i < given.size(); i++) {
      all[i] = made.given().get(i);
    }
    return Arrays.asList(all);
  }

  /** Returns the new states where the mask is true, else those before. */
  private static List<Value> masked(Emitter to, Value mask, List<Value> next, List<Value> before) {
    Value valid = to.expand(mask, 1);
    List<Value> kept = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      kept.add(to.select(valid, next.get(i), before.get(i)));
    }
    return kept;
  }

  private static List<Value> step(
      Emitter to, Cell cell, List<Value> states, Value x, List<Value> fixed) {
    Value h = states.getFirst();
    Shape shape = h.shape().with(1, x.shape().size(1));
    Value product = to.matmul(h, fixed.getFirst(), false, false, new TensorSpec(h.dtype(), shape));
    return switch (cell) {
      case SIMPLE -> List.of(tanh(to, to.add(x, product)));
      case LSTM -> lstm(to, states.get(1), to.split(to.add(x, product), 1, 4));
      case GRU ->
          List.of(gru(to, h, to.split(x, 1, 3), to.split(to.add(product, fixed.get(1)), 1, 3)));
    };
  }

  private static List<Value> lstm(Emitter to, Value memory, List<Value> gates) {
    Value kept = to.mul(sigmoid(to, gates.get(1)), memory);
    Value c = to.add(kept, to.mul(sigmoid(to, gates.get(0)), tanh(to, gates.get(2))));
    return List.of(to.mul(sigmoid(to, gates.get(3)), tanh(to, c)), c);
  }

  private static Value gru(Emitter to, Value h, List<Value> a, List<Value> b) {
    Value z = sigmoid(to, to.add(a.get(0), b.get(0)));
    Value r = sigmoid(to, to.add(a.get(1), b.get(1)));
    Value g = tanh(to, to.add(a.get(2), to.mul(r, b.get(2))));
    return to.add(to.mul(z, h), to.mul(to.sub(to.like(z, 1), z), g));
  }

  private static Value tanh(Emitter to, Value x) {
    return to.unary("Tanh", "y", x);
  }

  private static Value sigmoid(Emitter to, Value x) {
    return to.unary("Sigmoid", "y", x);
  }
}
