package dev.tapedeck.onnx;

import dev.tapedeck.config.Records;
import dev.tapedeck.function.Graph;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The forms of control flow: Scan over slices of tensors, Loop while a condition holds, and If.
 * Their bodies use the values around them.
 */
final class ControlRows {
  static final Map<String, Row> ALL =
      Map.of("Loop.1", ControlRows::loop, "Switch.1", ControlRows::choice);

  private ControlRows() {}

  private static List<Value> loop(Emitter to, Step step, List<Value> in) {
    List<?> layout = Records.components((Record) step.attributes().get("layout"));
    int carried = (Integer) layout.get(1);
    int sliced = (Integer) layout.get(2);
    Graph body = step.get("body", Graph.class);
    Optional<?> condition = step.get("condition", Optional.class);
    boolean[] kept = step.get("kept", boolean[].class);
    List<Value> initial = in.subList(0, carried);
    List<Value> slices = in.subList(carried, carried + sliced);
    List<Value> captured = in.subList(carried + sliced, in.size());
    return condition.isPresent()
        ? whileLoop(to, (Graph) condition.get(), body, initial, captured, kept)
        : scan(
            to,
            step(to, body, kept, initial, slices.size(), captured),
            initial,
            slices,
            step.inputs().get(carried).shape().size(0),
            (Boolean) layout.get(3));
  }

  /** Returns inputs of a body, of the types and shapes of the graph's. */
  private static List<Value> inputs(Graph body, int from, int to) {
    List<Value> inputs = new ArrayList<>();
    for (Tensor input : body.inputs().subList(from, to)) {
      inputs.add(Value.input(from == 0 ? "state" : "slice", Constants.exported(input.spec())));
    }
    return inputs;
  }

  private static OnnxGraph step(
      Emitter to,
      Graph body,
      boolean[] kept,
      List<Value> initial,
      int slices,
      List<Value> captured) {
    List<Value> inputs = inputs(body, 0, initial.size());
    if (slices > 0) {
      inputs.addAll(inputs(body, initial.size(), initial.size() + slices));
    }
    List<Value> all = new ArrayList<>(inputs);
    all.addAll(captured);
    List<OnnxNode> nodes = new ArrayList<>();
    List<Value> made = to.graph().inline(body, all, nodes);
    return new OnnxGraph(inputs, nodes, kept(made, kept));
  }

  private static List<Value> kept(List<Value> outputs, boolean... kept) {
    List<Value> chosen = new ArrayList<>();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        chosen.add(outputs.get(i));
      }
    }
    return chosen;
  }

  /**
   * Writes a loop over slices.
   *
   * @param body graph of the states and a slice of each tensor
   * @param count number of slices
   */
  static List<Value> scan(
      Emitter to,
      OnnxGraph body,
      List<Value> initial,
      List<Value> sliced,
      long count,
      boolean reverse) {
    List<Value> inputs = new ArrayList<>(initial);
    inputs.addAll(sliced);
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("num_scan_inputs", (long) sliced.size());
    attributes.put("body", body);
    if (reverse) {
      attributes.put("scan_input_directions", filled(sliced.size()));
      attributes.put("scan_output_directions", filled(body.outputs().size() - initial.size()));
    }
    return to.nodes(
        "Scan",
        specs(body.outputs(), initial.size(), count),
        attributes,
        inputs.toArray(Value[]::new));
  }

  private static long[] filled(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static List<TensorSpec> specs(List<Value> outputs, int states, long count) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      TensorSpec each = outputs.get(i).spec();
      specs.add(
          i < states
              ? each
              : new TensorSpec(each.dtype(), Shape.of(count).concat(each.shape().toArray())));
    }
    return specs;
  }

  private static List<Value> whileLoop(
      Emitter to,
      Graph condition,
      Graph body,
      List<Value> initial,
      List<Value> captured,
      boolean[] kept) {
    Value first = to.graph().inline(condition, joined(initial, captured), to.nodes()).getFirst();
    List<Value> states = inputs(body, 0, initial.size());
    List<OnnxNode> nodes = new ArrayList<>();
    List<Value> made = to.graph().inline(body, joined(states, captured), nodes);
    List<Value> next = made.subList(0, initial.size());
    Value goesOn = to.graph().inline(condition, joined(next, captured), nodes).getFirst();
    List<Value> inputs = new ArrayList<>();
    inputs.add(Value.input("iteration", new TensorSpec(DType.INT64, Shape.of())));
    inputs.add(Value.input("condition", new TensorSpec(DType.BOOL, Shape.of())));
    inputs.addAll(states);
    List<Value> outputs = new ArrayList<>(List.of(goesOn));
    List<Value> all = kept(made, kept);
    outputs.addAll(all);
    List<Value> given = new ArrayList<>();
    given.add(null); // no most iterations
    given.add(first);
    given.addAll(initial);
    return to.nodes(
        "Loop",
        specs(all, initial.size(), Shape.UNKNOWN),
        Map.of("body", new OnnxGraph(inputs, nodes, outputs)),
        given.toArray(Value[]::new));
  }

  private static List<Value> choice(Emitter to, Step step, List<Value> in) {
    List<?> graphs = step.get("branches", List.class);
    List<Graph> branches = graphs.stream().map(Graph.class::cast).toList();
    return choice(to, branches, in.getFirst(), in.subList(1, in.size()), 0);
  }

  /** Writes the choice of a branch from one on; an index of none is that of the last. */
  private static List<Value> choice(
      Emitter to, List<Graph> branches, Value index, List<Value> captured, int from) {
    if (from == branches.size() - 1) {
      return to.graph().inline(branches.get(from), captured, to.nodes());
    }
    Value chosen = to.test("Equal", index, to.like(index, from));
    List<OnnxNode> nodes = new ArrayList<>();
    List<Value> made = to.graph().inline(branches.get(from), captured, nodes);
    List<OnnxNode> others = new ArrayList<>();
    List<Value> other = choice(to.into(others), branches, index, captured, from + 1);
    return to.nodes(
        "If",
        made.stream().map(Value::spec).toList(),
        Map.of(
            "then_branch", new OnnxGraph(List.of(), nodes, made),
            "else_branch", new OnnxGraph(List.of(), others, other)),
        chosen);
  }

  private static List<Value> joined(List<Value> one, List<Value> other) {
    List<Value> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }
}
