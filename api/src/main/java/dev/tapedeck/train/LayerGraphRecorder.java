package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** A recorder of a model's layer graph: follows the input of one call through layers and ops. */
final class LayerGraphRecorder implements Dispatch.Recorder, LayerInterceptor {

  private final Map<AbstractLayer<?, ?>, String> names = new IdentityHashMap<>();
  private final Set<String> taken = new LinkedHashSet<>();
  private final Map<String, LayerGraph.Node> nodes = new LinkedHashMap<>();
  private final Map<Tensor, Set<LayerGraph.Source>> sources = new IdentityHashMap<>();
  private int calls;

  private LayerGraphRecorder(AbstractLayer<?, ?> model) {
    nameAll(model, "");
  }

  static LayerGraph of(AbstractLayer<?, ?> model) {
    if (model.inputTree() == null) {
      throw new IllegalStateException(
          "layerGraph: the model has not been called yet, so its input is not known; apply it to a"
              + " batch first");
    }
    LayerGraphRecorder recorder = new LayerGraphRecorder(model);
    return Dispatch.unrecorded(() -> RandomKey.withKey(RandomKey.of(0), () -> recorder.run(model)));
  }

  private <I> LayerGraph run(AbstractLayer<I, ?> model) {
    Dispatch.open(this);
    try (Scope _ = new Scope()) {
      List<Tensor> zeros =
          model.inputTree().specs().stream().map(LayerGraphRecorder::zeros).toList();
      zeros.forEach(
          input -> add(unique("input_layer"), LayerGraph.INPUT, Set.of(), List.of(input)));
      I input = model.inputTree().rebuild(zeros);
      Object output = ScopedValue.where(CURRENT, this).call(() -> model.run(input, false));
      return new LayerGraph(
          LayerNames.defaultName(model), List.copyOf(nodes.values()), List.copyOf(from(output)));
    } finally {
      Dispatch.close(this);
    }
  }

  private static Tensor zeros(TensorSpec spec) {
    LongStream sizes = Arrays.stream(spec.shape().toArray());
    return Tensor.zeros(
        spec.dtype(), sizes.map(size -> size == Shape.UNKNOWN ? 1 : size).toArray());
  }

  /** Calls a layer, and records it as its outputs' source if it called no other layer. */
  @Override
  public <O> O call(AbstractLayer<?, ?> layer, Object input, Supplier<O> call) {
    int before = calls;
    O output = call.get();
    if (calls > before) {
      return output;
    }
    Set<LayerGraph.Source> inputs = new LinkedHashSet<>(from(input));
    inputs.addAll(from(output));
    // A layer may return its input, which remains the other layer's output.
    O own = TensorTree.map(output, LayerGraphRecorder::view);
    add(
        names.computeIfAbsent(layer, l -> unique(LayerNames.defaultName(l))),
        LayerNames.type(layer),
        inputs,
        TensorTree.tensorsOf(own));
    calls++;
    return own;
  }

  private static Tensor view(Tensor tensor) {
    return tensor instanceof EagerTensor eager
        ? eager.view(eager.shape(), eager.strides(), eager.offset())
        : tensor;
  }

  private void add(String name, String type, Set<LayerGraph.Source> inputs, List<Tensor> outputs) {
    LayerGraph.Node node = nodes.get(name);
    List<LayerGraph.Call> all = new ArrayList<>(node == null ? List.of() : node.calls());
    for (int i = 0; i < outputs.size(); i++) {
      sources.put(outputs.get(i), Set.of(new LayerGraph.Source(name, all.size(), i)));
    }
    List<TensorSpec> specs = outputs.stream().map(Tensor::spec).toList();
    all.add(new LayerGraph.Call(List.copyOf(inputs), specs));
    nodes.put(name, new LayerGraph.Node(name, type, List.copyOf(all)));
  }

  private Set<LayerGraph.Source> from(Object values) {
    Set<LayerGraph.Source> all = new LinkedHashSet<>();
    TensorTree.tensorsOf(values).forEach(tensor -> all.addAll(from(tensor)));
    return all;
  }

  private Set<LayerGraph.Source> from(Tensor tensor) {
    return sources.getOrDefault(tensor, Set.of());
  }

  @Override
  public void record(Differentiable op, Tensor[] inputs, Tensor[] outputs) {
    Set<LayerGraph.Source> all = new LinkedHashSet<>();
    for (Tensor input : inputs) {
      all.addAll(from(input));
    }
    for (Tensor output : outputs) {
      sources.put(output, all);
    }
  }

  private void nameAll(AbstractLayer<?, ?> layer, String path) {
    if (names.putIfAbsent(layer, path.isEmpty() ? unique(LayerNames.defaultName(layer)) : path)
        == null) {
      taken.add(path);
      layer
          .children()
          .forEach((name, child) -> nameAll(child, path.isEmpty() ? name : path + "/" + name));
    }
  }

  private String unique(String name) {
    String unique = name;
    for (int i = 1; !taken.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }
}
