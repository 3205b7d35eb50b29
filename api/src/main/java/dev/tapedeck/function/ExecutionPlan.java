package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The executable form of a graph: numbered values, and a block of memory in which intermediate
 * values have fixed offsets.
 *
 * <p>Several threads may run it at once, each with memory of its own, which later runs reuse. Tapes
 * do not record the ops that it runs.
 */
public final class ExecutionPlan {
  private final TensorSpec[] parameters;
  private final Step[] steps;

  /** The chains, each at the place of its first step. */
  private final ChainSteps[] chains;

  private final int[] outputs;
  private final EagerTensor[] constants;
  private final MemoryPlan arena;
  private final Queue<Frame> idle = new ConcurrentLinkedQueue<>();

  /**
   * A call, with its inputs and outputs as numbers of values.
   *
   * @param direct the op, if it writes its output into given memory; else null
   * @param specs types and shapes of the outputs, as far as the graph knows them
   * @param open whether sizes depend on the run, so that the op checks and infers them again
   * @param ends values outside the block that are used here for the last time
   */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  record Step(
      Node node,
      SimpleOp direct,
      TensorSpec[] specs,
      boolean open,
      int[] in,
      int[] out,
      int[] ends) {
    Step endingWith(int... values) {
      return new Step(node, direct, specs, open, in, out, values);
    }
  }

  private ExecutionPlan(
      TensorSpec[] parameters,
      Step[] steps,
      ChainSteps[] chains,
      int[] outputs,
      EagerTensor[] constants,
      MemoryPlan arena) {
    this.parameters = parameters;
    this.steps = steps;
    this.chains = chains;
    this.outputs = outputs;
    this.constants = constants;
    this.arena = arena;
  }

  /** Prepares a graph. */
  public static ExecutionPlan of(Graph graph) {
    Map<Tensor, Integer> numbers = new HashMap<>();
    List<EagerTensor> constants = new ArrayList<>();
    graph.inputs().forEach(input -> number(input, numbers, constants));
    List<Step> steps = new ArrayList<>();
    ImageChain.Order order = ImageChain.in(graph.nodes());
    for (Node node : order.nodes()) {
      int[] in = numbers(node.inputs(), numbers, constants);
      int[] out = numbers(node.outputs(), numbers, constants);
      TensorSpec[] specs =
          node.outputs().stream().map(SymbolicTensor::spec).toArray(TensorSpec[]::new);
      boolean known = node.outputs().stream().allMatch(o -> o.shape().isKnown());
      boolean open = !node.inputs().stream().allMatch(i -> i.shape().isKnown());
      SimpleOp direct = known && node.op() instanceof SimpleOp op ? op : null;
      steps.add(new Step(node, direct, specs, open || !known, in, out, new int[0]));
    }
    int[] outputs = numbers(graph.outputs(), numbers, constants);
    MemoryPlan arena = MemoryPlan.of(steps, order.ends(), outputs, constants.size());
    ChainSteps[] chains = new ChainSteps[steps.size()];
    order
        .ends()
        .forEach(
            (first, end) -> {
              boolean[] local = new boolean[end - first];
              for (int i = first; i < end; i++) {
                local[i - first] = arena.isLocal(i, steps.get(i));
              }
              chains[first] = new ChainSteps(steps.subList(first, end).toArray(Step[]::new), local);
            });
    return new ExecutionPlan(
        graph.inputs().stream().map(SymbolicTensor::spec).toArray(TensorSpec[]::new),
        arena.withEnds(steps),
        chains,
        outputs,
        constants.toArray(EagerTensor[]::new),
        arena);
  }

  private static int[] numbers(
      List<? extends Tensor> tensors, Map<Tensor, Integer> numbers, List<EagerTensor> constants) {
    return tensors.stream().mapToInt(tensor -> number(tensor, numbers, constants)).toArray();
  }

  private static int number(
      Tensor tensor, Map<Tensor, Integer> numbers, List<EagerTensor> constants) {
    Integer known = numbers.get(tensor);
    if (known == null) {
      known = numbers.size();
      numbers.put(tensor, known);
      constants.add(tensor instanceof EagerTensor constant ? constant : null);
    }
    return known;
  }

  /** Returns the memory of the intermediate values, of which each thread has a block. */
  GraphReport.Buffers buffers() {
    return arena.buffers();
  }

  /**
   * Computes the outputs.
   *
   * @throws IllegalArgumentException if the arguments do not fit the graph's inputs, or sizes that
   *     the graph leaves open do not fit each other
   */
  public Tensor[] run(Tensor... values) {
    requireFitting(values);
    Frame frame = idle.poll();
    if (frame == null) {
      frame = new Frame();
    }
    try (Scope scope = new Scope()) {
      EagerTensor[] slots = frame.slots;
      for (int i = 0; i < parameters.length; i++) {
        slots[i] = (EagerTensor) values[i];
      }
      int at = 0;
      try {
        while (at < steps.length) {
          if (chains[at] == null) {
            run(steps[at], frame.inferences[at], frame.operands[at], slots);
            end(steps[at++], slots, scope);
          } else {
            chains[at].run(slots);
            for (int i = chains[at].count(); i > 0; i--) {
              end(steps[at++], slots, scope);
            }
          }
        }
      } catch (RuntimeException e) {
        throw steps[at].node.named(e);
      }
      Tensor[] results = new Tensor[outputs.length];
      for (int i = 0; i < results.length; i++) {
        results[i] = scope.keep(slots[outputs[i]]);
      }
      return results;
    } finally {
      frame.clear();
      idle.offer(frame);
    }
  }

