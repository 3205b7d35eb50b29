package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Storage;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A loop op, which runs its body graph while a condition holds, or once for each slice of some
 * tensors.
 *
 * <p>The inputs are the carried tensors (loop variables), then the tensors that are sliced along
 * their first axis, a slice for each iteration, then the tensors that all iterations use. The
 * outputs are the tensors carried by the last iteration, then the other outputs of the iterations,
 * stacked along a new first axis. The last of these are for the gradient: the tensors carried into
 * each iteration, and the body's {@linkplain Subgraph#residuals residuals}.
 *
 * <p>Its gradient is a loop too, over the same slices in the reverse order.
 */
final class Loop implements SerializableOp, WriteSet.Composite {
  private final Layout layout;
  private final Subgraph condition;
  private final Subgraph body;
  private final boolean[] kept;
  private final LoopRules rules;
  private final ExecutionPlan conditionPlan;
  private final ExecutionPlan bodyPlan;

  /**
   * The layout of the inputs and outputs.
   *
   * @param carried number of carried tensors
   * @param sliced number of sliced tensors
   * @param reverse whether the last slice comes first
   */
  record Layout(String name, int carried, int sliced, boolean reverse) {
    Layout {
      Objects.requireNonNull(name, "loop: name");
      if (carried < 0 || sliced < 0) {
        throw Refusal.of(
            name,
            "needs 0 or more carried and sliced tensors",
            carried + " and " + sliced,
            "save the function again, the file is damaged");
      }
    }
  }

  /** The op as files store it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Parts(Layout layout, Optional<Graph> condition, Graph body, boolean[] kept)
      implements Definition {
    @Override
    public Op toOp() {
      return new Loop(layout, condition.map(Subgraph::of).orElse(null), Subgraph.of(body), kept);
    }
  }

  private Loop(Layout layout, Subgraph condition, Subgraph body, boolean[] kept) {
    this.layout = layout;
    this.condition = condition;
    this.body = body;
    this.kept = kept;
    this.rules =
        new LoopRules(layout, condition == null ? null : condition.graph(), body.graph(), kept);
    rules.requireParts();
    this.conditionPlan =
        condition == null
            ? null
            : ExecutionPlan.of(GraphReport.optimise(condition.graph()).graph());
    this.bodyPlan = ExecutionPlan.of(GraphReport.optimise(trimmed()).graph());
    rules.requireSteady();
  }

  /**
   * Applies a loop.
   *
   * @param condition graph from the carried tensors and those that all iterations use to a bool;
   *     null if tensors are sliced
   * @param body graph from the carried tensors, the slices and the tensors that all iterations use
   *     to the next carried tensors and those that are stacked
   */
  static Tensor[] apply(Layout layout, Subgraph condition, Subgraph body, List<Tensor> inputs) {
    List<Integer> carried = IntStream.range(0, layout.carried).boxed().toList();
    Subgraph extended = body.withOutputs(carried, body.residuals());
    boolean[] kept = new boolean[extended.graph().outputs().size()];
    Arrays.fill(kept, true);
    return new Loop(layout, condition, extended, kept).apply(inputs.toArray(Tensor[]::new));
  }

  /** Returns the body with only the outputs that are kept. */
  private Graph trimmed() {
    Graph graph = body.graph();
    List<Tensor> outputs =
        IntStream.range(0, kept.length)
            .filter(i -> kept[i])
            .mapToObj(graph.outputs()::get)
            .toList();
    return new Graph(graph.inputs(), graph.nodes(), outputs);
  }

  /** Returns this loop without stacked outputs that are not used. */
  Loop without(boolean... unused) {
    boolean[] fewer = kept.clone();
    int at = 0;
    for (int i = 0; i < fewer.length; i++) {
      fewer[i] = kept[i] && !unused[at++];
    }
    return new Loop(layout, condition, body, fewer);
  }

  /** Returns this loop with all stacked outputs. */
  Loop complete() {
    boolean[] all = new boolean[kept.length];
    Arrays.fill(all, true);
    return Arrays.equals(all, kept) ? this : new Loop(layout, condition, body, all);
  }

  @Override
  public String name() {
    return layout.name;
  }

  @Override
  public Definition definition() {
    return new Parts(
        layout, Optional.ofNullable(condition).map(Subgraph::graph), body.graph(), kept);
  }

