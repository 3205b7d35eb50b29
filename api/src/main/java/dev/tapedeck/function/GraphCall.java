package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An op that calls a graph. Its gradient calls another graph, which recomputes the values of this
 * one that it uses.
 *
 * <p>The outputs are the graph's, and then, for the gradient, its {@link Subgraph#residuals}.
 */
final class GraphCall implements SerializableOp, WriteSet.Composite, Inlining.GraphOp {
  private final String name;
  private final Subgraph body;
  private final ExecutionPlan plan;
  private final Map<List<List<Integer>>, Gradient> gradients = new HashMap<>();

  /** A gradient: the call that computes it, and the indices of the inputs it is for. */
  private record Gradient(GraphCall call, List<Integer> sources) {}

  /** The op as files store it. */
  private record Parts(String name, Graph graph) implements Definition {
    @Override
    public Op toOp() {
      return new GraphCall(name, Subgraph.of(graph));
    }
  }

  private GraphCall(String name, Subgraph body) {
    this.name = name;
    this.body = body;
    this.plan = ExecutionPlan.of(GraphReport.optimise(body.graph()).graph());
  }

  static GraphCall of(String name, Subgraph part) {
    return new GraphCall(name, part.withOutputs(List.of(), part.residuals()));
  }

  /** Applies the call and returns the graph's own outputs, without residuals. */
  List<Tensor> results(List<Tensor> inputs) {
    List<Tensor> outputs = List.of(apply(inputs.toArray(Tensor[]::new)));
    return outputs.subList(0, outputs.size() - body.residuals().size());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Definition definition() {
    return new Parts(name, body.graph());
  }

  @Override
  public Graph body() {
    return body.graph();
  }

  @Override
  public List<Graph> graphs() {
    return List.of(body());
  }

  @Override
  public Effect effect() {
    return body.effect();
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    body.graph().requireTaking(name, List.of(inputs));
    return body.graph().outputs().stream().map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    return plan.execute(inputs);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    List<Integer> wanted =
        IntStream.range(0, call.inputs().length).filter(call::needs).boxed().toList();
    List<Integer> given =
        IntStream.range(0, upstream.length).filter(i -> upstream[i] != null).boxed().toList();
    Gradient gradient = gradient(wanted, given);
    List<Tensor> inputs = new ArrayList<>(List.of(call.inputs()));
    int results = call.outputs().length - body.residuals().size();
    inputs.addAll(Arrays.asList(call.outputs()).subList(results, call.outputs().length));
    given.forEach(i -> inputs.add(upstream[i]));
    List<Tensor> found = gradient.call.results(inputs);
    Tensor[] all = new Tensor[call.inputs().length];
    for (int i = 0; i < found.size(); i++) {
      all[gradient.sources.get(i)] = found.get(i);
    }
    return all;
  }

  private synchronized Gradient gradient(List<Integer> wanted, List<Integer> given) {
    return gradients.computeIfAbsent(
        List.of(wanted, given),
        asked -> {
          Subgraph.Gradient gradient = body.gradient(wanted, given);
          return new Gradient(
              of(name + "Gradient", Subgraph.of(gradient.graph())), gradient.sources());
        });
  }
}
