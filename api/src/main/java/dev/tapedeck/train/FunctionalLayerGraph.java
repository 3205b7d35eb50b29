package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layer graph of a functional model, known from its recorded calls: inputs and ops are nodes,
 * too, and the nodes are in Keras's order, by their distance from the outputs.
 */
final class FunctionalLayerGraph {
  private final FunctionalGraph<?, ?> graph;
  private final AbstractLayer<?, ?> model;
  private final List<Tensor> inputs;

  /** The names of layers, of the other calls, and of the tensors that are inputs. */
  private final Map<Object, String> names = new IdentityHashMap<>();

  private final Set<String> taken = new HashSet<>();

  /** The calls of each node. */
  private final Map<String, List<SymbolicCall>> calls = new LinkedHashMap<>();

  private FunctionalLayerGraph(AbstractLayer<?, ?> model) {
    this.model = model;
    graph = model.graph();
    inputs = TensorTree.tensorsOf(graph.inputs());
  }

  static LayerGraph of(AbstractLayer<?, ?> model) {
    return new FunctionalLayerGraph(model).build();
  }

  private LayerGraph build() {
    model.children().forEach((name, layer) -> name(layer, name));
    for (Tensor input : inputs) {
      name(
          input,
          SymbolicCall.of(input) instanceof SymbolicCall.OfInput of ? of.name() : "input_layer");
    }
    for (SymbolicCall call : graph.calls()) {
      if (call instanceof SymbolicCall.OfOp of) {
        name(of, of.op().name());
      }
      calls.computeIfAbsent(names.get(key(call)), name -> new ArrayList<>()).add(call);
    }
    Map<String, LayerGraph.Node> nodes = new HashMap<>();
    for (Tensor input : inputs) {
      LayerGraph.Call call = new LayerGraph.Call(List.of(), List.of(input.spec()));
      String name = names.get(input);
      nodes.put(name, new LayerGraph.Node(name, LayerGraph.INPUT, List.of(call)));
    }
    calls.forEach((name, made) -> nodes.put(name, node(name, made)));
    return new LayerGraph(
        LayerNames.defaultName(model),
        order().stream().map(nodes::get).toList(),
        sources(TensorTree.tensorsOf(graph.outputs())));
  }

  private void name(Object key, String wanted) {
    String name = MetricNames.free(wanted, taken);
    taken.add(name);
    names.put(key, name);
  }

  private static Object key(SymbolicCall call) {
    return call instanceof SymbolicCall.OfLayer<?, ?> of ? of.layer() : call;
  }

  private LayerGraph.Node node(String name, List<SymbolicCall> made) {
    String type =
        switch (made.getFirst()) {
          case SymbolicCall.OfLayer<?, ?> of -> LayerNames.type(of.layer());
          case SymbolicCall.OfOp of -> of.op().title();
          case SymbolicCall.OfInput _ -> LayerGraph.INPUT;
        };
    return new LayerGraph.Node(
        name,
        type,
        made.stream()
            .map(call -> new LayerGraph.Call(sources(call.inputs()), specs(call)))
            .toList());
  }

  private static List<TensorSpec> specs(SymbolicCall call) {
    return outputs(call).stream().map(Tensor::spec).toList();
  }

  /** Returns the outputs of a call; their masks are none. */
  private static List<? extends Tensor> outputs(SymbolicCall call) {
    return call instanceof SymbolicCall.OfLayer<?, ?> of
        ? TensorTree.tensorsOf(of.output())
        : call.outputs();
  }

  private List<LayerGraph.Source> sources(List<Tensor> tensors) {
    return tensors.stream()
        .filter(tensor -> !(tensor instanceof EagerTensor))
        .map(this::source)
        .toList();
  }

  private LayerGraph.Source source(Tensor tensor) {
    if (inputs.contains(tensor)) {
      return new LayerGraph.Source(names.get(tensor), 0, 0);
    }
    SymbolicCall call = SymbolicCall.of(tensor);
    List<? extends Tensor> outputs = outputs(call);
    int index = 0;
    while (outputs.get(index) != tensor && outputs.get(index).mask() != tensor) {
      index++;
    }
    String name = names.get(key(call));
    return new LayerGraph.Source(name, calls.get(name).indexOf(call), index);
  }

  /** Returns the names by decreasing depth, those of one depth as they are met from the outputs. */
  private List<String> order() {
    Map<String, Integer> depths = depths();
    Map<String, Integer> met = new HashMap<>();
    Set<LayerGraph.Source> seen = new HashSet<>();
    Deque<Tensor> open = new ArrayDeque<>(TensorTree.tensorsOf(graph.outputs()));
    while (!open.isEmpty()) {
      Tensor tensor = open.pop();
      if (!(tensor instanceof EagerTensor)) {
        LayerGraph.Source source = source(tensor);
        met.putIfAbsent(source.layer(), met.size());
        if (seen.add(new LayerGraph.Source(source.layer(), source.call(), 0))
            && !inputs.contains(tensor)) {
          SymbolicCall.of(tensor).inputs().reversed().forEach(open::push);
        }
      }
    }
    return met.keySet().stream()
        .sorted(Comparator.<String>comparingInt(depths::get).reversed().thenComparing(met::get))
        .toList();
  }

  /** Returns the number of calls between each node and the outputs, on the longest way. */
  private Map<String, Integer> depths() {
    Map<String, Integer> depths = new HashMap<>();
    Map<SymbolicCall, Integer> ofCalls = new HashMap<>();
    for (SymbolicCall call : graph.calls().reversed()) {
      int own = depths.merge(names.get(key(call)), ofCalls.getOrDefault(call, 0), Math::max);
      for (Tensor input : call.inputs()) {
        if (inputs.contains(input)) {
          depths.merge(names.get(input), own + 1, Math::max);
        } else if (!(input instanceof EagerTensor)) {
          ofCalls.merge(SymbolicCall.of(input), own + 1, Math::max);
        }
      }
    }
    inputs.forEach(input -> depths.putIfAbsent(names.get(input), 0));
    return depths;
  }
}
