package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A loop over the slices of sequences along their first axis: few steps of a known number one after
 * the other, others as a StatelessWhile without lists of tensors, which not all programs have.
 */
final class Scan {
  private static final int UNROLLED = 8;

  private final Emitter to;

  /** A step. */
  @FunctionalInterface
  interface Step {
    /**
     * Writes a step.
     *
     * @param carried what the step before has left
     * @param slices the sequences' at this step
     * @param fixed what is the same in all steps
     */
    Made write(Emitter to, List<Value> carried, List<Value> slices, List<Value> fixed);
  }

  /** What a step, or all of them, have made: what is carried on, and what is stacked. */
  record Made(List<Value> carried, List<Value> given) {}

  /** A tensor that each step gives: its type and shape, and its sizes, as numbers of int32. */
  record Given(TensorSpec each, List<Value> sizes) {}

  Scan(Emitter to) {
    this.to = to;
  }

  Made run(
      List<Value> carried, List<Value> sequences, List<Value> fixed, List<Given> given, Step step) {
    long count = sequences.getFirst().shape().size(0);
    return count >= 1 && count <= UNROLLED
        ? unrolled((int) count, carried, sequences, fixed, given, step)
        : looped(carried, sequences, fixed, given, step);
  }

  private Made unrolled(
      int count,
      List<Value> first,
      List<Value> sequences,
      List<Value> fixed,
      List<Given> given,
      Step step) {
    List<List<Value>> slices = sequences.stream().map(all -> unpacked(all, count)).toList();
    List<List<Value>> stacks = new ArrayList<>();
    given.forEach(_ -> stacks.add(new ArrayList<>()));
    List<Value> carried = first;
    for (int i = 0; i < count; i++) {
      int at = i; // for the lambda
      Made made = step.write(to, carried, slices.stream().map(all -> all.get(at)).toList(), fixed);
      carried = made.carried();
      for (int j = 0; j < stacks.size(); j++) {
        stacks.get(j).add(made.given().get(j));
      }
    }
    List<Value> stacked = new ArrayList<>();
    for (int j = 0; j < stacks.size(); j++) {
      stacked.add(to.stack(stacks.get(j), stack(count, given.get(j).each())));
    }
    return new Made(carried, stacked);
  }

  private List<Value> unpacked(Value all, int count) {
    NodeWriter node =
        to.node("Unpack", all).type("T", all.dtype()).number("num", count).number("axis", 0);
    TensorSpec each = slice(all.spec());
    return IntStream.range(0, count).mapToObj(i -> node.output("output", i, each)).toList();
  }

  static TensorSpec slice(TensorSpec all) {
    return new TensorSpec(all.dtype(), all.shape().slice(1, all.shape().rank()));
  }

  private static TensorSpec stack(long count, TensorSpec each) {
    return new TensorSpec(each.dtype(), Shape.of(count).concat(each.shape().toArray()));
  }

  private Made looped(
      List<Value> carried, List<Value> sequences, List<Value> fixed, List<Given> given, Step step) {
    Value count = to.size(sequences.getFirst(), 0);
    long known = sequences.getFirst().shape().size(0);
    List<Value> variables = new ArrayList<>(carried);
    for (Given one : given) {
      List<Value> sizes = new ArrayList<>(one.sizes());
      sizes.addFirst(count);
      variables.add(
          to.fill(
              to.vector(sizes),
              to.scalar(one.each().dtype(), 0),
              stack(known, one.each()).shape()));
    }
    variables.addAll(sequences);
    variables.addAll(fixed);
    Body body =
        (inner, counter, limit, in) -> {
          int stacks = carried.size();
          int wholes = stacks + given.size();
          int others = wholes + sequences.size();
          List<Value> slices = new ArrayList<>();
          for (Value all : in.subList(wholes, others)) {
            slices.add(inner.gather(all, counter, 0, slice(all.spec())));
          }
          Made made =
              step.write(inner, in.subList(0, stacks), slices, in.subList(others, in.size()));
          List<Value> next = new ArrayList<>(made.carried());
          for (int i = 0; i < given.size(); i++) {
            next.add(put(inner, in.get(stacks + i), counter, made.given().get(i)));
          }
          next.addAll(in.subList(wholes, in.size()));
          return next;
        };
    List<Value> left =
        loop(
            to,
            count,
            variables,
            (inner, counter, limit, _) -> List.of(inner.compare("Less", counter, limit)),
            body);
    int stacks = carried.size();
    return new Made(left.subList(0, stacks), left.subList(stacks, stacks + given.size()));
  }

  private static Value put(Emitter to, Value all, Value at, Value one) {
    return to.node("TensorScatterUpdate", all, to.reshape(at, 1, 1), to.expand(one, 0))
        .type("T", all.dtype())
        .type("Tindices", DType.INT32)
        .output("output", all.spec());
  }

  /** A function of a loop: its condition, or its body. */
  @FunctionalInterface
  interface Body {
    List<Value> write(Emitter to, Value counter, Value limit, List<Value> in);
  }

  /**
   * Writes a loop, and returns what is left of its variables. As in Python's, a counter and its
   * limit come first, which gradients need.
   */
  static List<Value> loop(
      Emitter to, Value limit, List<Value> variables, Body condition, Body body) {
    List<Value> all = new ArrayList<>(variables);
    all.addFirst(limit);
    all.addFirst(to.integer(0));
    List<TensorSpec> specs = all.stream().map(Value::spec).toList();
    String tested =
        Functions.write(
            to.body(),
            "while_cond",
            specs,
            (inner, in) -> condition.write(inner, in.get(0), in.get(1), in.subList(2, in.size())));
    String stepped =
        Functions.write(
            to.body(),
            "while_body",
            specs,
            (inner, in) -> {
              List<Value> next = new ArrayList<>();
              next.add(inner.add(in.get(0), inner.integer(1)));
              next.add(in.get(1));
              next.addAll(body.write(inner, in.get(0), in.get(1), in.subList(2, in.size())));
              return next;
            });
    NodeWriter node =
        to.node("StatelessWhile", all.toArray(Value[]::new))
            .types("T", all.stream().map(one -> TensorFlowTypes.number(one.dtype())).toList())
            .function("cond", tested)
            .function("body", stepped)
            .shapes("output_shapes", specs)
            .number("parallel_iterations", 10)
            .number("_num_original_outputs", all.size())
            .flag("_lower_using_switch_merge", true);
    return IntStream.range(2, all.size())
        .mapToObj(i -> node.output("output", i, specs.get(i)))
        .toList();
  }
}
