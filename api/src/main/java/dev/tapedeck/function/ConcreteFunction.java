package dev.tapedeck.function;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A traced function for arguments of one signature: graphs that are run in its place. */
public final class ConcreteFunction {
  private final String name;
  private final List<Structure> parameters;
  private final Function<List<Object>, Object> code;
  private final TraceTree tree;

  ConcreteFunction(
      String name,
      List<Structure> parameters,
      List<TensorSpec> specs,
      Function<List<Object>, Object> code,
      Consumer<String> maker) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.code = code;
    this.tree = new TraceTree(name, specs, maker);
  }

  /** Returns the function's name. */
  public String name() {
    return name;
  }

  List<Structure> parameters() {
    return parameters;
  }

  boolean isTraced() {
    return tree.isTraced();
  }

  void trace() {
    tree.trace(this::run);
  }

  private Object run(List<Tensor> tensors) {
    return code.apply(Structure.build(parameters, tensors.iterator()));
  }

  /** Returns the arguments' tensors if they have this signature, else null. */
  Tensor[] accept(Object... arguments) {
    List<Tensor> tensors = new ArrayList<>(arguments.length);
    return Structure.collect(parameters, Arrays.asList(arguments), tensors)
        ? tensors.toArray(Tensor[]::new)
        : null;
  }

  /** Calls the function with the tensors of its arguments. */
  Object invoke(Tensor... tensors) {
    return tree.isFull() ? run(List.of(tensors)) : tree.call(tensors, this::run);
  }

  /**
   * Calls the function with arguments of its signature.
   *
   * @throws IllegalArgumentException if they are of another one
   */
  public Object call(Object... arguments) {
    Tensor[] tensors = accept(arguments);
    if (tensors == null) {
      throw new IllegalArgumentException(
          name
              + ": needs ("
              + list(parameters)
              + "), received ("
              + list(Structure.all(Arrays.asList(arguments), new ArrayList<>()))
              + ")");
    }
    return invoke(tensors);
  }

  private static String list(List<Structure> structures) {
    return structures.stream().map(Structure::toString).collect(Collectors.joining(", "));
  }

  /**
   * Returns the graph that runs, after the passes.
   *
   * @throws IllegalStateException if there is more than one, since Java code reads values of
   *     tensors: see {@link #graphs}
   */
  public Graph graph() {
    List<Graph> all = graphs();
    if (all.size() != 1) {
      throw new IllegalStateException(
          name
              + ": has "
              + all.size()
              + " graphs, one for each way through its Java code; see graphs()");
    }
    return all.getFirst();
  }

  /** Returns the graphs that run, one for each way through the Java code that was taken. */
  public List<Graph> graphs() {
    return tree.paths().stream().map(ConcreteFunction::joined).toList();
  }

  private static Graph joined(List<Segment> path) {
    List<Node> nodes = new ArrayList<>();
    path.forEach(segment -> nodes.addAll(segment.graph().nodes()));
    return new Graph(path.getFirst().graph().inputs(), nodes, path.getLast().graph().outputs());
  }

  /** Returns what the passes did to each graph. */
  public List<GraphReport> reports() {
    return tree.paths().stream().map(path -> path.getLast().report()).toList();
  }

  /** Returns the signature as {@link TracedFunction#prettyPrintedConcreteSignatures} prints it. */
  @Override
  public String toString() {
    String arguments =
        IntStream.range(0, parameters.size())
            .mapToObj(
                i ->
                    parameters.get(i) instanceof Structure.Value value
                        ? "arg" + i + "=" + value
                        : "arg" + i)
            .collect(Collectors.joining(", ", name + "(", ")"));
    StringBuilder text = new StringBuilder(arguments);
    if (parameters.stream().anyMatch(p -> !(p instanceof Structure.Value))) {
      text.append("\n  Args:");
      for (int i = 0; i < parameters.size(); i++) {
        if (!(parameters.get(i) instanceof Structure.Value)) {
          text.append("\n    arg").append(i).append(": ").append(parameters.get(i));
        }
      }
    }
    String results =
        tree.paths().stream()
            .map(path -> "\n    " + path.getLast().ending().result())
            .distinct()
            .collect(Collectors.joining());
    return text + "\n  Returns:" + results;
  }
}
