package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A traced function for arguments of one signature, with its graphs. */
public final class ConcreteFunction {
  private final String name;
  private final List<TensorTree> parameters;
  private final Function<List<Tensor>, Object> code;
  private final TraceTree tree;

  /** Whether the code is an op, which runs an execution plan of its own. */
  private final boolean direct;

  /** A computation of output tensors from input tensors. */
  interface Code {
    List<Tensor> run(Tensor... arguments);
  }

  ConcreteFunction(
      String name,
      List<TensorTree> parameters,
      List<TensorSpec> specs,
      Function<List<Object>, Object> code,
      BiConsumer<Object, String> maker) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.code = tensors -> code.apply(TensorTree.build(this.parameters, tensors.iterator()));
    this.tree = new TraceTree(name, specs, maker);
    this.direct = false;
  }

  private ConcreteFunction(
      String name, List<TensorTree> parameters, TensorTree result, Code graph) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.code = tensors -> result.build(graph.run(tensors.toArray(Tensor[]::new)).iterator());
    this.tree = new TraceTree(name, TensorTree.specs(parameters), (trace, variable) -> {});
    this.direct = graph instanceof InferenceOnlyGraph;
  }

  /**
   * Makes a function from its definition.
   *
   * @throws IllegalArgumentException if the graph's inputs or outputs are not the tensors of the
   *     parameters or the result, or an op refuses its inputs
   */
  public static ConcreteFunction of(FunctionDefinition definition) {
    List<TensorTree> parameters =
        definition.parameters().stream().map(TensorTreeJson::structure).toList();
    TensorTree result = TensorTreeJson.structure(definition.result());
    Graph graph = definition.graph();
    requireFitting("takes", TensorTree.specs(parameters), graph.inputs());
    requireFitting("returns", result.specs(), graph.outputs());
    Code code =
        definition.opaqueOps().isEmpty()
            ? graph::run
            : new InferenceOnlyGraph(definition.name(), graph, definition.opaqueOps());
    ConcreteFunction made = new ConcreteFunction(definition.name(), parameters, result, code);
    made.trace();
    return made;
  }

  private static void requireFitting(
      String does, List<TensorSpec> specs, List<? extends Tensor> tensors) {
    boolean fit = specs.size() == tensors.size();
    for (int i = 0; fit && i < specs.size(); i++) {
      fit = specs.get(i).fits(tensors.get(i).spec());
    }
    if (!fit) {
      throw Refusal.of(
          "function",
          "needs a graph that " + does + " " + specs,
          tensors.stream().map(Tensor::spec).toList(),
          "save the function again, the file is damaged");
    }
  }

  /**
   * Returns the definition, which needs no Java code: {@link #of} makes the function from it.
   *
   * @throws IllegalStateException if it reads values of tensors, so that the graph holds for these
   *     alone, or has not been traced
   * @throws IllegalArgumentException if an argument or result is a Java object that cannot be
   *     stored
   */
  public FunctionDefinition definition() {
    Segment whole = whole();
    // The graph before the passes, which preserve what it computes but not its gradient.
    Graph graph = new DeadCode().on(whole.whole());
    Set<String> opaqueOps = new TreeSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof InferenceOnlyGraph sealed) {
        opaqueOps.addAll(sealed.opaqueOps());
      }
    }
    return new FunctionDefinition(
        name,
        parameters.stream().<Object>map(TensorTreeJson::of).toList(),
        TensorTreeJson.of(whole.ending().result()),
        graph,
        List.copyOf(opaqueOps));
  }

  /**
   * Returns the structure of the result.
   *
   * @throws IllegalStateException as {@link #definition}
   */
  public TensorTree result() {
    return whole().ending().result();
  }

  /** Returns the only way through the code. */
  private Segment whole() {
    List<List<Segment>> paths = tree.paths();
    if (paths.isEmpty()) {
      throw new IllegalStateException(name + ": has not been traced; call it first");
    }
    if (paths.size() > 1 || paths.getFirst().size() > 1) {
      throw new IllegalStateException(
          name
              + ": Java code in it reads values of tensors, such as an if on one, and a graph holds"
              + " for these values alone; use cond, switchCase, whileLoop or scan");
    }
    return paths.getFirst().getFirst();
  }

  /** Returns the function's name. */
  public String name() {
    return name;
  }

  /** Returns the structures of the arguments, in order. */
  public List<TensorTree> parameters() {
    return parameters;
  }

  boolean isTraced() {
    return tree.isTraced();
  }

  void trace() {
    tree.trace(this::run);
  }

  private Object run(List<Tensor> tensors) {
    return code.apply(tensors);
  }

  /** Returns the arguments' tensors if they have this signature, else null. */
  Tensor[] accept(Object... arguments) {
    List<Tensor> tensors = new ArrayList<>(arguments.length);
    return TensorTree.collect(parameters, Arrays.asList(arguments), tensors)
        ? tensors.toArray(Tensor[]::new)
        : null;
  }

  /** Calls the function with the tensors of its arguments. */
  Object invoke(Tensor... tensors) {
    if (!Dispatch.executingEagerly()) {
      return Dispatch.nameScope(name, () -> run(List.of(tensors)));
    }
    return direct || tree.isFull() ? run(List.of(tensors)) : tree.call(tensors, this::run);
  }

  /**
   * Calls the function with arguments of its signature.
   *
   * @throws IllegalArgumentException if they are of another one
   */
  public Object call(Object... values) {
    Object[] arguments = TensorTree.arguments(values);
    Tensor[] tensors = accept(arguments);
    if (tensors == null) {
      throw Refusal.of(
          name,
          "needs (" + list(parameters) + ")",
          "(" + list(TensorTree.all(Arrays.asList(arguments), new ArrayList<>())) + ")",
          "call the TracedFunction, which traces other signatures");
    }
    return invoke(tensors);
  }

  private static String list(List<TensorTree> structures) {
    return structures.stream().map(TensorTree::toString).collect(Collectors.joining(", "));
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
                    parameters.get(i) instanceof TensorTree.Value value
                        ? "arg" + i + "=" + value
                        : "arg" + i)
            .collect(Collectors.joining(", ", name + "(", ")"));
    StringBuilder text = new StringBuilder(arguments);
    if (parameters.stream().anyMatch(p -> !(p instanceof TensorTree.Value))) {
      text.append("\n  Args:");
      for (int i = 0; i < parameters.size(); i++) {
        if (!(parameters.get(i) instanceof TensorTree.Value)) {
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
