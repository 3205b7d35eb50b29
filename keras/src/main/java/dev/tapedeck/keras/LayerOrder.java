package dev.tapedeck.keras;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of what a functional model calls, as Keras's {@code model.layers} has it: by the
 * longest way to an output, the longest first; what is equally far in the order in which a search
 * from the outputs meets it, depth first.
 *
 * <p>Inputs are named by their symbols, layers by themselves, ops by their calls.
 */
final class LayerOrder {
  private final Map<Tensor, ModelCalls.Call> makers = new HashMap<>();
  private final Map<Object, Integer> met = new IdentityHashMap<>();
  private final Map<Object, Integer> depths = new IdentityHashMap<>();
  private final Set<Object> finished = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Object> nodes = new ArrayList<>();

  private LayerOrder(ModelCalls calls) {
    for (ModelCalls.Call call : calls.calls()) {
      call.outputs().forEach(output -> makers.put(output, call));
    }
    TensorTree.tensorsOf(calls.outputs()).forEach(this::visit);
    Map<Object, Integer> ofNodes = new IdentityHashMap<>();
    for (Object node : nodes.reversed()) {
      int depth = Math.max(ofNodes.getOrDefault(node, 0), depths.getOrDefault(operation(node), 0));
      depths.put(operation(node), depth);
      for (Tensor input : inputs(node)) {
        ofNodes.merge(node(input), depth + 1, Math::max);
      }
    }
  }

  private Object node(Tensor symbol) {
    ModelCalls.Call call = makers.get(symbol);
    return call == null ? symbol : call;
  }

  /** Returns what is called: a layer, or the call itself of an op, or an input. */
  static Object operation(Object node) {
    return node instanceof ModelCalls.OfLayer call ? call.layer() : node;
  }

  /** Returns the symbols that a call takes, each once in the order in which it takes them. */
  static List<Tensor> inputs(Object node) {
    List<Tensor> taken =
        switch (node) {
          case ModelCalls.OfLayer call -> TensorTree.tensorsOf(call.input());
          case ModelCalls.OfOp call -> call.inputs();
          default -> List.of();
        };
    return taken.stream().filter(tensor -> tensor instanceof SymbolicTensor).toList();
  }

  private void visit(Tensor symbol) {
    Object node = node(symbol);
    if (finished.contains(node)) {
      return;
    }
    met.putIfAbsent(operation(node), met.size());
    inputs(node).forEach(this::visit);
    finished.add(node);
    nodes.add(node);
  }

  /** Returns inputs, layers and calls of ops in Keras's order. */
  static List<Object> operations(ModelCalls calls) {
    LayerOrder order = new LayerOrder(calls);
    return order.met.keySet().stream()
        .sorted(
            Comparator.<Object>comparingInt(operation -> -order.depths.get(operation))
                .thenComparingInt(order.met::get))
        .toList();
  }

  /** Returns the layers of a functional or sequential model in Keras's order. */
  static List<AbstractLayer<?, ?>> of(AbstractLayer<?, ?> model) {
    if (model instanceof Sequential) {
      return model.layers();
    }
    Set<Object> seen = new HashSet<>();
    List<AbstractLayer<?, ?>> layers = new ArrayList<>();
    for (Object operation : operations(ModelCalls.of(model).orElseThrow())) {
      if (operation instanceof AbstractLayer<?, ?> layer && seen.add(layer)) {
        layers.add(layer);
      }
    }
    return layers;
  }
}
