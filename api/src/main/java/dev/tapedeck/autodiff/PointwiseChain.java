package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A chain of pointwise calls, each applied to the result of the one before, whose gradients are
 * computed by one formula, so that those in between are not stored. The formula applies the same
 * primitives, so the numbers are the same.
 *
 * @param calls the calls, the first one first; each needs the gradient of one tensor
 */
record PointwiseChain(List<Call> calls) {
  private static final int MOST_CALLS = 8;
  private static final int MOST_TENSORS = 8;
  private static final int MOST_PRIMITIVES = 48;

  /** The number of formulas that are kept, those used last. */
  private static final int KEPT = 256;

  private static final Map<Key, Optional<Gradient>> KNOWN =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Optional<Gradient>> eldest) {
              return size() > KEPT;
            }
          });

  /**
   * What chains of one formula have in common.
   *
   * @param wiring for each call, the numbers of its inputs and output, and which gradient it needs
   */
  private record Key(List<Object> ops, List<Integer> wiring, List<DType> types) {}

  /** The op that computes a gradient, and the numbers of the tensors that it takes. */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Gradient(Pointwise op, int[] from) {}

  /**
   * Returns the gradient for the first call's input, computed from that of the last one's output;
   * null if the last call is no part of a chain, or no formula is small enough.
   *
   * @param all recorded calls, of which the last ones may be a chain
   * @param isLink whether the calls of a chain alone use a tensor
   */
  static PointwiseChain ending(List<Call> all, Predicate<Tensor> isLink) {
    int end = all.size();
    int first = end - 1;
    if (!isPart(all.get(first))) {
      return null;
    }
    while (first > Math.max(end - MOST_CALLS, 0)
        && isBefore(all.get(first - 1), all.get(first), isLink)) {
      first--;
    }
    for (int length = end - first; length > 1; length /= 2) {
      PointwiseChain chain = new PointwiseChain(List.copyOf(all.subList(end - length, end)));
      if (chain.gradient(chain.tensors(chain.output())).isPresent()) {
        return chain;
      }
    }
    return null;
  }

  private static boolean isBefore(Call call, Call next, Predicate<Tensor> isLink) {
    return isPart(call) && call.output().equals(input(next)) && isLink.test(call.output());
  }

  /**
   * Returns whether a call needs the gradient of one tensor, of the type and shape of its result.
   */
  private static boolean isPart(Call call) {
    if (!(call.op() instanceof Pointwise) || !(call.output() instanceof EagerTensor)) {
      return false;
    }
    TensorSpec spec = call.output().spec();
    Tensor input = input(call);
    for (int i = 0; i < call.inputs().length; i++) {
      if (call.needs(i) && !call.input(i).equals(input)) {
        return false;
      }
    }
    return (spec.dtype() == DType.FLOAT32 || spec.dtype() == DType.FLOAT64)
        && input.spec().equals(spec);
  }

  /** Returns the tensor whose gradient a call needs. */
  private static Tensor input(Call call) {
    int needed = 0;
    while (!call.needs(needed)) {
      needed++;
    }
    return call.input(needed);
  }

  /** Returns the tensor whose gradient is computed. */
  Tensor input() {
    return input(calls.getFirst());
  }

  /** Returns the tensor from whose gradient it is. */
  Tensor output() {
    return calls.getLast().output();
  }

  /** Computes the gradient of the input. */
  Tensor gradient(Tensor upstream) {
    List<Tensor> tensors = tensors(upstream);
    Gradient gradient = gradient(tensors).orElseThrow();
    return gradient.op.applyTo(
        Arrays.stream(gradient.from).mapToObj(tensors::get).toArray(Tensor[]::new));
  }

  /** Returns what the gradient may be computed from, the output's gradient first. */
  private List<Tensor> tensors(Tensor upstream) {
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(upstream);
    for (Call call : calls) {
      for (Tensor input : call.inputs()) {
        number(input, tensors);
      }
      number(call.output(), tensors);
    }
    return tensors;
  }

  /** Returns the number of an input or output, which is not 0 for one that is the gradient, too. */
  private static int number(Tensor tensor, List<Tensor> tensors) {
    for (int i = 1; i < tensors.size(); i++) {
      if (tensors.get(i).equals(tensor)) {
        return i;
      }
    }
    tensors.add(tensor);
    return tensors.size() - 1;
  }

  private Optional<Gradient> gradient(List<Tensor> tensors) {
    List<Integer> wiring = new ArrayList<>();
    for (Call call : calls) {
      for (int i = 0; i < call.inputs().length; i++) {
        wiring.add(
            call.needs(i) ? -number(call.input(i), tensors) : number(call.input(i), tensors));
      }
      wiring.add(number(call.output(), tensors));
    }
    List<Object> ops = new ArrayList<>();
    calls.forEach(call -> ops.add(call.op()));
    List<DType> types = tensors.stream().map(Tensor::dtype).toList();
    return KNOWN.computeIfAbsent(new Key(ops, wiring, types), _ -> made(tensors, types));
  }

  private Optional<Gradient> made(List<Tensor> tensors, List<DType> types) {
    Expr gradient = new Expr.Input(0);
    for (Call call : calls.reversed()) {
      gradient = gradient(call, tensors, gradient);
      if (gradient == null) {
        return Optional.empty();
      }
    }
    String name = calls.stream().map(call -> call.op().name()).collect(Collectors.joining("_"));
    Formula formula = new Formula(name + "/gradient", tensors.size(), gradient);
    int[] from = formula.inputs();
    boolean fits =
        from.length <= MOST_TENSORS
            && gradient.nodes().size() <= MOST_PRIMITIVES
            && formula.type(types).equals(Optional.of(input().dtype()));
    return fits
        ? Optional.of(new Gradient(Pointwise.group(formula.compact()), from))
        : Optional.empty();
  }

  /** Returns the gradient of a call's input; null if the result does not depend on it. */
  private static Expr gradient(Call call, List<Tensor> tensors, Expr upstream) {
    int arity = call.inputs().length;
    Expr[] values = new Expr[arity + 2];
    for (int i = 0; i < arity; i++) {
      values[i] = new Expr.Input(number(call.input(i), tensors));
    }
    values[arity] = new Expr.Input(number(call.output(), tensors));
    values[arity + 1] = upstream;
    Expr sum = null;
    for (int i = 0; i < arity; i++) {
      Expr part = call.needs(i) ? ((Pointwise) call.op()).gradient(i, values) : null;
      sum = sum == null || part == null ? (part == null ? sum : part) : sum.plus(part);
    }
    return sum;
  }
}
