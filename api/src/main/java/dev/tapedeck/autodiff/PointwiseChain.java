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
 * @param values their inputs and outputs, numbered from 1
 */
record PointwiseChain(List<Call> calls, List<Tensor> values, Gradient gradient) {
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

  /**
   * The op that computes a gradient.
   *
   * @param from the numbers of the values that it takes; 0 is the gradient of the output
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Gradient(Pointwise op, int[] from) {}

  /**
   * Returns the chain that some calls end with; null if their last one is no part of one, or no
   * formula is small enough.
   *
   * @param all recorded calls
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
      PointwiseChain chain = of(List.copyOf(all.subList(end - length, end)));
      if (chain != null) {
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

  /** Computes the gradient of the input from that of the output. */
  Tensor gradient(Tensor upstream) {
    return gradient.op.applyTo(
        Arrays.stream(gradient.from)
            .mapToObj(number -> number == 0 ? upstream : values.get(number - 1))
            .toArray(Tensor[]::new));
  }

  /** Returns a chain of calls; null if it has no formula. */
  private static PointwiseChain of(List<Call> calls) {
    List<Tensor> values = new ArrayList<>();
    List<Object> ops = new ArrayList<>();
    List<Integer> wiring = new ArrayList<>();
    for (Call call : calls) {
      ops.add(call.op());
      for (int i = 0; i < call.inputs().length; i++) {
        int number = number(call.input(i), values);
        wiring.add(call.needs(i) ? -number : number);
      }
      wiring.add(number(call.output(), values));
    }
    List<DType> types = values.stream().map(Tensor::dtype).toList();
    return KNOWN
        .computeIfAbsent(new Key(ops, wiring, types), _ -> made(calls, values))
        .map(gradient -> new PointwiseChain(calls, values, gradient))
        .orElse(null);
  }

  /** Returns the number of a value, which is added if it has none. */
  private static int number(Tensor value, List<Tensor> values) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).equals(value)) {
        return i + 1;
      }
    }
    values.add(value);
    return values.size();
  }

  private static Optional<Gradient> made(List<Call> calls, List<Tensor> values) {
    Expr gradient = new Expr.Input(0);
    for (Call call : calls.reversed()) {
      gradient = gradient(call, values, gradient);
      if (gradient == null) {
        return Optional.empty();
      }
    }
    String name = calls.stream().map(call -> call.op().name()).collect(Collectors.joining("_"));
    Formula formula = new Formula(name + "/gradient", values.size() + 1, gradient);
    DType type = calls.getLast().output().dtype();
    List<DType> types = new ArrayList<>(List.of(type));
    values.forEach(value -> types.add(value.dtype()));
    int[] from = formula.inputs();
    boolean fits =
        from.length <= MOST_TENSORS
            && gradient.nodes().size() <= MOST_PRIMITIVES
            && formula.type(types).equals(Optional.of(type));
    return fits
        ? Optional.of(new Gradient(Pointwise.group(formula.compact()), from))
        : Optional.empty();
  }

  /** Returns the gradient of a call's input; null if the result does not depend on it. */
  private static Expr gradient(Call call, List<Tensor> values, Expr upstream) {
    int arity = call.inputs().length;
    Expr[] known = new Expr[arity + 2];
    for (int i = 0; i < arity; i++) {
      known[i] = new Expr.Input(number(call.input(i), values));
    }
    known[arity] = new Expr.Input(number(call.output(), values));
    known[arity + 1] = upstream;
    Expr sum = null;
    for (int i = 0; i < arity; i++) {
      Expr part = call.needs(i) ? ((Pointwise) call.op()).gradient(i, known) : null;
      if (part != null) {
        sum = sum == null ? part : sum.plus(part);
      }
    }
    return sum;
  }
}
