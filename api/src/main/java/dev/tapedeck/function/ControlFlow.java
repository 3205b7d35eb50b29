package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Branches and loops that become nodes of a graph while a function is traced, where a Java {@code
 * if} or {@code while} would be unrolled; outside a trace they run eagerly.
 *
 * <p>All have gradients. The gradient of a loop recomputes each iteration.
 */
public final class ControlFlow {
  private ControlFlow() {}

  /**
   * Returns the result of one of two branches, chosen by a bool; only that branch runs.
   *
   * <p>In a graph, a size that differs between the branches is unknown in the result.
   *
   * @throws IllegalArgumentException if the predicate is not one bool, or, in a graph, the branches
   *     return different types or ranks
   */
  public static Tensor cond(Object predicate, Supplier<Tensor> then, Supplier<Tensor> otherwise) {
    Tensor test = Operands.tensor(predicate);
    requireBool("cond", "the predicate", test);
    if (Dispatch.executingEagerly()) {
      return test.toBoolean() ? then.get() : otherwise.get();
    }
    Tensor index = Casting.cast(test.equal(false).reshape(), DType.INT32);
    return choose("cond", index, List.of(one(then), one(otherwise))).getFirst();
  }

  private static Supplier<List<Tensor>> one(Supplier<Tensor> branch) {
    return () -> List.of(branch.get());
  }

  private static void requireBool(String who, String what, Tensor test) {
    if (test.dtype() != DType.BOOL || (test.shape().isKnown() && test.shape().count() != 1)) {
      throw Refusal.of(who, "needs one bool as " + what, test.spec(), "compare it first");
    }
  }

  /**
   * Returns the results of the branch with an index, from 0; an index out of range selects the last
   * branch. Only that branch runs.
   *
   * <p>In a graph, a size that differs between the branches is unknown in the result.
   *
   * @throws IllegalArgumentException if the index is not one whole number, there is no branch, or,
   *     in a graph, the branches return different numbers of tensors, types or ranks
   */
  public static List<Tensor> switchCase(Object index, List<Supplier<List<Tensor>>> branches) {
    Tensor number = Operands.tensor(index);
    boolean single = !number.shape().isKnown() || number.shape().count() == 1;
    if (!number.dtype().isInteger() || !single || branches.isEmpty()) {
      throw Refusal.of(
          "switchCase",
          "needs one whole number and at least one branch",
          number.spec() + " and " + branches.size() + " branches",
          "pass an int32 index and a branch");
    }
    if (Dispatch.executingEagerly()) {
      double chosen = number.item();
      boolean known = chosen >= 0 && chosen < branches.size();
      return branches.get(known ? (int) chosen : branches.size() - 1).get();
    }
    // A number that int32 cannot hold is out of range as well.
    Tensor wide = Casting.cast(number.reshape(), DType.INT64);
    Tensor bounded = Maths.minimum(Maths.maximum(wide, -1L), (long) branches.size());
    return choose("switchCase", Casting.cast(bounded, DType.INT32), branches);
  }

  private static List<Tensor> choose(
      String who, Tensor index, List<Supplier<List<Tensor>>> branches) {
    List<Subgraph.Traced> traced =
        branches.stream()
            .map(b -> Subgraph.trace(who, tracer(), List.of(), none -> b.get()))
            .map(branch -> branch.withReadsCaptured(branch))
            .toList();
    List<Tensor> inputs = union(traced);
    List<Subgraph> parts = traced.stream().map(t -> t.withCaptures(0, inputs)).toList();
    Tensor[] made = Switch.apply(who, parts, index, inputs);
    return List.of(made).subList(0, parts.getFirst().graph().outputs().size());
  }

  private static Tracer tracer() {
    return (Tracer) Dispatch.stager();
  }

  private static List<Tensor> union(List<Subgraph.Traced> parts) {
    Set<Tensor> all = new LinkedHashSet<>();
    parts.forEach(part -> all.addAll(part.captures()));
    return List.copyOf(all);
  }

