package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An op that runs one of several graphs, chosen by an int32 index; an index out of range selects
 * the last graph.
 *
 * <p>Its inputs are the index and the inputs of the graphs; its outputs are those of the graphs and
 * then, for the gradient, the {@linkplain Subgraph#residuals residuals} of each, zeros for those
 * that did not run.
 */
final class Switch implements SerializableOp, WriteSet.Composite {
  private final Parts parts;
  private final List<Subgraph> branches;
  private final List<ExecutionPlan> plans;
  private final List<TensorSpec> inputs;
  private final TensorSpec[] specs;
  private final int results;
  private final Effect effect;

  /** The op as files store it. */
  private record Parts(String name, List<Graph> branches) implements Definition {
    @Override
    public Op toOp() {
      return new Switch(name, branches.stream().map(Subgraph::of).toList());
    }
  }

  private Switch(String name, List<Subgraph> parts) {
    this.parts = new Parts(name, parts.stream().map(Subgraph::graph).toList());
    if (parts.isEmpty()) {
      throw Refusal.of(name, "needs at least one branch", "none", "pass a branch");
    }
    this.inputs = joined("take", parts.stream().map(part -> specs(part.graph().inputs())).toList());
    List<TensorSpec> all =
        joined("return", parts.stream().map(part -> specs(part.graph().outputs())).toList());
    this.results = all.size();
    for (Subgraph part : parts) {
      part.residuals().forEach(symbol -> all.add(symbol.spec()));
    }
    this.specs = all.toArray(TensorSpec[]::new);
    this.branches = parts.stream().map(part -> withResiduals(part, parts)).toList();
    this.plans =
        branches.stream()
            .map(b -> ExecutionPlan.of(GraphReport.optimise(b.graph()).graph()))
            .toList();
    this.effect = branches.stream().map(Subgraph::effect).max(Effect::compareTo).orElseThrow();
  }

  /** Applies graphs that take the same inputs. */
  static Tensor[] apply(String name, List<Subgraph> branches, Tensor index, List<Tensor> inputs) {
    Switch op = new Switch(name, branches);
    List<Tensor> all = new ArrayList<>(List.of(index));
    all.addAll(inputs);
    return op.apply(all.toArray(Tensor[]::new));
  }

  /** Returns the types and shapes that hold for every branch; sizes that differ are unknown. */
  private List<TensorSpec> joined(String verb, List<List<TensorSpec>> branches) {
    List<TensorSpec> joined = new ArrayList<>(branches.getFirst());
    for (List<TensorSpec> branch : branches) {
      boolean alike = branch.size() == joined.size();
      for (int i = 0; alike && i < joined.size(); i++) {
        TensorSpec one = joined.get(i);
        TensorSpec other = branch.get(i);
        alike = one.dtype() == other.dtype() && one.shape().rank() == other.shape().rank();
        joined.set(
            i, alike ? new TensorSpec(one.dtype(), joined(one.shape(), other.shape())) : one);
      }
      if (!alike) {
        throw Refusal.of(
            name(),
            "needs branches that " + verb + " the same number of tensors, types and ranks",
            branches,
            "cast or reshape what they " + verb);
      }
    }
    return joined;
  }

  private static Shape joined(Shape a, Shape b) {
    Shape joined = a;
    for (int axis = 0; axis < a.rank(); axis++) {
      joined = a.size(axis) == b.size(axis) ? joined : joined.with(axis, Shape.UNKNOWN);
    }
    return joined;
  }

  private static List<TensorSpec> specs(List<? extends Tensor> tensors) {
    return tensors.stream().map(Tensor::spec).toList();
  }

  private static Subgraph withResiduals(Subgraph part, List<Subgraph> all) {
    List<Tensor> more = new ArrayList<>();
    for (Subgraph other : all) {
      for (SymbolicTensor symbol : other.residuals()) {
        more.add(other == part ? symbol : zeros(symbol.spec()));
      }
    }
    return part.withOutputs(List.of(), more);
  }

  private static Tensor zeros(TensorSpec spec) {
    long[] sizes = Arrays.stream(spec.shape().toArray()).map(size -> Math.max(size, 0)).toArray();
    return Tensor.zeros(spec.dtype(), sizes);
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
  public List<Graph> graphs() {
    return parts.branches;
  }

  @Override
  public Effect effect() {
    return effect;
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    if (inputs.length == 0) {
      throw Refusal.of(name(), "needs an index", "no inputs", "pass an int32 number first");
    }
    if (inputs[0].dtype() != DType.INT32 || !inputs[0].shape().isScalar()) {
      throw Refusal.of(
          name(), "needs one int32 number as the index", inputs[0], "cast or reshape it");
    }
    List<TensorSpec> taken = Arrays.asList(inputs).subList(1, inputs.length);
    boolean fit = taken.size() == this.inputs.size();
    for (int i = 0; fit && i < taken.size(); i++) {
      fit = taken.get(i).fits(this.inputs.get(i));
    }
    if (!fit) {
      throw Refusal.of(
          name(), "needs inputs of the branches, " + this.inputs, taken, "cast or reshape them");
    }
    return specs;
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    int index = (int) inputs[0].item();
    int chosen = index < 0 || index >= plans.size() ? plans.size() - 1 : index;
    return plans.get(chosen).execute(Arrays.copyOfRange(inputs, 1, inputs.length));
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    List<Integer> wanted =
        IntStream.range(1, call.inputs().length).filter(call::needs).boxed().toList();
    List<Integer> given =
        IntStream.range(0, specs.length).filter(i -> upstream[i] != null).boxed().toList();
    List<Subgraph> backwards = new ArrayList<>();
    List<Tensor> inputs =
        new ArrayList<>(Arrays.asList(call.inputs()).subList(1, call.inputs().length));
    inputs.addAll(Arrays.asList(call.outputs()).subList(results, specs.length));
    given.forEach(i -> inputs.add(upstream[i]));
    int residuals = results;
    for (Subgraph branch : branches) {
      Graph gradient = branch.gradientOrZeros(wanted.stream().map(i -> i - 1).toList(), given);
      int own = branch.residuals().size();
      backwards.add(
          Subgraph.of(rewired(gradient, residuals - results, own, specs.length - results)));
      residuals += own;
    }
    Tensor[] found = Switch.apply(name() + "Gradient", backwards, call.input(0), inputs);
    Tensor[] gradients = new Tensor[call.inputs().length];
    for (int i = 0; i < wanted.size(); i++) {
      gradients[wanted.get(i)] = found[i];
    }
    return gradients;
  }

  /** Returns a branch's gradient as a graph that takes the residuals of all branches. */
  private Graph rewired(Graph gradient, int from, int own, int all) {
    int captures = branches.getFirst().graph().inputs().size();
    List<SymbolicTensor> inputs = new ArrayList<>(gradient.inputs().subList(0, captures));
    for (int i = 0; i < all; i++) {
      boolean mine = i >= from && i < from + own;
      inputs.add(
          mine
              ? gradient.inputs().get(captures + i - from)
              : new SymbolicTensor("Unused:0", specs[results + i], Tracer.UNREADABLE));
    }
    inputs.addAll(gradient.inputs().subList(captures + own, gradient.inputs().size()));
    return new Graph(inputs, gradient.nodes(), gradient.outputs());
  }
}
