package dev.tapedeck.ops;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Unconnected;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorMemoryException;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Judges a call: it must give the same tensors, as its ops' rules say, and the same gradients, for
 * any layout of its operands, and leave their memory alone; or throw what teaches.
 */
final class FuzzJudge {
  /** More elements are not compared. */
  private static final long COMPARED = 100_000;

  /** {@code matmul: } and then something that is worth reading. */
  private static final Pattern TEACHING = Pattern.compile("(?s)[A-Za-z][\\w. ]*: .{10,}");

  private final boolean missing;

  private FuzzJudge(boolean missing) {
    this.missing = missing;
  }

  /** What a call came to. */
  private sealed interface Outcome {}

  /** Tensors as text that is equal if and only if they are, but for the kinds of NaN. */
  private record Tensors(List<String> tensors) implements Outcome {}

  private record Refusal(RuntimeException exception) implements Outcome {}

  private interface Computation {
    List<Tensor> tensors() throws ReflectiveOperationException;
  }

  /**
   * Judges a call.
   *
   * @param missing whether an argument other than a tensor is null
   * @return whether the call was accepted
   * @throws AssertionError if it came to something that it should not have
   */
  static boolean accepts(FuzzCall call, boolean missing) {
    FuzzJudge judge = new FuzzJudge(missing);
    List<byte[]> before = call.snapshot();
    Outcome first = judge.outcome(() -> FuzzTarget.tensors(call.run(call.given)));
    Outcome second = judge.outcome(() -> FuzzTarget.tensors(call.run(call.other)));
    requireSame("results", first, second);
    if (first instanceof Tensors) {
      requireSame(
          "gradients",
          judge.outcome(() -> gradients(call, call.given)),
          judge.outcome(() -> gradients(call, call.other)));
    }
    List<byte[]> after = call.snapshot();
    for (int i = 0; i < before.size(); i++) {
      require(Arrays.equals(before.get(i), after.get(i)), "operand " + i + " was written to");
    }
    return first instanceof Tensors;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }

  private static void requireSame(String what, Outcome one, Outcome other) {
    boolean same = one.equals(other) || (one instanceof Refusal && other instanceof Refusal);
    boolean full = isMemory(one) || isMemory(other);
    require(same || full, what + " depend on layout: " + one + "\n  and " + other);
  }

  private static boolean isMemory(Outcome outcome) {
    return outcome instanceof Refusal refusal && refusal.exception instanceof TensorMemoryException;
  }

