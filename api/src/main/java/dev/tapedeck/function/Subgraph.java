package dev.tapedeck.function;

import dev.tapedeck.ops.Assignment;
import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A graph inside an op, such as the body of a loop.
 *
 * <p>Its gradient recomputes the values of the forward pass that it uses, except the residuals,
 * which could differ the second time: random draws, values of variables, results of Java code. They
 * are inputs of the gradient.
 */
final class Subgraph {
  private final Graph graph;
  private final Recorded recorded;

  /**
   * The recorded trace of the graph, from which gradients are traced.
   *
   * @param inputs tensors and variables in the recording that the graph's inputs stand for
   * @param outputs tensors in the recording that the graph's outputs stand for
   */
  private record Recorded(
      Tracer tracer, Differentiation.Recording recording, List<?> inputs, List<Tensor> outputs) {}

  private Subgraph(Graph graph, Recorded recorded) {
    this.graph = graph;
    this.recorded = recorded;
  }

  /** Makes a subgraph without a recording. */
  static Subgraph of(Graph graph) {
    return new Subgraph(graph, null);
  }

  /**
   * A traced subgraph, and the tensors of the surrounding trace that it captures: its inputs after
   * the parameters.
   */
  record Traced(Subgraph part, List<Tensor> captures) {
    /**
     * Returns the subgraph with an input for each of some captures after its parameters, in order,
     * also for those that it does not use.
     */
    Subgraph withCaptures(int parameters, List<Tensor> all) {
      List<SymbolicTensor> inputs = new ArrayList<>(part.graph.inputs().subList(0, parameters));
      List<Object> named = new ArrayList<>(part.recorded.inputs.subList(0, parameters));
      for (Tensor capture : all) {
        int own = captures.indexOf(capture);
        SymbolicTensor unused = new SymbolicTensor("Unused:0", capture.spec(), Tracer.UNREADABLE);
        inputs.add(own < 0 ? unused : part.graph.inputs().get(parameters + own));
        named.add(own < 0 ? unused : part.recorded.inputs.get(parameters + own));
      }
      return new Subgraph(
          new Graph(inputs, part.graph.nodes(), part.graph.outputs()),
          new Recorded(
              part.recorded.tracer, part.recorded.recording, named, part.recorded.outputs));
    }

    /**
     * Returns the subgraph with the variables that it reads among its captures, so that they are
     * read once, outside.
     *
     * @param together the subgraphs that run in turns; a variable that one of them assigns to is
     *     still read anew at each place
     */
    Traced withReadsCaptured(Traced... together) {
      WriteSet writes =
          WriteSet.of(Arrays.stream(together).flatMap(t -> t.part.graph.nodes().stream()).toList());
      List<SymbolicTensor> inputs = new ArrayList<>(part.graph.inputs());
      List<Object> named = new ArrayList<>(part.recorded.inputs);
      List<Tensor> all = new ArrayList<>(captures);
      Map<Variable, SymbolicTensor> before = new HashMap<>();
      List<Node> kept = new ArrayList<>();
      for (Node node : part.graph.nodes()) {
        if (!(node.op() instanceof Operands.ReadVariable(Variable variable))) {
          kept.add(node);
          continue;
        }
        boolean changes = writes.may(variable);
        SymbolicTensor reading = node.outputs().getFirst();
        if (!changes || !before.containsKey(variable)) {
          SymbolicTensor input =
              changes
                  ? new SymbolicTensor(variable.name() + ":0", variable.spec(), Tracer.UNREADABLE)
                  : reading;
          before.put(variable, input);
          inputs.add(input);
          named.add(changes ? variable : reading);
          all.add(Operands.reading(variable));
        }
        if (changes) {
          Op present = Assignment.present(variable);
          kept.add(new Node(node.name(), present, List.of(before.get(variable)), node.outputs()));
        }
      }
      return new Traced(
          new Subgraph(
              new Graph(inputs, kept, part.graph.outputs()),
              new Recorded(
                  part.recorded.tracer,
                  part.recorded.recording,
                  List.copyOf(named),
                  part.recorded.outputs)),
          all);
    }
  }

