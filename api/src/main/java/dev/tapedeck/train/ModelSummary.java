package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.train.TextTable.Align;
import dev.tapedeck.train.TextTable.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The table that {@link Model#summary} returns. */
final class ModelSummary {
  private final SummaryOptions options;
  private final boolean connected;
  private final TextTable table;

  private ModelSummary(AbstractLayer<?, ?> model, SummaryOptions options) {
    this.options = options;
    connected = isFunctional(model) && !isChain(FunctionalLayerGraph.of(model).nodes());
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("Layer (type)", Align.LEFT, 60));
    columns.add(new Column("Output Shape", Align.LEFT, 32));
    columns.add(new Column("Param #", Align.RIGHT, 32));
    if (connected) {
      columns.add(new Column("Connected to", Align.LEFT, 32));
    }
    if (options.showTrainable()) {
      columns.add(new Column("Trainable", Align.CENTER, 32));
    }
    table = new TextTable(columns);
  }

  static String of(AbstractLayer<?, ?> model, SummaryOptions options) {
    if (model.outputTree() == null) {
      throw new IllegalStateException(
          "summary: the model has not been called yet, so its shapes are not known; apply it to a"
              + " batch first, or give its input, as new Sequential(Input.of(..), ..)");
    }
    ModelSummary summary = new ModelSummary(model, options);
    summary.addRows(model, 0);
    return "Model: \"" + model.name() + "\"\n" + summary.table.draw() + totals(model);
  }

  /** Returns whether the table of a model has rows of inputs and ops, as recorded. */
  private static boolean isFunctional(AbstractLayer<?, ?> model) {
    return model.graph() != null && !(model instanceof Sequential);
  }

  private static boolean isChain(List<LayerGraph.Node> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      List<LayerGraph.Source> before =
          i == 0 ? List.of() : List.of(new LayerGraph.Source(nodes.get(i - 1).name(), 0, 0));
      List<LayerGraph.Call> calls = nodes.get(i).calls();
      if (calls.size() != 1 || !calls.getFirst().inputs().equals(before)) {
        return false;
      }
    }
    return true;
  }

  private void addRows(AbstractLayer<?, ?> model, int level) {
    Map<String, AbstractLayer<?, ?>> layers = model.children();
    if (!isFunctional(model)) {
      Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      layers.forEach(
          (name, layer) -> {
            if (seen.add(layer)) {
              addRow(name, layer, ShapeText.ofBatches(layer.outputTree()), "-", level);
            }
          });
      return;
    }
    for (LayerGraph.Node node : FunctionalLayerGraph.of(model).nodes()) {
      AbstractLayer<?, ?> layer = layers.get(node.name());
      if (layer != null) {
        TensorTree outputs = layer.outputTree().with(node.calls().getLast().outputs().iterator());
        addRow(node.name(), layer, ShapeText.of(outputs), connections(node, level), level);
      } else if (level == 0 || node.type().equals(LayerGraph.INPUT)) {
        String shapes = ShapeText.of(node.calls().getLast().outputs());
        add(node.name(), node.type(), shapes, "0", connections(node, level), "-", level);
      }
    }
  }

  /** Returns the sources of a node's inputs; Keras gives none for layers of nested models. */
  private static String connections(LayerGraph.Node node, int level) {
    String sources =
        node.calls().stream()
            .flatMap(call -> call.inputs().stream())
            .map(source -> source.layer() + "[" + source.call() + "][" + source.tensor() + "]")
            .collect(Collectors.joining(", "));
    return level > 0 || sources.isEmpty() ? "-" : sources;
  }

  private void addRow(
      String name, AbstractLayer<?, ?> layer, String shapes, String connections, int level) {
    String params = String.format(Locale.ROOT, "%,d", layer.countParams());
    String trainable = layer.variables().isEmpty() ? "-" : layer.trainable() ? "Y" : "N";
    add(
        name,
        LayerNames.type(layer),
        shapes,
        layer.isAwaitingState() ? params + " (unbuilt)" : params,
        connections,
        trainable,
        level);
    if (options.expandNested() && layer instanceof Trainable<?, ?>) {
      addRows(layer, level + 1);
    }
  }

  private void add(
      String name,
      String type,
      String shapes,
      String params,
      String connections,
      String trainable,
      int level) {
    String indent = level == 0 ? "" : "   ".repeat(level) + "└ ";
    List<String> cells = new ArrayList<>();
    cells.add(indent + name + " (" + type + ")");
    cells.add(shapes);
    cells.add(params);
    if (connected) {
      cells.add(connections);
    }
    if (options.showTrainable()) {
      cells.add(trainable);
    }
    table.add(cells);
  }

  private static String totals(AbstractLayer<?, ?> model) {
    List<Variable> trainable = model.trainableVariables();
    Set<Variable> other = Collections.newSetFromMap(new IdentityHashMap<>());
    other.addAll(model.variables());
    trainable.forEach(other::remove);
    List<Variable> optimizer = optimizerVariables(model);
    List<Variable> all = new ArrayList<>(model.variables());
    all.addAll(optimizer);
    return total("Total", all)
        + total("Trainable", trainable)
        + total("Non-trainable", List.copyOf(other))
        + (optimizer.isEmpty() ? "" : total("Optimizer", optimizer));
  }

  /** Returns the variables of an optimizer that has taken a step; none before. */
  private static List<Variable> optimizerVariables(AbstractLayer<?, ?> model) {
    List<Variable> found = new ArrayList<>();
    if (model instanceof Trainable<?, ?> trained && trained.trainer().hasOptimizer()) {
      Optimizer optimizer = trained.optimizer();
      if (optimizer.iterations().memory().item() > 0) {
        optimizer.parts().values().stream()
            .filter(Variable.class::isInstance)
            .forEach(part -> found.add((Variable) part));
        optimizer.slots().values().forEach(slots -> found.addAll(slots.values()));
      }
    }
    return found;
  }

  private static String total(String what, List<Variable> variables) {
    long count = variables.stream().mapToLong(v -> v.shape().count()).sum();
    double size = variables.stream().mapToLong(v -> v.spec().bytes()).sum();
    String[] units = {"B", "KB", "MB", "GB", "TB"};
    int unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, " %s params: %,d (%.2f %s)\n", what, count, size, units[unit]);
  }
}