  /**
   * Applies a body to its own results while a condition on them holds, and returns the last
   * results.
   *
   * @param initial inputs of the first iteration; the body returns tensors of the same number,
   *     types and shapes
   * @throws IllegalArgumentException if the condition does not return one bool, or the body returns
   *     another number, types or shapes than it takes
   */
  public static List<Tensor> whileLoop(
      Function<List<Tensor>, Tensor> condition, UnaryOperator<List<Tensor>> body, List<?> initial) {
    List<Tensor> carried = initial.stream().map(Operands::tensor).toList();
    if (Dispatch.executingEagerly()) {
      List<Tensor> state = carried;
      while (holds(condition.apply(state))) {
        List<Tensor> next = List.copyOf(body.apply(state));
        requireSame("whileLoop", state, next);
        state = next;
      }
      return state;
    }
    List<TensorSpec> specs = carried.stream().map(Tensor::spec).toList();
    Subgraph.Traced tested =
        Subgraph.trace("whileLoop", tracer(), specs, in -> List.of(reshaped(condition.apply(in))));
    Subgraph.Traced stepped =
        Subgraph.trace(
            "whileLoop",
            tracer(),
            specs,
            in -> requireCount("whileLoop", carried.size(), body.apply(in)));
    Subgraph.Traced test = tested.withReadsCaptured(tested, stepped);
    Subgraph.Traced step = stepped.withReadsCaptured(tested, stepped);
    List<Tensor> captures = union(List.of(test, step));
    List<Tensor> inputs = new ArrayList<>(carried);
    inputs.addAll(captures);
    Tensor[] made =
        Loop.apply(
            new Loop.Layout("whileLoop", carried.size(), 0, false),
            test.withCaptures(carried.size(), captures),
            step.withCaptures(carried.size(), captures),
            inputs);
    return List.of(made).subList(0, carried.size());
  }

  /**
   * Applies a body to the record of tensors that it returned before, while a condition on it holds,
   * and returns the last record.
   *
   * <pre>{@code
   * record State(Tensor i, Tensor x) {}
   *
   * State last = whileLoop(
   *     s -> s.i().less(10), s -> new State(s.i().add(1), s.x().mul(2)), new State(Tensor.of(0), x));
   * }</pre>
   *
   * @param initial input of the first iteration; the record may hold lists, maps and records of
   *     tensors, and Java values, which do not change
   * @throws IllegalArgumentException as {@link #whileLoop(Function, UnaryOperator, List)}
   */
  public static <R extends Record> R whileLoop(
      Function<R, Tensor> condition, UnaryOperator<R> body, R initial) {
    List<Tensor> carried = new ArrayList<>();
    TensorTree state = TensorTree.of(initial, carried);
    return state.rebuild(
        whileLoop(
            in -> condition.apply(state.rebuild(in)),
            in -> state.tensors("whileLoop", body.apply(state.rebuild(in))),
            carried));
  }

  private static boolean holds(Tensor test) {
    requireBool("whileLoop", "the condition", test);
    return test.toBoolean();
  }

  private static Tensor reshaped(Tensor test) {
    requireBool("whileLoop", "the condition", test);
    return test.reshape();
  }

  private static void requireSame(String who, List<Tensor> before, List<Tensor> after) {
    List<TensorSpec> taken = before.stream().map(Tensor::spec).toList();
    List<TensorSpec> given = after.stream().map(Tensor::spec).toList();
    if (!taken.equals(given)) {
      throw LoopRules.unsteady(who, taken, given);
    }
  }

  /**
   * The result of an iteration of a scan.
   *
   * @param carried tensors that are passed to the next iteration, as JAX's {@code carry}
   * @param given tensors that are stacked over the iterations
   * @param <C> a list of tensors, or a record
   * @param <G> a list of tensors, or another structure that the body returns
   */
  public record Step<C, G>(C carried, G given) {}

