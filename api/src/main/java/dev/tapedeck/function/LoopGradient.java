package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The gradient of a loop: a loop over its iterations in reverse order (backpropagation through
 * time).
 *
 * <p>It carries the gradients of the carried tensors, and the sums of the gradients of the tensors
 * that all iterations use. It slices the tensors carried into each iteration, the body's residuals,
 * the loop's sliced inputs, and the gradients of its stacked outputs; it stacks the gradients of
 * the sliced inputs.
 */
final class LoopGradient {
  private final Loop loop;
  private final Call call;
  private final Tensor[] upstream;

  /** The indices of the carried tensors that have gradients. */
  private final List<Integer> carried;

  /** The indices of the sliced inputs whose gradients are needed. */
  private final List<Integer> sliced;

  /** The indices of the inputs that all iterations use and whose gradients are needed. */
  private final List<Integer> common;

  /** The indices of the stacked outputs that have an upstream gradient. */
  private final List<Integer> stacked;

  private LoopGradient(Loop loop, Call call, Tensor... upstream) {
    this.loop = loop;
    this.call = call;
    this.upstream = upstream;
    this.carried = numbers(0, firstSlice(), i -> call.input(i).dtype().isFloating());
    this.sliced = numbers(firstSlice(), firstCommon(), call::needs);
    this.common = numbers(firstCommon(), call.inputs().length, call::needs);
    this.stacked = numbers(firstSlice(), upstream.length, i -> upstream[i] != null);
  }

  private static List<Integer> numbers(int from, int to, IntPredicate which) {
    return IntStream.range(from, to).filter(which).boxed().toList();
  }

  private int firstSlice() {
    return loop.layout().carried();
  }

  private int firstCommon() {
    return loop.layout().carried() + loop.layout().sliced();
  }

  /** Returns the gradients of a loop's inputs, with null where there is none. */
  static Tensor[] of(Loop loop, Call call, Tensor... upstream) {
    return new LoopGradient(loop, call, upstream).gradients();
  }

  private Tensor[] gradients() {
    List<Tensor> sums = initialSums();
    List<Tensor> slices = slices();
    List<Tensor> inputs = new ArrayList<>(sums);
    inputs.addAll(slices);
    inputs.addAll(Arrays.asList(call.inputs()).subList(firstCommon(), call.inputs().length));
    List<TensorSpec> parameters = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec spec = inputs.get(i).spec();
      boolean slice = i >= sums.size() && i < sums.size() + slices.size();
      parameters.add(slice ? LoopRules.sliceOf(spec) : spec);
    }
    Graph body = body();
    Subgraph.Traced backwards =
        Subgraph.trace(
            "gradient",
            new Tracer(Tracer.UNREADABLE),
            parameters,
            in -> iteration(body, sums.size(), slices.size(), in));
    inputs.addAll(backwards.captures());
    Loop.Layout layout =
        new Loop.Layout(
            loop.name() + "Gradient", sums.size(), slices.size(), !loop.layout().reverse());
    Tensor[] found = Loop.apply(layout, null, backwards.part(), inputs);
    Tensor[] gradients = new Tensor[call.inputs().length];
    int at = 0;
    for (int input : wanted()) {
      gradients[input] = found[at++];
    }
    return gradients;
  }

  /** Returns the indices of the inputs that the body's gradient is for, in its order. */
  private List<Integer> wanted() {
    List<Integer> wanted = new ArrayList<>(carried);
    wanted.addAll(common);
    wanted.addAll(sliced);
    return wanted;
  }

  /** Returns the body's gradient graph, from the gradients of its carried and stacked outputs. */
  private Graph body() {
    List<Integer> given = new ArrayList<>(carried);
    given.addAll(stacked);
    return loop.body().gradientOrZeros(wanted(), given);
  }

  /**
   * Returns the first carried tensors: the gradients of the carried outputs, and sums that are
   * still 0.
   */
  private List<Tensor> initialSums() {
    List<Tensor> sums = new ArrayList<>();
    for (int i : carried) {
      sums.add(Objects.requireNonNullElseGet(upstream[i], () -> zeros(call.outputs()[i])));
    }
    common.forEach(i -> sums.add(zeros(call.input(i))));
    return sums;
  }

  private static Tensor zeros(Tensor like) {
    return Creation.zerosLike(like);
  }

  /** Returns the sliced tensors, in the order that the class describes. */
  private List<Tensor> slices() {
    int kept = firstSlice() + loop.body().residuals().size();
    int outputs = call.outputs().length;
    List<Tensor> slices =
        new ArrayList<>(Arrays.asList(call.outputs()).subList(outputs - kept, outputs));
    slices.addAll(Arrays.asList(call.inputs()).subList(firstSlice(), firstCommon()));
    stacked.forEach(i -> slices.add(upstream[i]));
    return slices;
  }

  /** Returns the next sums, and the gradients of the slices, of one iteration. */
  private List<Tensor> iteration(Graph body, int sums, int slices, List<Tensor> in) {
    int residuals = sums + firstSlice();
    int taken = residuals + loop.body().residuals().size();
    int ups = sums + slices - stacked.size();
    List<Tensor> arguments = new ArrayList<>(in.subList(sums, residuals));
    arguments.addAll(in.subList(taken, ups));
    arguments.addAll(in.subList(sums + slices, in.size()));
    arguments.addAll(in.subList(residuals, taken));
    arguments.addAll(in.subList(0, carried.size()));
    arguments.addAll(in.subList(ups, sums + slices));
    List<Tensor> found = new ArrayList<>(body.run(arguments.toArray(Tensor[]::new)));
    for (int i = carried.size(); i < sums; i++) {
      found.set(i, in.get(i).add(found.get(i)));
    }
    return found;
  }
}
