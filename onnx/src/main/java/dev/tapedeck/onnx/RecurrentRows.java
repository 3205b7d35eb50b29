package dev.tapedeck.onnx;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.RecurrentKernels.Cell;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The forms of recurrent layers: one node, or, where a mask keeps states, a loop over the steps.
 */
final class RecurrentRows {
  static final Map<String, Row> ALL = new TreeMap<>();

  /** The place of each of ONNX's gates i, o, f, c among i, f, c, o. */
  private static final int[] LSTM_GATES = {0, 3, 1, 2};

  static {
    ALL.put("Recurrent", RecurrentRows::recurrent);
    ALL.put("RecurrentSteps.1", RecurrentRows::steps);
  }

  private RecurrentRows() {}

  private static List<Value> recurrent(Emitter to, Step step, List<Value> in) {
    Cell cell = step.get("cell", Cell.class);
    Value x = in.getFirst();
    Value recurrentKernel = in.get(2);
    long units = recurrentKernel.shape().size(0);
    Shape all = step.output().shape();
    TensorSpec sequence = spec(x, all.slice(0, 1).concat(1).concat(all.slice(1, 3).toArray()));
    TensorSpec state = spec(x, Shape.of(1, all.size(1), units));
    Value kernel = in.get(1);
    List<Value> inputs = new ArrayList<>(List.of(x));
    inputs.add(Constants.changed(kernel, k -> weights(cell, k)));
    inputs.add(Constants.changed(recurrentKernel, k -> weights(cell, k)));
    inputs.add(Constants.changed(in.get(3), bias -> bias(cell, bias)));
    if (in.get(4) != null) {
      inputs.add(null); // the lengths
      inputs.add(to.unsqueeze(in.get(4), 0));
      if (cell == Cell.LSTM) {
        inputs.add(to.unsqueeze(in.get(5), 0));
      }
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("hidden_size", units);
    if (cell == Cell.GRU) {
      attributes.put("linear_before_reset", 1L);
    }
    boolean backwards = step.flag("backwards");
    if (backwards) {
      attributes.put("direction", "reverse");
    }
    List<TensorSpec> specs =
        cell == Cell.LSTM ? List.of(sequence, state, state) : List.of(sequence, state);
    List<Value> made = to.nodes(type(cell), specs, attributes, inputs.toArray(Value[]::new));
    List<? extends Tensor> outputs = step.node().outputs();
    to.graph().last(outputs.getFirst(), to.squeeze(made.get(1), 0));
    if (cell == Cell.LSTM) {
      to.graph().last(outputs.get(1), to.squeeze(made.get(2), 0));
    }
    Value steps = to.squeeze(made.getFirst(), 1);
    return List.of(backwards ? to.reverse(steps, 0) : steps);
  }

  private static String type(Cell cell) {
    return switch (cell) {
      case SIMPLE -> "RNN";
      case LSTM -> "LSTM";
      case GRU -> "GRU";
    };
  }

  private static TensorSpec spec(Value like, Shape shape) {
    return new TensorSpec(like.dtype(), shape);
  }

  /** Returns a kernel {@code [n, gates * units]} as {@code [1, gates * units, n]}. */
  private static Tensor weights(Cell cell, Tensor kernel) {
    return Shaping.contiguous(Shaping.expandDims(Shaping.transpose(ordered(cell, kernel)), 0));
  }

  private static Tensor ordered(Cell cell, Tensor gates) {
    if (cell != Cell.LSTM) {
      return gates;
    }
    List<Tensor> parts = Joining.split(gates, 4, -1);
    return Joining.concat(-1, Arrays.stream(LSTM_GATES).mapToObj(parts::get).toArray());
  }

  /** Returns the biases of the input and of the state, {@code [1, 2 * gates * units]}. */
  private static Tensor bias(Cell cell, Tensor bias) {
    return cell == Cell.GRU
        ? Shaping.reshape(bias, 1, -1)
        : Shaping.expandDims(Joining.concat(0, ordered(cell, bias), Creation.zerosLike(bias)), 0);
  }

  /** Writes a loop over steps whose states stay where a mask is false. */
  private static List<Value> steps(Emitter to, Step step, List<Value> in) {
    Cell cell = step.get("cell", Cell.class);
    boolean masked = step.flag("masked");
    int states = cell.hasMemory() ? 2 : 1;
    List<Value> initial = in.subList(3, 3 + states);
    List<OnnxNode> nodes = new ArrayList<>();
    Emitter body = to.into(nodes);
    Shape products = in.getFirst().shape();
    Value product = Value.input("product", spec(in.getFirst(), products.slice(1, 3)));
    List<Value> before = new ArrayList<>();
    initial.forEach(state -> before.add(Value.input("state", state.spec())));
    List<Value> inputs = new ArrayList<>(before);
    inputs.add(product);
    List<Value> after = next(body, cell, product, in.get(1), in.get(2), before);
    List<Value> sliced = new ArrayList<>(List.of(in.getFirst()));
    if (masked) {
      Value mask = in.getLast();
      Value valid = Value.input("valid", new TensorSpec(mask.dtype(), mask.shape().slice(1, 2)));
      inputs.add(valid);
      sliced.add(mask);
      Value column = body.unsqueeze(valid, 1);
      for (int i = 0; i < states; i++) {
        after.set(i, body.where(column, after.get(i), before.get(i)));
      }
    }
    List<Value> outputs = new ArrayList<>(after);
    outputs.addAll(after);
    List<Value> made =
        ControlRows.scan(
            to, new OnnxGraph(inputs, nodes, outputs), initial, sliced, products.size(0), false);
    return made.subList(states, 2 * states);
  }

  private static List<Value> next(
      Emitter to, Cell cell, Value product, Value kernel, Value bias, List<Value> states) {
    Value h = states.getFirst();
    Value ofState = to.node("MatMul", product.spec(), h, kernel);
    List<Value> next = new ArrayList<>();
    switch (cell) {
      case SIMPLE -> next.add(to.pointwise("Tanh", sum(to, product, ofState, bias)));
      case LSTM -> {
        List<Value> gates = split(to, sum(to, product, ofState, bias), h, 4);
        Value kept = to.pointwise("Mul", to.pointwise("Sigmoid", gates.get(1)), states.getLast());
        Value gained =
            to.pointwise(
                "Mul", to.pointwise("Sigmoid", gates.get(0)), to.pointwise("Tanh", gates.get(2)));
        Value memory = to.pointwise("Add", kept, gained);
        Value open = to.pointwise("Sigmoid", gates.get(3));
        next.add(to.pointwise("Mul", open, to.pointwise("Tanh", memory)));
        next.add(memory);
      }
      case GRU -> {
        List<Value> a = split(to, to.pointwise("Add", product, row(to, bias, 0)), h, 3);
        List<Value> b = split(to, to.pointwise("Add", ofState, row(to, bias, 1)), h, 3);
        Value z = to.pointwise("Sigmoid", to.pointwise("Add", a.get(0), b.get(0)));
        Value r = to.pointwise("Sigmoid", to.pointwise("Add", a.get(1), b.get(1)));
        Value g =
            to.pointwise("Tanh", to.pointwise("Add", a.get(2), to.pointwise("Mul", r, b.get(2))));
        Value rest = to.pointwise("Sub", to.like(z, 1), z);
        next.add(to.pointwise("Add", to.pointwise("Mul", z, h), to.pointwise("Mul", rest, g)));
      }
    }
    return next;
  }

  private static Value sum(Emitter to, Value product, Value ofState, Value bias) {
    return to.pointwise("Add", to.pointwise("Add", product, ofState), bias);
  }

  private static Value row(Emitter to, Value bias, long row) {
    TensorSpec spec = spec(bias, bias.shape().slice(1, 2));
    return bias.isConstant()
        ? Constants.changed(bias, x -> x.get(row))
        : to.node("Gather", spec, Map.of("axis", 0L), bias, to.integer(row));
  }

  private static List<Value> split(Emitter to, Value gates, Value state, int count) {
    long units = state.shape().size(-1);
    long[] sizes = new long[count];
    Arrays.fill(sizes, units);
    TensorSpec each = spec(gates, gates.shape().with(-1, units));
    return to.nodes(
        "Split",
        Collections.nCopies(count, each),
        Map.of("axis", (long) gates.rank() - 1),
        gates,
        to.longs(sizes));
  }
}
