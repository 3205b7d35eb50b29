package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An op that calls a graph and has a custom gradient, which is another graph.
 *
 * <p>The outputs are the value, the intermediate values that the backward graph uses, and the
 * forward graph's {@link Subgraph#residuals}. Higher derivatives flow to the intermediate values,
 * and from there through the forward graph's calls.
 */
final class CustomGradientCall implements SerializableOp, WriteSet.Composite, Inlining.GraphOp {
  private final Parts parts;
  private final Subgraph forward;
  private final ExecutionPlan plan;

  /**
   * The op as files store it.
   *
   * @param backward graph that takes the inputs, the intermediate values it uses, and the value's
   *     gradient
   * @param sources indices of the inputs whose gradients the backward graph returns
   */
  private record Parts(String name, Graph forward, Graph backward, List<Integer> sources)
      implements Definition {
    Parts {
      sources = List.copyOf(sources);
      int uses = backward.inputs().size() - forward.inputs().size() - 1;
      if (uses < 0
          || uses >= forward.outputs().size()
          || sources.size() != backward.outputs().size()
          || sources.stream().anyMatch(i -> i < 0 || i >= forward.inputs().size())) {
        throw Refusal.of(
            name,
            "needs a backward graph that fits the forward graph",
            backward.inputs().size()
                + " inputs, "
                + backward.outputs().size()
                + " outputs and sources "
                + sources,
            "save the function again, the file is damaged");
      }
      List<TensorSpec> taken = new ArrayList<>();
      forward.inputs().forEach(input -> taken.add(input.spec()));
      forward.outputs().subList(1, 1 + uses).forEach(use -> taken.add(use.spec()));
      taken.add(forward.outputs().getFirst().spec());
      backward.requireTaking(name + ", its gradient", taken);
    }

    @Override
    public Op toOp() {
      return new CustomGradientCall(this);
    }

    private int uses() {
      return backward.inputs().size() - forward.inputs().size() - 1;
    }
  }

  private CustomGradientCall(Parts parts) {
    this.parts = parts;
    this.forward = Subgraph.of(parts.forward);
    this.plan = ExecutionPlan.of(GraphReport.optimise(parts.forward).graph());
  }

  /**
   * Traces a function and its gradient, and applies them.
   *
   * @param gradient function from the value's gradient to the arguments' gradients, null where
   *     there is none; called once, after the function
   */
  static Tensor apply(
      String name,
      Tracer outer,
      Function<Tensor[], Tensor> function,
      Function<Tensor, List<Tensor>> gradient,
      Tensor... arguments) {
    Tracer tracer = new Tracer(Tracer.UNREADABLE, outer.maker(), outer);
    List<SymbolicTensor> inputs = new ArrayList<>();
    for (Tensor argument : arguments) {
      inputs.add(tracer.input("Input", argument.spec()));
    }
    List<Tensor> value = new ArrayList<>();
    tracer.run(() -> value.add(function.apply(inputs.toArray(Tensor[]::new))));
    List<Tensor> results = new ArrayList<>(tracer.outputs(name, value));
    List<Node> calls = tracer.cut();
    SymbolicTensor upstream = tracer.input("Gradient", value.getFirst().spec());
    List<Tensor> given = new ArrayList<>();
    tracer.run(() -> given.addAll(gradient.apply(upstream)));
    List<Integer> sources =
        IntStream.range(0, given.size()).filter(i -> given.get(i) != null).boxed().toList();
    List<Tensor> gradients = tracer.outputs(name, sources.stream().map(given::get).toList());
    List<Node> backwards =
        new DeadCode().on(new Graph(List.of(upstream), tracer.cut(), gradients)).nodes();

    inputs.addAll(tracer.captured());
    List<SymbolicTensor> uses = uses(calls, backwards, gradients);
    results.addAll(uses);
    results.addAll(Subgraph.of(new Graph(inputs, calls, results)).residuals());
    List<SymbolicTensor> taken = new ArrayList<>(inputs);
    taken.addAll(uses);
    taken.add(upstream);
    Parts parts =
        new Parts(
            name,
            new Graph(inputs, calls, results),
            new Graph(taken, backwards, gradients),
            sources);
    List<Tensor> all = new ArrayList<>(List.of(arguments));
    all.addAll(tracer.used());
    return new CustomGradientCall(parts).apply(all.toArray(Tensor[]::new))[0];
  }

  /** Returns the values of the forward calls that the backward ones use. */
  private static List<SymbolicTensor> uses(
      List<Node> calls, List<Node> backwards, List<Tensor> gradients) {
    Set<SymbolicTensor> made = new HashSet<>();
    calls.forEach(call -> made.addAll(call.outputs()));
    Set<Tensor> used = new LinkedHashSet<>();
    backwards.forEach(call -> used.addAll(call.inputs()));
    used.addAll(gradients);
    return used.stream().filter(made::contains).map(SymbolicTensor.class::cast).toList();
  }

  @Override
  public String name() {
    return parts.name;
  }

  @Override
  public Definition definition() {
    return parts;
  }

  @Override
  public Graph body() {
    return parts.forward;
  }

  @Override
  public List<Graph> graphs() {
    return List.of(body());
  }

  @Override
  public Effect effect() {
    return forward.effect();
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    parts.forward.requireTaking(name(), List.of(inputs));
    return parts.forward.outputs().stream().map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    return plan.execute(inputs);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    Tensor[] gradients = new Tensor[call.inputs().length];
    List<Tensor> outputs = Arrays.asList(call.outputs());
    if (upstream[0] != null) {
      List<Tensor> taken = new ArrayList<>(List.of(call.inputs()));
      taken.addAll(outputs.subList(1, 1 + parts.uses()));
      taken.add(upstream[0]);
      add(parts.backward, taken, parts.sources, gradients);
    }
    List<Integer> given =
        IntStream.range(1, upstream.length).filter(i -> upstream[i] != null).boxed().toList();
    if (!given.isEmpty()) {
      List<Integer> wanted =
          IntStream.range(0, gradients.length).filter(call::needs).boxed().toList();
      Subgraph.Gradient ofUses = forward.gradient(wanted, given);
      List<Tensor> taken = new ArrayList<>(List.of(call.inputs()));
      taken.addAll(outputs.subList(outputs.size() - forward.residuals().size(), outputs.size()));
      given.forEach(i -> taken.add(upstream[i]));
      add(ofUses.graph(), taken, ofUses.sources(), gradients);
    }
    return gradients;
  }

  private static void add(
      Graph graph, List<Tensor> inputs, List<Integer> sources, Tensor... gradients) {
    List<Tensor> found = graph.run(inputs.toArray(Tensor[]::new));
    for (int i = 0; i < found.size(); i++) {
      int source = sources.get(i);
      gradients[source] =
          gradients[source] == null ? found.get(i) : gradients[source].add(found.get(i));
    }
  }
}
