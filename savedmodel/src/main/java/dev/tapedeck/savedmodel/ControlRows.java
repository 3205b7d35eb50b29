package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.config.Records;
import dev.tapedeck.function.Graph;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Rows of loops and branches. */
final class ControlRows {
  private ControlRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("Loop.1", ControlRows::loop);
    rows.put("Switch.1", ControlRows::choice);
  }

  private static List<Value> loop(OpCall call) {
    Optional<?> condition = call.attribute("condition", Optional.class);
    Graph body = call.attribute("body", Graph.class).inlined();
    return condition.isPresent()
        ? whileLoop(call, ((Graph) condition.get()).inlined(), body)
        : scan(call, body);
  }

  private static Object part(OpCall call, String name) {
    Record layout = call.attribute("layout", Record.class);
    return Records.components(layout).get(Records.names(layout.getClass()).indexOf(name));
  }

  private static List<Value> whileLoop(OpCall call, Graph condition, Graph body) {
    Emitter to = call.emitter();
    int carried = (int) part(call, "carried");
    if (IntStream.range(carried, call.outputs().size()).anyMatch(call.used()::get)) {
      throw new Unsupported("stacks what an unknown number of iterations give");
    }
    List<Value> left =
        Scan.loop(
            to,
            to.integer(-1),
            steady(call.inputs(), body),
            (inner, _, _, in) -> GraphWriter.write(condition, in, inner.body()),
            (inner, _, _, in) -> {
              Graph needed = withOutputs(body, body.outputs().subList(0, carried));
              List<Value> next = new ArrayList<>(GraphWriter.write(needed, in, inner.body()));
              next.addAll(in.subList(carried, in.size()));
              return next;
            });
    return padded(left.subList(0, carried), call.outputs().size());
  }

  private static Graph withOutputs(Graph graph, List<Tensor> outputs) {
    return new Graph(graph.inputs(), graph.nodes(), outputs);
  }

  /** Returns values of the types and shapes that the body takes: sizes may change on the way. */
  private static List<Value> steady(List<Value> values, Graph body) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> new Value(values.get(i).name(), body.inputs().get(i).spec()))
        .toList();
  }

  private static List<Value> padded(List<Value> values, int size) {
    List<Value> all = new ArrayList<>(values);
    while (all.size() < size) {
      all.add(null);
    }
    return all;
  }

  private static List<Value> scan(OpCall call, Graph body) {
    if ((boolean) part(call, "reverse")) {
      throw new Unsupported("runs backwards, as only gradients do");
    }
    int carried = (int) part(call, "carried");
    int fixed = carried + (int) part(call, "sliced");
    boolean[] kept = call.attribute("kept", boolean[].class);
    List<Integer> stacked = new ArrayList<>(); // numbers among the body's outputs
    List<Integer> places = new ArrayList<>(); // and among those of the call
    for (int i = carried, place = carried; i < kept.length; i++) {
      if (kept[i]) {
        if (call.used().get(place)) {
          stacked.add(i);
          places.add(place);
        }
        place++;
      }
    }
    List<Tensor> outputs = new ArrayList<>(body.outputs().subList(0, carried));
    stacked.forEach(i -> outputs.add(body.outputs().get(i)));
    Graph needed = withOutputs(body, outputs);
    List<Value> first = call.inputs().subList(0, carried);
    List<Value> wholes = call.inputs().subList(carried, fixed);
    Scan.Made made =
        new Scan(call.emitter())
            .run(
                first,
                wholes,
                call.inputs().subList(fixed, call.inputs().size()),
                stacked.stream().map(i -> given(call, body, i, first, wholes)).toList(),
                (to, before, slices, others) -> {
                  List<Value> in = new ArrayList<>(before);
                  in.addAll(slices);
                  in.addAll(others);
                  List<Value> all = GraphWriter.write(needed, in, to.body());
                  return new Scan.Made(all.subList(0, carried), all.subList(carried, all.size()));
                });
    Value[] all = new Value[call.outputs().size()];
    for (int i = 0; i < carried; i++) {
      all[i] = made.carried().get(i);
    }
    for (int i = 0; i < places.size(); i++) {
      all[places.get(i)] = made.given().get(i);
    }
    return Arrays.asList(all);
  }

  /** Returns a stacked output; unknown sizes are those of what the loop takes along that axis. */
  private static Scan.Given given(
      OpCall call, Graph body, int output, List<Value> first, List<Value> wholes) {
    TensorSpec each = body.outputs().get(output).spec();
    List<Value> sizes = new ArrayList<>();
    for (int axis = 0; axis < each.shape().rank(); axis++) {
      long size = each.shape().size(axis);
      sizes.add(
          size == Shape.UNKNOWN ? open(call, axis, first, wholes) : call.emitter().integer(size));
    }
    return new Scan.Given(each, sizes);
  }

  private static Value open(OpCall call, int axis, List<Value> first, List<Value> wholes) {
    for (Value value : first) {
      if (value.rank() > axis && value.shape().size(axis) == Shape.UNKNOWN) {
        return call.emitter().size(value, axis);
      }
    }
    for (Value value : wholes) {
      if (value.rank() > axis + 1 && value.shape().size(axis + 1) == Shape.UNKNOWN) {
        return call.emitter().size(value, axis + 1);
      }
    }
    throw new Unsupported("stacks tensors of an unknown size");
  }

  private static List<Value> choice(OpCall call) {
    Emitter to = call.emitter();
    List<Graph> branches = new ArrayList<>();
    for (Object branch : call.attribute("branches", List.class)) {
      branches.add(((Graph) branch).inlined());
    }
    List<Integer> wanted =
        IntStream.range(0, call.outputs().size()).filter(call.used()::get).boxed().toList();
    List<Value> inputs = call.inputs().subList(1, call.inputs().size());
    List<TensorSpec> specs = inputs.stream().map(Value::spec).toList();
    List<String> functions = new ArrayList<>();
    for (Graph branch : branches) {
      Graph needed = withOutputs(branch, wanted.stream().map(branch.outputs()::get).toList());
      functions.add(
          Functions.write(
              to.body(),
              "branch",
              specs,
              (inner, in) -> GraphWriter.write(needed, in, inner.body())));
    }
    List<TensorSpec> results = wanted.stream().map(call.outputs()::get).toList();
    NodeWriter node =
        chosen(to, call.input(), inputs, functions)
            .types("Tin", types(specs))
            .types("Tout", types(results))
            .shapes("output_shapes", results)
            .flag("_lower_using_switch_merge", true);
    Value[] all = new Value[call.outputs().size()];
    for (int i = 0; i < wanted.size(); i++) {
      all[wanted.get(i)] = node.output("output", i, results.get(i));
    }
    return Arrays.asList(all);
  }

  /** Returns the node of a choice; of two branches an if, which more programs have. */
  private static NodeWriter chosen(
      Emitter to, Value index, List<Value> inputs, List<String> functions) {
    List<Value> all = new ArrayList<>(inputs);
    if (functions.size() == 2) {
      all.addFirst(to.compare("Equal", index, to.integer(0)));
      return to.node("StatelessIf", all.toArray(Value[]::new))
          .type("Tcond", DType.BOOL)
          .function("then_branch", functions.get(0))
          .function("else_branch", functions.get(1));
    }
    all.addFirst(index);
    return to.node("StatelessCase", all.toArray(Value[]::new)).functions("branches", functions);
  }

  private static List<Integer> types(List<TensorSpec> specs) {
    return specs.stream().map(spec -> TensorFlowTypes.number(spec.dtype())).toList();
  }
}
