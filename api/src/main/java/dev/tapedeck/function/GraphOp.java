package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A graph as an op; its gradient is another graph, which computes the values it needs again. */
final class GraphOp implements WriteSet.Composite {
  private final String name;
  private final Graph graph;
  private final ExecutionPlan plan;
  private final Effect effect;
  private final Map<List<Boolean>, Derivative> derivatives = new HashMap<>();

  /** A gradient: which inputs it is for, and what computes it from the inputs and upstream. */
  private record Derivative(GraphOp op, List<Integer> sources) {}

  GraphOp(String name, Graph graph) {
    this.name = name;
    this.graph = graph;
    this.plan = ExecutionPlan.of(GraphReport.optimise(graph).graph());
    this.effect = graph.effect();
  }

  Graph graph() {
    return graph;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Graph> graphs() {
    return List.of(graph);
  }

  @Override
  public Effect effect() {
    return effect;
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    graph.requireTaking(name, List.of(inputs));
    return graph.outputs().stream().map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    return plan.execute(inputs);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    Derivative derivative = derivative(call, upstream);
    Tensor[] inputs =
        Stream.concat(
                Arrays.stream(call.inputs()), Arrays.stream(upstream).filter(Objects::nonNull))
            .toArray(Tensor[]::new);
    Tensor[] found = derivative.op.apply(inputs);
    Tensor[] gradients = new Tensor[call.inputs().length];
    for (int i = 0; i < found.length; i++) {
      gradients[derivative.sources.get(i)] = found[i];
    }
    return gradients;
  }

  private synchronized Derivative derivative(Call call, Tensor... upstream) {
    List<Boolean> asked = new ArrayList<>();
    for (int i = 0; i < call.inputs().length; i++) {
      asked.add(call.needs(i));
    }
    Arrays.stream(upstream).map(Objects::nonNull).forEach(asked::add);
    return derivatives.computeIfAbsent(asked, this::differentiate);
  }

  private Derivative differentiate(List<Boolean> asked) {
    if (effect == Effect.WRITE) {
      throw new IllegalStateException(
          name + ": has effects, such as assignments, that its gradient would repeat; it has none");
    }
    Tracer tracer = new Tracer(Tracer.UNREADABLE);
    List<SymbolicTensor> inputs = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    int count = graph.inputs().size();
    int[] needed = IntStream.range(0, count).filter(asked::get).toArray();
    tracer.run(
        () -> {
          graph.inputs().forEach(input -> inputs.add(tracer.input("Input", input.spec())));
          Differentiation.Recording recording = Differentiation.provider().record();
          recording.watch(inputs.toArray(Tensor[]::new));
          List<Tensor> outputs = graph.run(inputs.toArray(Tensor[]::new));
          List<Tensor> targets = new ArrayList<>();
          List<Tensor> upstream = new ArrayList<>();
          for (int i = 0; i < outputs.size(); i++) {
            if (asked.get(count + i)) {
              targets.add(outputs.get(i));
              upstream.add(tracer.input("Gradient", outputs.get(i).spec()));
            }
          }
          List<Tensor> sources = Arrays.stream(needed).<Tensor>mapToObj(inputs::get).toList();
          gradients.addAll(recording.gradients(targets, upstream, sources));
          upstream.forEach(up -> inputs.add((SymbolicTensor) up));
        });
    List<Integer> sources = new ArrayList<>();
    List<Tensor> found = new ArrayList<>();
    for (int i = 0; i < needed.length; i++) {
      if (gradients.get(i) != null) {
        sources.add(needed[i]);
        found.add(gradients.get(i));
      }
    }
    return new Derivative(
        new GraphOp(name + "Gradient", new Graph(inputs, tracer.nodes(), found)), sources);
  }
}
