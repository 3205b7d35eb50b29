package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.MatchShape;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Storage;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A backward pass through recorded calls: reverse-mode differentiation. */
final class Backward {
  private static final Pointwise SUM = Pointwise.numeric(Formula.of("add", (x, y) -> x.plus(y)));

  private final Map<Tensor, Tensor> gradients = new HashMap<>();
  private final Set<Tensor> sources;

  /** The tensors that depend on the sources; null if all recorded calls do. */
  private final Set<Tensor> wanted;

  /** The calls whose outputs had no gradient, later ones first. */
  private final List<Call> skipped = new ArrayList<>();

  /**
   * The owner of the tensors that this pass makes; null where an outer tape or a graph uses them
   * too.
   */
  private final Scope scope;

  /** The storages that more than one gradient uses. */
  private final Set<Storage> shared = new HashSet<>();

  /** The names of ops without a gradient for an input, by that input. */
  private final Map<Tensor, String> deadEnds = new HashMap<>();

  /**
   * Prepares a pass.
   *
   * @param roots watched tensors, and values read from watched variables
   * @param sources tensors whose gradients are computed
   */
  Backward(List<Call> calls, Set<Tensor> roots, Collection<Tensor> sources, Scope scope) {
    this.sources = new HashSet<>(sources);
    this.scope = scope;
    // Training asks for the gradients of all that is watched, which needs every recorded call.
    this.wanted = this.sources.containsAll(roots) ? null : reached(sources, calls);
  }

  /** Adds the output gradient of a target. */
  void seed(Tensor target, Tensor gradient) {
    if (wanted == null || wanted.contains(target)) {
      if (gradient instanceof EagerTensor eager) {
        shared.add(eager.storage());
      }
      gradients.merge(target, gradient, Tensor::add);
    }
  }

  /**
   * Goes through the calls from the last to the first.
   *
   * @param consuming whether each call is removed after its turn, so that its tensors can be freed
   */
  void run(List<Call> calls, boolean consuming) {
    int left = calls.size();
    while (left > 0) {
      left -= pass(calls.subList(0, left));
      if (consuming) {
        calls.subList(left, calls.size()).clear();
      }
    }
  }

  /** Applies the chain rule to the last of some calls, and returns to how many. */
  private int pass(List<Call> calls) {
    // What an outer tape or a graph uses is computed call by call.
    boolean fuses = scope != null && wanted == null && gradients.containsKey(last(calls));
    PointwiseChain chain = fuses ? PointwiseChain.ending(calls, this::isLink) : null;
    if (chain != null) {
      Tensor upstream = upstream(chain.output());
      add(chain.input(), chain.gradient(upstream));
      release(chain.output(), upstream);
      return chain.calls().size();
    }
    Call call = calls.getLast();
    if (!pass(wanted == null ? call : restricted(call))) {
      skipped.add(call);
    }
    return 1;
  }

  private static Tensor last(List<Call> calls) {
    return calls.getLast().outputs()[0];
  }

  /** Returns whether the gradient of a tensor has one term, and only the next call needs it. */
  private boolean isLink(Tensor tensor) {
    return !sources.contains(tensor) && !gradients.containsKey(tensor);
  }

  private Tensor upstream(Tensor output) {
    return sources.contains(output) ? gradients.get(output) : gradients.remove(output);
  }

  private void release(Tensor output, Tensor upstream) {
    if (!sources.contains(output) && isOurs(upstream)) {
      upstream.release();
    }
  }

  private Call restricted(Call call) {
    boolean[] needed = call.needed().clone();
    for (int i = 0; i < needed.length; i++) {
      needed[i] &= wanted.contains(call.input(i));
    }
    return new Call(call.op(), call.inputs(), call.outputs(), needed);
  }

  /** Returns the gradient of a source, summed over its tensors; null if there is none. */
  Tensor gradient(List<Tensor> source) {
    return source.stream()
        .map(gradients::get)
        .filter(Objects::nonNull)
        .reduce(Tensor::add)
        .orElse(null);
  }