  @Override
  public Effect effect() {
    Effect ofBody = body.effect();
    return condition != null && condition.effect().compareTo(ofBody) > 0
        ? condition.effect()
        : ofBody;
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    rules.requireFitting(inputs);
    long count = condition == null ? rules.slices(inputs) : Shape.UNKNOWN;
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < layout.carried; i++) {
      specs.add(body.graph().inputs().get(i).spec());
    }
    for (int i = layout.carried; i < kept.length; i++) {
      if (kept[i]) {
        TensorSpec each = body.graph().outputs().get(i).spec();
        specs.add(new TensorSpec(each.dtype(), Shape.of(count).concat(each.shape().toArray())));
      }
    }
    return specs.toArray(TensorSpec[]::new);
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    long count = condition == null ? inputs[layout.carried].shape().size(0) : Long.MAX_VALUE;
    int fixed = layout.carried + layout.sliced;
    Tensor[] arguments = inputs.clone();
    List<List<EagerTensor>> given = new ArrayList<>();
    for (int i = layout.carried; i < outputs.length; i++) {
      given.add(new ArrayList<>());
    }
    Set<Storage> held = new HashSet<>();
    try (Scope scope = new Scope()) {
      for (long step = 0; step < count && holds(arguments, fixed, scope); step++) {
        long slice = layout.reverse ? count - 1 - step : step;
        for (int i = layout.carried; i < fixed; i++) {
          arguments[i] = slice(inputs[i], slice);
        }
        Tensor[] made = bodyPlan.run(arguments);
        requireSame(arguments, made);
        for (int i = 0; i < given.size(); i++) {
          EagerTensor each = (EagerTensor) made[layout.carried + i];
          given.get(i).add(each);
          held.add(each.sharedStorage());
        }
        for (int i = 0; i < layout.carried; i++) {
          release((EagerTensor) arguments[i], made, held, scope);
          arguments[i] = made[i];
        }
      }
      EagerTensor[] results = new EagerTensor[outputs.length];
      for (int i = 0; i < results.length; i++) {
        results[i] =
            i < layout.carried
                ? ((EagerTensor) arguments[i]).alias()
                : stack(outputs[i], given.get(i - layout.carried));
        scope.keep(results[i]);
      }
      return results;
    }
  }

  /** Checks that carried tensors keep their sizes, also those that are unknown in the graph. */
  private void requireSame(Tensor[] carried, Tensor... made) {
    for (int i = 0; i < layout.carried; i++) {
      if (!made[i].spec().equals(carried[i].spec())) {
        throw LoopRules.unsteady(layout.name, specs(carried), specs(made));
      }
    }
  }

  private List<TensorSpec> specs(Tensor... tensors) {
    return Arrays.stream(tensors).limit(layout.carried).map(Tensor::spec).toList();
  }

  /** Frees a tensor that was carried into an iteration, unless a result shares its memory. */
  private static void release(EagerTensor carried, Tensor[] made, Set<Storage> held, Scope scope) {
    if (held.contains(carried.sharedStorage())) {
      return;
    }
    for (Tensor tensor : made) {
      if (carried.sharesMemoryWith((EagerTensor) tensor)) {
        return;
      }
    }
    scope.release(carried);
  }

  private boolean holds(Tensor[] arguments, int fixed, Scope scope) {
    if (conditionPlan == null) {
      return true;
    }
    Tensor[] taken = new Tensor[arguments.length - layout.sliced];
    System.arraycopy(arguments, 0, taken, 0, layout.carried);
    System.arraycopy(arguments, fixed, taken, layout.carried, arguments.length - fixed);
    EagerTensor test = (EagerTensor) conditionPlan.run(taken)[0];
    boolean holds = test.toBoolean();
    if (Arrays.stream(taken).noneMatch(t -> test.sharesMemoryWith((EagerTensor) t))) {
      scope.release(test);
    }
    return holds;
  }

  private static EagerTensor slice(EagerTensor whole, long index) {
    long[] strides = whole.strides();
    return whole.view(
        whole.shape().slice(1, whole.shape().rank()),
        Arrays.copyOfRange(strides, 1, strides.length),
        whole.offset() + index * strides[0]);
  }

  private EagerTensor stack(TensorSpec spec, List<EagerTensor> given) {
    Shape each =
        given.isEmpty() ? spec.shape().slice(1, spec.shape().rank()) : given.getFirst().shape();
    long[] sizes = Arrays.stream(each.toArray()).map(size -> Math.max(size, 0)).toArray();
    EagerTensor all =
        EagerTensor.allocate(new TensorSpec(spec.dtype(), Shape.of(given.size()).concat(sizes)));
    for (int i = 0; i < given.size(); i++) {
      if (!given.get(i).shape().equals(each)) {
        throw Refusal.of(
            layout.name,
            "needs outputs of one shape from all iterations, " + each,
            given.get(i).shape(),
            "pad them to one shape");
      }
      int at = layout.reverse ? given.size() - 1 - i : i;
      Elements.copy(given.get(i), slice(all, at));
    }
    return all;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    Loop complete = complete();
    if (complete == this) {
      return LoopGradient.of(this, call, upstream);
    }
    if (effect() == Effect.WRITE) {
      throw new IllegalStateException(
          name()
              + ": has no gradient, since its graph was optimised and, having effects, cannot run again;"
              + " differentiate the traced function itself");
    }
    Tensor[] outputs = complete.apply(call.inputs());
    Tensor[] ofAll = new Tensor[outputs.length];
    int at = 0;
    for (int i = 0; i < kept.length; i++) {
      ofAll[i] = kept[i] ? upstream[at++] : null;
    }
    return LoopGradient.of(
        complete, new Call(complete, call.inputs(), outputs, call.needed()), ofAll);
  }

  Layout layout() {
    return layout;
  }

  @Override
  public List<Graph> graphs() {
    return condition == null ? List.of(body.graph()) : List.of(condition.graph(), body.graph());
  }

  Subgraph body() {
    return body;
  }
}
