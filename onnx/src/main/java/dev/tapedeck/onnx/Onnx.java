package dev.tapedeck.onnx;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.Graph;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Export of models and functions as ONNX, opset 18, for inference in other programs.
 *
 * <pre>{@code
 * Onnx.export(model, Path.of("digits.onnx"));
 * }</pre>
 *
 * <p>The graph is that of inference, with the present values of the variables. Batches may have any
 * size; nodes have the layers' names, weights the paths of the variables. 16-bit floats are
 * exported as float32. What ONNX has no form of (random draws, text, writes to variables) is
 * refused by the op's and the node's name, before a file is written. Weights of more than 1.5 GB
 * are in a second file of the same name and {@code .data}. docs/onnx.md has the table of ops.
 */
public final class Onnx {
  private Onnx() {}

  /**
   * Writes a layer or model whose inputs are known: a functional one, a {@code Sequential} with an
   * input, or one that was applied to symbols.
   *
   * @throws IllegalStateException if the inputs are not known
   * @throws IllegalArgumentException if it computes what ONNX has no form of
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void export(AbstractLayer<?, ?> model, Path file) {
    Object inputs;
    try {
      inputs = model.input();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "Onnx.export: the model's inputs are not known; give their types and shapes, as"
              + " Onnx.export(model, List.of(new TensorSpec(FLOAT32, Shape.of(-1, 28, 28))), file)",
          e);
    }
    List<Tensor> tensors = new ArrayList<>();
    TensorTree tree = TensorTree.of(inputs, tensors);
    List<String> names = tensors.stream().map(input -> name((SymbolicTensor) input)).toList();
    export(model, tree, names, file);
  }

  /** Returns the name that an input was made with: {@code images} of {@code images:0}. */
  private static String name(SymbolicTensor input) {
    return input.name().replaceFirst(":0$", "");
  }

  /**
   * Writes a layer or model for inputs of these types and shapes.
   *
   * @param inputs one for each tensor of the input, in order; an unknown size, -1, may be any
   * @throws IllegalArgumentException if it does not take them, or computes what ONNX has no form of
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void export(AbstractLayer<?, ?> model, List<TensorSpec> inputs, Path file) {
    TensorTree known = model.inputTree();
    TensorTree tree =
        model instanceof Layer && !inputs.isEmpty()
            ? new TensorTree.Leaf(inputs.getFirst())
            : known == null ? new TensorTree.Items(leaves(inputs)) : known;
    if (tree.specs().size() != inputs.size()) {
      throw Refusal.of(
          "Onnx.export",
          "needs " + tree.specs().size() + " inputs",
          inputs.size(),
          "give the type and shape of each");
    }
    export(model, tree.with(inputs.iterator()), TreeNames.of("input", tree), file);
  }

  private static List<TensorTree> leaves(List<TensorSpec> specs) {
    return specs.stream().<TensorTree>map(TensorTree.Leaf::new).toList();
  }

  private static void export(
      AbstractLayer<?, ?> model, TensorTree inputs, List<String> names, Path file) {
    try (Scope _ = new Scope()) {
      TensorTree[] outputs = new TensorTree[1];
      OnnxGraph written = traced(model, inputs, names, outputs);
      write(new OnnxModel(written, TreeNames.of("output", outputs[0]), true), file);
    }
  }

  private static OnnxGraph traced(
      AbstractLayer<?, ?> model, TensorTree inputs, List<String> names, TensorTree[] outputs) {
    Graph graph =
        Graph.trace(
            in -> {
              List<Tensor> made = new ArrayList<>();
              outputs[0] = TensorTree.of(apply(model, inputs, in), made);
              return made;
            },
            inputs.specs());
    Map<Variable, String> paths = new IdentityHashMap<>();
    model.namedVariables().forEach((path, variable) -> paths.put(variable, path));
    OnnxGraph written =
        graph(graph, variable -> paths.getOrDefault(variable, variable.name()), names);
    return model instanceof Trainable ? written.within(scope(graph)) : written;
  }

  /** Returns the first part of all names, that of the model; empty if they have none. */
  private static String scope(Graph graph) {
    String name = graph.nodes().isEmpty() ? "" : graph.nodes().getFirst().name();
    String first = name.substring(0, name.indexOf('/') + 1);
    return graph.nodes().stream().allMatch(node -> node.name().startsWith(first)) ? first : "";
  }

  @SuppressWarnings("unchecked") // built of the structure that the model takes
  private static Object apply(
      AbstractLayer<?, ?> model, TensorTree structure, List<Tensor> tensors) {
    Object input = structure.build(tensors.iterator());
    return switch (model) {
      case Layer layer -> layer.apply(input);
      case LayerOf<?, ?> layer -> ((LayerOf<Object, Object>) layer).apply(input);
    };
  }

  /**
   * Writes a traced function.
   *
   * @throws IllegalStateException if Java code in the function reads values of tensors, so that its
   *     graph is valid for these alone
   * @throws IllegalArgumentException if it computes what ONNX has no form of
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void export(ConcreteFunction function, Path file) {
    Graph graph = function.definition().graph();
    try (Scope _ = new Scope()) {
      List<String> inputs = numbered("input", graph.inputs().size());
      List<String> outputs = numbered("output", graph.outputs().size());
      write(new OnnxModel(graph(graph, Variable::name, inputs), outputs, false), file);
    }
  }

  private static List<String> numbered(String name, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(count == 1 ? name : name + "_" + i);
    }
    return names;
  }

  private static void write(OnnxModel model, Path file) {
    try {
      OnnxFile.write(model, file, OnnxFile.LARGE);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Onnx.export: cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns the ONNX graph of a traced one. */
  static OnnxGraph graph(Graph graph, Function<Variable, String> variables, List<String> names) {
    Graph inlined = graph.inlined();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      TensorSpec spec = Constants.exported(inlined.inputs().get(i).spec());
      inputs.add(Value.input(names.get(i), spec));
    }
    List<OnnxNode> nodes = new ArrayList<>();
    List<Value> outputs = new GraphExport(inlined, variables, new Constants(), nodes).write(inputs);
    OnnxGraph written = new OnnxGraph(inputs, nodes, outputs).withoutUnused();
    return Peepholes.on(Transposes.on(written)).withoutUnused();
  }
}