  /** Returns why a source has no gradient: the op at which the chain of derivatives breaks. */
  String reason(List<Tensor> source) {
    Set<Tensor> reached = reached(source, skipped.reversed());
    for (Tensor tensor : reached) {
      if (deadEnds.containsKey(tensor)) {
        return "the chain breaks at " + deadEnds.get(tensor) + ", which has no gradient";
      }
    }
    for (Call call : skipped.reversed()) {
      DType result = call.outputs()[0].dtype();
      if (!result.isFloating() && isReached(call, reached)) {
        String op = call.op().name();
        return "the chain breaks at " + op + ", which has no gradient: its result is " + result;
      }
    }
    return "nothing that was computed from it reaches the loss";
  }

  /** Applies the chain rule to a call, and returns whether its outputs had a gradient. */
  private boolean pass(Call call) {
    Tensor[] upstream = new Tensor[call.outputs().length];
    boolean any = false;
    for (int i = 0; i < upstream.length; i++) {
      upstream[i] = upstream(call.outputs()[i]);
      any |= upstream[i] != null;
    }
    if (!any) {
      return false;
    }
    Tensor[] toInputs = gradient(call, upstream);
    markShared(toInputs, upstream);
    for (int i = 0; i < toInputs.length; i++) {
      if (call.needs(i) && toInputs[i] == null) {
        deadEnds.put(call.input(i), call.op().name());
      } else if (call.needs(i)) {
        add(call.input(i), MatchShape.of(toInputs[i], call.input(i)));
      }
    }
    for (int i = 0; i < upstream.length; i++) {
      release(call.outputs()[i], upstream[i]);
    }
    return true;
  }

  private static Tensor[] gradient(Call call, Tensor... upstream) {
    Dispatch.differentiating(call);
    try {
      return call.op().gradient(call, upstream);
    } catch (IllegalArgumentException e) { // refused by an op that the user did not call
      String op = call.op().name();
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(op)
          ? e
          : Errors.withMessage(e, "gradient of " + op + ": " + message);
    } finally {
      Dispatch.differentiating(null);
    }
  }

  private void markShared(Tensor[] toInputs, Tensor[] upstream) {
    for (int i = 0; i < toInputs.length; i++) {
      for (Tensor other : upstream) {
        markShared(toInputs[i], other);
      }
      for (int j = 0; j < i; j++) {
        markShared(toInputs[i], toInputs[j]);
      }
    }
  }

  private void markShared(Tensor one, Tensor other) {
    if (scope != null
        && one instanceof EagerTensor a
        && other instanceof EagerTensor b
        && a.storage().equals(b.storage())) {
      shared.add(a.storage());
    }
  }

  /** Returns whether only this pass uses a tensor's memory. */
  private boolean isOurs(Tensor tensor) {
    return scope != null
        && tensor instanceof EagerTensor eager
        && eager.shape().count() > 0
        && scope.owns(eager)
        && !shared.contains(eager.storage());
  }

  private void add(Tensor input, Tensor gradient) {
    Tensor present = gradients.get(input);
    if (present == null) {
      gradients.put(input, gradient);
    } else if (isOurs(present) && ((EagerTensor) present).isContiguous()) {
      gradients.put(input, SUM.applyInPlace((EagerTensor) present, gradient));
    } else {
      gradients.put(input, present.add(gradient));
    }
  }

  /** Returns the sources, and the outputs of calls that depend on them. */
  private static Set<Tensor> reached(Collection<Tensor> sources, List<Call> calls) {
    Set<Tensor> reached = new HashSet<>(sources);
    for (Call call : calls) {
      if (isReached(call, reached)) {
        Collections.addAll(reached, call.outputs());
      }
    }
    return reached;
  }

  private static boolean isReached(Call call, Set<Tensor> reached) {
    for (int i = 0; i < call.inputs().length; i++) {
      if (call.needs(i) && reached.contains(call.input(i))) {
        return true;
      }
    }
    return false;
  }
}