  /** Traces code with parameters as a subgraph of the surrounding trace. */
  static Traced trace(
      String who, Tracer outer, List<TensorSpec> parameters, UnaryOperator<List<Tensor>> code) {
    Tracer tracer = new Tracer(Tracer.UNREADABLE, outer.maker(), outer);
    List<SymbolicTensor> inputs = new ArrayList<>();
    parameters.forEach(spec -> inputs.add(tracer.input("Input", spec)));
    Differentiation.Recording[] recording = new Differentiation.Recording[1];
    List<Tensor> returned = new ArrayList<>();
    tracer.run(
        () -> {
          recording[0] = Differentiation.provider().record();
          recording[0].watch(inputs.toArray(Tensor[]::new));
          tracer.whenCapturing(recording[0]::watch);
          returned.addAll(code.apply(List.copyOf(inputs)));
        });
    List<Tensor> outputs = tracer.outputs(who, returned);
    List<Tensor> named = new ArrayList<>(inputs);
    named.addAll(tracer.used());
    inputs.addAll(tracer.captured());
    return new Traced(
        new Subgraph(
            new Graph(inputs, tracer.cut(), outputs),
            new Recorded(tracer, recording[0], List.copyOf(named), List.copyOf(returned))),
        tracer.used());
  }

  /**
   * Returns this subgraph with more outputs: some of its inputs, by index, and then other tensors.
   */
  Subgraph withOutputs(List<Integer> inputs, List<? extends Tensor> others) {
    List<Tensor> outputs = new ArrayList<>(graph.outputs());
    inputs.forEach(i -> outputs.add(graph.inputs().get(i)));
    outputs.addAll(others);
    Graph more = new Graph(graph.inputs(), graph.nodes(), outputs);
    if (recorded == null) {
      return Subgraph.of(more);
    }
    List<Tensor> named = new ArrayList<>(recorded.outputs);
    inputs.forEach(i -> named.add((Tensor) recorded.inputs.get(i))); // parameters
    named.addAll(others);
    return new Subgraph(
        more, new Recorded(recorded.tracer, recorded.recording, recorded.inputs, named));
  }

  Graph graph() {
    return graph;
  }

  Effect effect() {
    return graph.effect();
  }

  /**
   * Returns the values that the gradient takes as inputs, since they could differ if recomputed.
   */
  List<SymbolicTensor> residuals() {
    return graph.nodes().stream()
        .filter(node -> node.op().effect() != Effect.NONE)
        .flatMap(node -> node.outputs().stream())
        .toList();
  }

  /**
   * A gradient graph, whose inputs are the subgraph's inputs, its {@link #residuals} and output
   * gradients.
   *
   * @param sources indices of the inputs whose gradients it returns
   */
  record Gradient(Graph graph, List<Integer> sources) {}

  /**
   * Returns the gradient graph for those inputs that have a gradient.
   *
   * @param wanted indices of the inputs to compute gradients for
   * @param given indices of the outputs whose gradients the graph takes
   */
  Gradient gradient(List<Integer> wanted, List<Integer> given) {
    return differentiate(wanted, given, false);
  }

  /**
   * Returns the gradient graph for all wanted inputs, with zeros for those that have no gradient.
   */
  Graph gradientOrZeros(List<Integer> wanted, List<Integer> given) {
    return differentiate(wanted, given, true).graph;
  }

  private synchronized Gradient differentiate(
      List<Integer> wanted, List<Integer> given, boolean zeros) {
    if (recorded == null) {
      return replayed().differentiate(wanted, given, zeros);
    }
    Tracer tracer = recorded.tracer;
    int captured = tracer.used().size();
    TracedGradient traced =
        TracedGradient.of(
            tracer,
            recorded.recording,
            given.stream().map(recorded.outputs::get).toList(),
            wanted.stream().map(recorded.inputs::get).toList());
    if (tracer.used().size() != captured) {
      throw new IllegalStateException(
          "gradient: an op inside cond, switchCase, whileLoop or scan has a gradient that uses a"
              + " tensor from outside which the op itself does not; make it an input of the op");
    }
    List<Integer> sources = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Tensor found = traced.gradients().get(i);
      if (found == null && zeros) {
        Tensor[] none = new Tensor[1];
        Tensor like = graph.inputs().get(wanted.get(i));
        tracer.run(() -> none[0] = Creation.zerosLike(like));
        found = none[0];
      }
      if (found != null) {
        sources.add(wanted.get(i));
        gradients.add(found);
      }
    }
    List<Node> nodes =
        new ArrayList<>(
            graph.nodes().stream().filter(n -> n.op().effect() == Effect.NONE).toList());
    nodes.addAll(tracer.cut());
    List<SymbolicTensor> inputs = new ArrayList<>(graph.inputs());
    inputs.addAll(residuals());
    inputs.addAll(traced.upstream());
    Graph whole = new Graph(inputs, nodes, tracer.outputs("gradient", gradients));
    return new Gradient(new DeadCode().on(whole), sources);
  }

  private Subgraph replayed() {
    return Subgraph.trace(
            "gradient",
            new Tracer(Tracer.UNREADABLE),
            graph.inputs().stream().map(SymbolicTensor::spec).toList(),
            inputs -> graph.run(inputs.toArray(Tensor[]::new)))
        .part();
  }
}