  /**
   * Applies a body to the slices of tensors along their first axis, in order, and returns the
   * tensors carried by the last iteration and the outputs of all iterations, stacked along a new
   * first axis, as JAX's {@code scan}.
   *
   * @param body function of the carried tensors and the slices
   * @throws IllegalArgumentException if there is no tensor, they differ in their first size, or the
   *     body carries another number, types or shapes than it takes
   */
  public static Step<List<Tensor>, List<Tensor>> scan(
      BiFunction<List<Tensor>, List<Tensor>, Step<List<Tensor>, List<Tensor>>> body,
      List<?> initial,
      List<?> tensors) {
    List<Tensor> carried = initial.stream().map(Operands::tensor).toList();
    List<Tensor> wholes = tensors.stream().map(Operands::tensor).toList();
    LoopRules.slices("scan", wholes.stream().map(Tensor::spec).toList());
    int count = carried.size();
    if (Dispatch.executingEagerly()) {
      return scanEagerly(body, carried, wholes);
    }
    List<TensorSpec> specs = new ArrayList<>(carried.stream().map(Tensor::spec).toList());
    wholes.forEach(whole -> specs.add(LoopRules.sliceOf(whole.spec())));
    int fixed = specs.size();
    Subgraph.Traced traced =
        Subgraph.trace(
            "scan",
            tracer(),
            specs,
            in -> {
              Step<List<Tensor>, List<Tensor>> made =
                  body.apply(in.subList(0, count), in.subList(count, fixed));
              List<Tensor> all = new ArrayList<>(requireCount("scan", count, made.carried()));
              all.addAll(made.given());
              return all;
            });
    Subgraph.Traced step = traced.withReadsCaptured(traced);
    List<Tensor> inputs = new ArrayList<>(carried);
    inputs.addAll(wholes);
    inputs.addAll(step.captures());
    Loop.Layout layout = new Loop.Layout("scan", count, wholes.size(), false);
    List<Tensor> made = List.of(Loop.apply(layout, null, step.part(), inputs));
    int given = step.part().graph().outputs().size();
    return new Step<>(made.subList(0, count), made.subList(count, given));
  }

  /**
   * Applies a body to the slices of tensors along their first axis, in order, carrying a record of
   * tensors.
   *
   * @param body function of the carried record and the slices, in the structure of the tensors
   * @param tensors a tensor, or a list, map or record of them
   * @param <G> output of an iteration: a tensor, or a list, map or record of them
   * @return the record carried by the last iteration, and the outputs of all iterations, stacked
   *     along a new first axis
   * @throws IllegalArgumentException as {@link #scan(BiFunction, List, List)}
   */
  public static <C extends Record, S, G> Step<C, G> scan(
      BiFunction<C, S, Step<C, G>> body, C initial, S tensors) {
    List<Tensor> carried = new ArrayList<>();
    List<Tensor> wholes = new ArrayList<>();
    TensorTree state = TensorTree.of(initial, carried);
    TensorTree sliced = TensorTree.of(tensors, wholes);
    TensorTree[] given = new TensorTree[1]; // known when the body has run
    Step<List<Tensor>, List<Tensor>> made =
        scan(
            (in, slices) -> {
              Step<C, G> step = body.apply(state.rebuild(in), sliced.rebuild(slices));
              given[0] =
                  given[0] == null ? TensorTree.of(step.given(), new ArrayList<>()) : given[0];
              return new Step<>(
                  state.tensors("scan", step.carried()), given[0].tensors("scan", step.given()));
            },
            carried,
            wholes);
    return new Step<>(state.rebuild(made.carried()), given[0].rebuild(made.given()));
  }

