package dev.tapedeck.train;

import dev.tapedeck.plot.Diagram;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The diagram of a model's layers for its plot.
 *
 * <p>A layer is one box for all of its calls, as long as the arrows have no cycle; else a later
 * call, of what the layer itself has computed, has a box of its own.
 */
final class ModelDiagram {
  private final AbstractLayer<?, ?> model;
  private final PlotOptions options;
  private final Map<String, AbstractLayer<?, ?>> layers;
  private final Map<String, LayerGraph.Node> nodes = new HashMap<>();
  private final List<Part> parts = new ArrayList<>();

  /** The part that each call belongs to; its source is that of the first output. */
  private final Map<LayerGraph.Source, Part> ofCalls = new HashMap<>();

  /** A box in the making. */
  private static final class Part {
    private final int index;
    private final String name;
    private final String type;
    private final AbstractLayer<?, ?> layer;
    private final Set<List<TensorSpec>> inputs = new LinkedHashSet<>();
    private final Set<List<TensorSpec>> outputs = new LinkedHashSet<>();
    private final Set<Integer> next = new TreeSet<>();

    private Part(int index, String name, String type, AbstractLayer<?, ?> layer) {
      this.index = index;
      this.name = name;
      this.type = type;
      this.layer = layer;
    }
  }

  private ModelDiagram(AbstractLayer<?, ?> model, PlotOptions options) {
    this.model = model;
    this.options = options;
    layers = model.children();
  }

  static Diagram of(AbstractLayer<?, ?> model, PlotOptions options) {
    if (model.outputTree() == null) {
      throw new IllegalStateException(
          "plot: the model has not been called yet, so its shapes are not known; apply it to a"
              + " batch first, or give its input, as new Sequential(Input.of(..), ..)");
    }
    return new ModelDiagram(model, options).draw();
  }

  private Diagram draw() {
    LayerGraph graph =
        model.graph() == null ? LayerGraphRecorder.of(model) : FunctionalLayerGraph.of(model);
    graph.nodes().forEach(node -> nodes.put(node.name(), node));
    Deque<LayerGraph.Source> open = new ArrayDeque<>();
    for (LayerGraph.Node node : graph.nodes()) {
      for (int call = 0; call < node.calls().size(); call++) {
        open.add(new LayerGraph.Source(node.name(), call, 0));
      }
    }
    while (!open.isEmpty()) {
      LayerGraph.Source call = open.remove();
      if (inputs(call).stream().allMatch(input -> ofCalls.containsKey(first(input)))) {
        add(call);
      } else {
        open.add(call);
      }
    }
    List<Diagram.Arrow> arrows = new ArrayList<>();
    for (Part part : parts) {
      part.next.forEach(next -> arrows.add(new Diagram.Arrow(part.index, next)));
    }
    return new Diagram(graph.name(), parts.stream().map(this::box).toList(), arrows);
  }

  private static LayerGraph.Source first(LayerGraph.Source output) {
    return new LayerGraph.Source(output.layer(), output.call(), 0);
  }

  private List<LayerGraph.Source> inputs(LayerGraph.Source call) {
    return nodes.get(call.layer()).calls().get(call.call()).inputs();
  }

  /** Adds a call to the part of its layer, or of the layer directly in the model that it is in. */
  private void add(LayerGraph.Source call) {
    LayerGraph.Node node = nodes.get(call.layer());
    String name = node.name().split("/", 2)[0];
    boolean inner = !name.equals(node.name());
    Set<Part> before = new LinkedHashSet<>();
    inputs(call).forEach(input -> before.add(ofCalls.get(first(input))));
    Part part = part(name, node, before, inner);
    before.remove(part);
    before.forEach(source -> source.next.add(part.index));
    ofCalls.put(call, part);
    addSpecs(part, call);
  }

  private Part part(String name, LayerGraph.Node node, Set<Part> before, boolean inner) {
    int number = 1;
    for (Part part : parts) {
      if (part.name.equals(name) || part.name.startsWith(name + " (call ")) {
        number++;
        if ((inner || !before.contains(part))
            && before.stream().noneMatch(source -> source != part && leads(part, source))) {
          return part;
        }
      }
    }
    boolean input = node.type().equals(LayerGraph.INPUT) && !layers.containsKey(name);
    AbstractLayer<?, ?> layer = layers.get(name);
    if (layer == null && !input && model.graph() == null) {
      layer = model; // has no layers
    }
    Part part =
        new Part(
            parts.size(),
            number == 1 ? name : name + " (call " + number + ")",
            layer == null ? node.type() : LayerNames.type(layer),
            layer);
    parts.add(part);
    return part;
  }

  private boolean leads(Part from, Part to) {
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(from.index));
    while (!open.isEmpty()) {
      int index = open.pop();
      if (index == to.index) {
        return true;
      }
      if (seen.add(index)) {
        open.addAll(parts.get(index).next);
      }
    }
    return false;
  }

  private void addSpecs(Part part, LayerGraph.Source call) {
    List<TensorSpec> outputs = nodes.get(call.layer()).calls().get(call.call()).outputs();
    if (model.graph() != null) {
      part.inputs.add(inputs(call).stream().map(this::spec).toList());
      part.outputs.add(outputs);
    } else if (part.layer != null) {
      part.inputs.add(anyBatch(part.layer.inputTree().specs()));
      part.outputs.add(anyBatch(part.layer.outputTree().specs()));
    } else {
      part.outputs.add(anyBatch(outputs));
    }
  }

  private TensorSpec spec(LayerGraph.Source source) {
    return nodes.get(source.layer()).calls().get(source.call()).outputs().get(source.tensor());
  }

  private static List<TensorSpec> anyBatch(List<TensorSpec> specs) {
    return specs.stream().map(ShapeText::anyBatch).toList();
  }

  private Diagram.Box box(Part part) {
    boolean nested = part.layer instanceof Trainable<?, ?> && !part.layer.equals(model);
    Diagram.Kind kind =
        nested
            ? Diagram.Kind.MODEL
            : part.layer != null
                ? Diagram.Kind.LAYER
                : part.type.equals(LayerGraph.INPUT) ? Diagram.Kind.INPUT : Diagram.Kind.OP;
    List<Diagram.Row> rows = new ArrayList<>();
    addRows(rows, "input", part.inputs);
    addRows(rows, "output", part.outputs);
    return new Diagram.Box(
        part.name,
        part.type,
        kind,
        rows,
        nested && options.expandNested() ? of(part.layer, options) : null);
  }

  private static void addRows(List<Diagram.Row> rows, String label, Set<List<TensorSpec>> ofCalls) {
    String next = label;
    for (List<TensorSpec> specs : ofCalls) {
      for (TensorSpec spec : specs) {
        rows.add(new Diagram.Row(next, ShapeText.of(spec.shape()), spec.dtype().toString()));
        next = "";
      }
    }
  }
}