  private Outcome outcome(Computation computation) {
    Dispatch.Recorder recorder =
        (what, inputs, outputs) -> {
          if (what instanceof Op op) { // what has a custom gradient has no rule
            checkRule(op, inputs, outputs);
          }
        };
    Dispatch.open(recorder);
    try {
      return new Tensors(computation.tensors().stream().map(FuzzJudge::text).toList());
    } catch (InvocationTargetException e) {
      return refusal(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    } catch (RuntimeException e) {
      return refusal(e);
    } finally {
      Dispatch.close(recorder);
    }
  }

  private Outcome refusal(Throwable thrown) {
    boolean documented =
        switch (thrown) {
          case NullPointerException e -> missing;
          case IllegalArgumentException e -> teaches(e);
          case IllegalStateException e -> teaches(e);
          case TensorMemoryException e -> teaches(e);
          default -> false;
        };
    if (!documented) {
      throw new AssertionError("undocumented: " + thrown, thrown);
    }
    return new Refusal((RuntimeException) thrown);
  }

  private static boolean teaches(RuntimeException e) {
    return e.getMessage() != null && TEACHING.matcher(e.getMessage()).matches();
  }

  private static String text(Tensor tensor) {
    if (tensor == null) {
      return "none";
    }
    require(tensor instanceof EagerTensor, "not eager: " + tensor);
    String printed = tensor.toString();
    if (tensor.shape().count() > COMPARED) {
      return printed;
    }
    boolean nests = Arrays.stream(tensor.shape().toArray()).allMatch(size -> size <= COMPARED);
    require(!nests || tensor.toArray() != null, "no array");
    return tensor.spec()
        + (tensor.dtype().isFloating()
            ? Arrays.toString(tensor.toDoubleArray())
            : Arrays.toString(tensor.toLongArray()));
  }

  /** Returns the gradients for the sources, then those of the sum of these. */
  private static List<Tensor> gradients(FuzzCall call, FuzzCall.Arguments arguments)
      throws ReflectiveOperationException {
    List<Object> sources = arguments.sources();
    if (sources.isEmpty()) {
      return List.of();
    }
    try (GradientTape outer = new GradientTape()) {
      watch(outer, sources);
      try (GradientTape inner = new GradientTape()) {
        watch(inner, sources);
        List<Tensor> targets = floating(FuzzTarget.tensors(call.run(arguments)));
        if (targets.isEmpty()) {
          return List.of();
        }
        List<Tensor> gradients =
            checked(inner.gradient(targets, sources, null, Unconnected.NONE), sources);
        List<Tensor> some = floating(gradients);
        if (!some.isEmpty()) {
          gradients.addAll(checked(outer.gradient(some, sources, null, Unconnected.NONE), sources));
        }
        return gradients;
      }
    }
  }

  private static void watch(GradientTape tape, List<Object> sources) {
    for (Object source : sources) {
      if (source instanceof Tensor tensor) {
        tape.watch(tensor);
      }
    }
  }

  private static List<Tensor> floating(List<Tensor> tensors) {
    return tensors.stream().filter(t -> t != null && t.dtype().isFloating()).toList();
  }

  private static List<Tensor> checked(List<Tensor> gradients, List<Object> sources) {
    for (int i = 0; i < gradients.size(); i++) {
      TensorSpec spec =
          sources.get(i) instanceof Tensor tensor
              ? tensor.spec()
              : ((Variable) sources.get(i)).spec();
      Tensor gradient = gradients.get(i);
      require(
          gradient == null || gradient.spec().equals(spec),
          "gradient of operand " + i + ", " + spec + ", is " + gradient);
    }
    return new ArrayList<>(gradients);
  }

  /** Checks what an op gave against its rule, for known sizes and for unknown ones. */
  private static void checkRule(Op op, Tensor[] inputs, Tensor[] outputs) {
    TensorSpec[] known = specs(inputs);
    requireFit(op, op.infer(known), outputs, false);
    for (boolean all : new boolean[] {false, true}) {
      TensorSpec[] unknown = known.clone();
      Arrays.setAll(unknown, i -> withUnknown(known[i], all));
      TensorSpec[] inferred;
      try {
        inferred = op.infer(unknown);
      } catch (IllegalArgumentException e) {
        require(teaches(e), "undocumented: " + e);
        continue;
      }
      requireFit(op, inferred, outputs, true);
    }
  }

  private static TensorSpec[] specs(Tensor... tensors) {
    return Arrays.stream(tensors).map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  private static TensorSpec withUnknown(TensorSpec spec, boolean all) {
    long[] sizes = spec.shape().toArray();
    Arrays.fill(sizes, 0, all ? sizes.length : Math.min(sizes.length, 1), Shape.UNKNOWN);
    return new TensorSpec(spec.dtype(), Shape.of(sizes));
  }

  private static void requireFit(Op op, TensorSpec[] inferred, Tensor[] outputs, boolean guess) {
    boolean fits = inferred.length == outputs.length;
    for (int i = 0; i < outputs.length && fits; i++) {
      long[] rule = inferred[i].shape().toArray();
      long[] actual = outputs[i].shape().toArray();
      fits = inferred[i].dtype() == outputs[i].dtype() && rule.length == actual.length;
      for (int axis = 0; axis < rule.length && fits; axis++) {
        fits = rule[axis] == actual[axis] || rule[axis] == Shape.UNKNOWN;
      }
    }
    require(
        fits,
        op.name()
            + "'s rule says "
            + Arrays.toString(inferred)
            + (guess ? " of unknown sizes" : "")
            + ", it gave "
            + Arrays.toString(specs(outputs)));
  }
}
