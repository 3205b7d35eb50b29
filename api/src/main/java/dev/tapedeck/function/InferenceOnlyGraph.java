package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * A graph without a gradient: the function that it was saved from had custom gradients, which files
 * of format version 1 do not hold.
 *
 * <p>Its inputs include the trainable variables that it reads, so that a tape asks it for their
 * gradients, and gets an error instead of null.
 */
final class InferenceOnlyGraph
    implements SerializableOp, WriteSet.Composite, Inlining.GraphOp, ConcreteFunction.Code {
  private final Parts parts;
  private final ExecutionPlan plan;
  private final List<Variable> variables;

  private record Parts(String name, Graph graph, List<String> opaqueOps) implements Definition {
    @Override
    public InferenceOnlyGraph toOp() {
      return new InferenceOnlyGraph(name, graph, opaqueOps);
    }
  }

  /** The op as files of format version 1 store it. */
  @SuppressWarnings("UnusedNestedClass") // found by its wire name
  private record Sealed(String name, Graph graph, List<String> told) implements Definition {
    @Override
    public InferenceOnlyGraph toOp() {
      return new InferenceOnlyGraph(name, graph, told);
    }
  }

  InferenceOnlyGraph(String name, Graph graph, List<String> opaqueOps) {
    this.parts = new Parts(name, graph, List.copyOf(opaqueOps));
    this.plan = ExecutionPlan.of(GraphReport.optimise(graph).graph());
    this.variables =
        graph.nodes().stream()
            .filter(node -> node.op() instanceof Operands.ReadVariable)
            .map(node -> ((Operands.ReadVariable) node.op()).variable())
            .filter(Variable::trainable)
            .distinct()
            .toList();
  }

  @Override
  public Definition definition() {
    return parts;
  }

  List<String> opaqueOps() {
    return parts.opaqueOps;
  }

  @Override
  public List<Tensor> run(Tensor... arguments) {
    Tensor[] inputs = Arrays.copyOf(arguments, arguments.length + variables.size());
    for (int i = 0; i < variables.size(); i++) {
      inputs[arguments.length + i] = Operands.tensor(variables.get(i));
    }
    return List.of(apply(inputs));
  }

  @Override
  public String name() {
    return parts.name;
  }

  @Override
  public Graph body() {
    return parts.graph;
  }

  @Override
  public List<Graph> graphs() {
    return List.of(body());
  }

  @Override
  public Effect effect() {
    boolean pure = parts.graph.nodes().stream().allMatch(node -> node.op().effect() == Effect.NONE);
    return pure ? Effect.NONE : Effect.WRITE;
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    List<? extends Tensor> expected = parts.graph.inputs();
    boolean fit = inputs.length == expected.size() + variables.size();
    for (int i = 0; fit && i < inputs.length; i++) {
      TensorSpec spec =
          i < expected.size() ? expected.get(i).spec() : variables.get(i - expected.size()).spec();
      fit = inputs[i].fits(spec);
    }
    if (!fit) {
      throw Refusal.of(
          name(),
          "needs " + expected.stream().map(Tensor::spec).toList() + " and its variables",
          Arrays.toString(inputs),
          "cast or reshape the arguments");
    }
    return parts.graph.outputs().stream().map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    return plan.execute(Arrays.copyOf(inputs, parts.graph.inputs().size()));
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    throw new IllegalStateException(
        name()
            + ": has no gradient, since it was saved with "
            + String.join(", ", parts.opaqueOps)
            + ", whose own gradients are not in the file; use stopGradient on what it returns, or"
            + " save it without");
  }
}
