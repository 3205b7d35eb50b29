package dev.tapedeck.onnx;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.InferenceFunction;
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
  private static final String WHO = "Onnx.export";

  private Onnx() {}

  /**
   * Writes a layer or model whose inputs are known: a functional one, a {@code Sequential} with an
   * input, or one that was applied to symbols.
   *
   * @throws IllegalArgumentException if the inputs are not known, or it computes what ONNX has no
   *     form of
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void export(AbstractLayer<?, ?> model, Path file) {
    export(model, InferenceFunction.of(WHO, model), file);
  }

  /**
   * Writes a layer or model for inputs of these types and shapes.
   *
   * @param inputs one for each tensor of the input, in order; an unknown size, -1, may be any
   * @throws IllegalArgumentException if it does not take them, or computes what ONNX has no form of
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void export(AbstractLayer<?, ?> model, List<TensorSpec> inputs, Path file) {
    export(model, InferenceFunction.of(WHO, model, inputs), file);
  }

  private static void export(AbstractLayer<?, ?> model, InferenceFunction traced, Path file) {
    ConcreteFunction function = traced.function();
    Graph graph = function.definition().graph();
    List<String> names =
        traced.inputs().orElseGet(() -> TreeNames.of("input", function.parameters().getFirst()));
    Map<Variable, String> paths = new IdentityHashMap<>();
    model.namedVariables().forEach((path, variable) -> paths.put(variable, path));
    try (Scope _ = new Scope()) {
      OnnxGraph written =
          graph(graph, variable -> paths.getOrDefault(variable, variable.name()), names);
      OnnxGraph scoped = model instanceof Trainable ? written.within(scope(graph)) : written;
      write(new OnnxModel(scoped, TreeNames.of("output", function.result()), true), file);
    }
  }

  /** Returns the first part of all names, that of the model; empty if they have none. */
  private static String scope(Graph graph) {
    String name = graph.nodes().isEmpty() ? "" : graph.nodes().getFirst().name();
    String first = name.substring(0, name.indexOf('/') + 1);
    return graph.nodes().stream().allMatch(node -> node.name().startsWith(first)) ? first : "";
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