  private void requireFitting(Tensor... values) {
    boolean fit = values.length == parameters.length;
    for (int i = 0; fit && i < values.length; i++) {
      fit = values[i].spec().fits(parameters[i]);
    }
    if (!fit) {
      throw Refusal.of(
          "graph",
          "needs " + Arrays.toString(parameters),
          Arrays.stream(values).map(Tensor::spec).toList(),
          "trace again for it");
    }
  }

  /**
   * Computes the outputs as those of an op: none is the same object as an input or another output,
   * since tapes compare tensors by identity.
   */
  EagerTensor[] execute(EagerTensor... values) {
    Tensor[] made = run(values);
    EagerTensor[] results = new EagerTensor[made.length];
    for (int i = 0; i < made.length; i++) {
      EagerTensor result = (EagerTensor) made[i];
      boolean known = outputs[i] < parameters.length;
      for (int j = 0; j < i; j++) {
        known |= outputs[j] == outputs[i];
      }
      results[i] = known ? result.alias() : result;
    }
    return results;
  }

  private void run(Step step, Inference inference, EagerTensor[] in, EagerTensor... slots) {
    for (int i = 0; i < in.length; i++) {
      in[i] = slots[step.in[i]];
    }
    TensorSpec[] specs = inference == null ? step.specs : inference.of(in);
    int stale = Dispatch.stale(in);
    Kernels kernels = Kernels.forOperands(in);
    if (step.direct != null) {
      int to = step.out[0];
      EagerTensor output = slots[to];
      if (output == null) {
        output = EagerTensor.allocate(specs[0]);
        slots[to] = output;
      }
      if (output.shape().count() > 0) {
        step.direct.executeInto(kernels, output, in);
      }
    } else {
      EagerTensor[] made = step.node.op().execute(kernels, specs, in);
      for (int i = 0; i < made.length; i++) {
        // Later steps are planned for the graph's specs, which a custom op may not keep.
        requireFitting(step.node, made[i].spec(), step.specs[i]);
        slots[step.out[i]] = made[i];
      }
    }
    Dispatch.requireUnchanged(step.node.op(), stale, in);
  }

  private static void end(Step step, EagerTensor[] slots, Scope scope) {
    for (int ended : step.ends) {
      EagerTensor value = slots[ended];
      if (value != null) {
        scope.release(value);
      }
    }
  }

  private static void requireFitting(Node node, TensorSpec made, TensorSpec planned) {
    if (!made.fits(planned)) {
      throw new IllegalStateException(
          node.op().name()
              + ": returned "
              + made
              + " where the graph was traced with "
              + planned
              + "; what infer returns must hold for every input that it accepts");
    }
  }

  /** The output specs of an op whose input sizes vary, inferred again when a size changes. */
  private static final class Inference {
    private final Step step;
    private final TensorSpec[] inputs;
    private TensorSpec[] outputs;

    Inference(Step step) {
      this.step = step;
      this.inputs = new TensorSpec[step.in.length];
    }

    TensorSpec[] of(EagerTensor... in) {
      boolean same = outputs != null;
      for (int i = 0; i < in.length; i++) {
        TensorSpec spec = in[i].spec();
        same &= spec.equals(inputs[i]);
        inputs[i] = spec;
      }
      if (!same) {
        outputs = null; // the op may refuse
        TensorSpec[] inferred = step.node.op().infer(inputs.clone());
        for (int i = 0; i < inferred.length; i++) {
          requireFitting(step.node, inferred[i], step.specs[i]);
        }
        outputs = inferred;
      }
      return outputs;
    }
  }

  /** The memory of a run. */
  private final class Frame {
    private final EagerTensor[] slots = constants.clone();
    private final EagerTensor[][] operands = new EagerTensor[steps.length][];
    private final Inference[] inferences = new Inference[steps.length];
    private final boolean[] lasting = new boolean[slots.length];

    Frame() {
      arena.place(steps, slots);
      for (int i = 0; i < slots.length; i++) {
        lasting[i] = slots[i] != null;
      }
      for (int i = 0; i < steps.length; i++) {
        operands[i] = new EagerTensor[steps[i].in.length];
        inferences[i] = steps[i].open ? new Inference(steps[i]) : null;
      }
    }

    /** Clears the values of the run, which may be large. */
    void clear() {
      for (int i = 0; i < slots.length; i++) {
        if (!lasting[i]) {
          slots[i] = null;
        }
      }
      for (EagerTensor[] some : operands) {
        Arrays.fill(some, null);
      }
    }
  }
}