  private static Step<List<Tensor>, List<Tensor>> scanEagerly(
      BiFunction<List<Tensor>, List<Tensor>, Step<List<Tensor>, List<Tensor>>> body,
      List<Tensor> carried,
      List<Tensor> wholes) {
    List<Tensor> state = carried;
    List<List<Tensor>> given = new ArrayList<>();
    long length = wholes.getFirst().shape().size(0);
    if (length == 0) {
      throw Refusal.of(
          "scan",
          "needs at least one slice in eager code, which learns the outputs by running the body",
          wholes.stream().map(Tensor::spec).toList(),
          "trace the function, or skip the scan");
    }
    for (int i = 0; i < length; i++) {
      int index = i;
      Step<List<Tensor>, List<Tensor>> step =
          body.apply(state, wholes.stream().map(w -> Indexing.get(w, index)).toList());
      requireSame("scan", state, step.carried());
      state = List.copyOf(step.carried());
      given.add(step.given());
    }
    List<Tensor> stacked = new ArrayList<>();
    for (int i = 0; i < given.getFirst().size(); i++) {
      int index = i;
      stacked.add(Joining.stack(0, given.stream().map(all -> all.get(index)).toArray()));
    }
    return new Step<>(state, stacked);
  }

  private static List<Tensor> requireCount(String who, int count, List<Tensor> carried) {
    if (carried.size() != count) {
      throw Refusal.of(
          who,
          "needs a body that returns as many carried tensors as it takes, " + count,
          carried.size(),
          "return one for each");
    }
    return carried;
  }

  /**
   * Returns the tensor carried after each slice of a tensor along its first axis, stacked: {@code
   * accumulate(Tensor::add, 0f, x)} are the running sums.
   */
  public static Tensor accumulate(BinaryOperator<Tensor> body, Object initial, Object tensor) {
    return scan(
            (carried, slices) -> {
              Tensor next = body.apply(carried.getFirst(), slices.getFirst());
              return new Step<>(List.of(next), List.of(next));
            },
            List.of(initial),
            List.of(tensor))
        .given()
        .getFirst();
  }

  /**
   * Returns, for each position along an axis, all slices up to it combined by an associative
   * function: {@code f(f(a, b), c)} may be {@code f(a, f(b, c))}. It combines all positions at
   * once, in as many rounds as the logarithm of their number; {@link #scan} combines one after the
   * other.
   *
   * @param combine function of earlier and later slices, which are tensors of any number of
   *     positions along the axis; a list for each
   * @param reverse whether slices are combined from the end on
   * @throws IllegalArgumentException if there are no tensors, the size of the axis is unknown, or
   *     it differs between tensors
   */
  public static List<Tensor> associativeScan(
      BinaryOperator<List<Tensor>> combine, List<?> tensors, int axis, boolean reverse) {
    List<Tensor> all = tensors.stream().map(Operands::tensor).toList();
    long size = commonSize(all, axis);
    if (reverse) {
      return flipped(associativeScan(combine, flipped(all, axis), axis, false), axis);
    }
    for (long step = 1; step < size; step *= 2) {
      List<Tensor> first = narrowed(all, axis, 0, step);
      List<Tensor> combined =
          combine.apply(
              narrowed(all, axis, 0, size - step), narrowed(all, axis, step, size - step));
      requireCount("associativeScan", all.size(), combined);
      all =
          IntStream.range(0, combined.size())
              .mapToObj(i -> Joining.concat(axis, first.get(i), combined.get(i)))
              .toList();
    }
    return all;
  }

  private static long commonSize(List<Tensor> tensors, int axis) {
    long[] sizes =
        tensors.stream()
            .mapToLong(x -> x.shape().size(x.shape().axis(axis, "associativeScan")))
            .distinct()
            .toArray();
    if (sizes.length != 1 || sizes[0] == Shape.UNKNOWN) {
      throw Refusal.of(
          "associativeScan",
          "needs tensors of one known size along axis " + axis,
          tensors.stream().map(Tensor::shape).toList(),
          "give at least one, and known sizes in the signature of a traced function");
    }
    return sizes[0];
  }

  private static List<Tensor> flipped(List<Tensor> tensors, int axis) {
    return tensors.stream().map(x -> Rearranging.reverse(x, axis)).toList();
  }

  private static List<Tensor> narrowed(List<Tensor> tensors, int axis, long begin, long size) {
    return tensors.stream().map(x -> Indexing.narrow(x, axis, begin, size)).toList();
  }
}
