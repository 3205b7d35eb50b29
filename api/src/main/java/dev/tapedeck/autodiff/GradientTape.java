package dev.tapedeck.autodiff;

import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A tape that records the ops of its thread while it is open, and computes gradients backwards
 * through them.
 *
 * <pre>{@code
 * try (GradientTape tape = new GradientTape()) {
 *   Tensor loss = square(x.mul(w).add(b).sub(y)).mean();
 *   List<Tensor> gradients = tape.gradient(loss, List.of(w, b));
 * }
 * }</pre>
 *
 * <p>Trainable variables are watched automatically (unless {@link #manual} is called), tensors
 * after {@link #watch}. A tape gives gradients once, and a {@link #persistent} one any number of
 * times. Gradients are computed with ops, so a tape around another differentiates its gradients:
 * derivatives of any order. A tape does not record its own gradient computation.
 *
 * <p>Only ops that depend on something watched are recorded. A tape belongs to the thread that
 * opened it.
 */
public final class GradientTape implements AutoCloseable {
  private final boolean persistent;
  private final TapeRecording recording = new TapeRecording();
  private final Thread owner = Thread.currentThread();
  private final Dispatch.Recorder recorder =
      new Dispatch.Recorder() {
        @Override
        public void record(Differentiable op, Tensor[] inputs, Tensor[] outputs) {
          if (!closed && outputs.length > 0) {
            recording.add(op, inputs, outputs);
          }
        }

        @Override
        public boolean isOpen() {
          return !closed;
        }

        @Override
        public boolean isWatching(Tensor tensor) {
          return recording.isConnected(tensor);
        }
      };
  private boolean used;
  private boolean closed;

  /** Opens a tape that gives gradients once. */
  public GradientTape() {
    this(false);
  }

  private GradientTape(boolean persistent) {
    this.persistent = persistent;
    Dispatch.open(recorder);
  }

  /** Opens a tape that gives gradients until it is closed, and keeps what it recorded till then. */
  public static GradientTape persistent() {
    return new GradientTape(true);
  }

  /**
   * Stops watching trainable variables automatically, so that only what {@link #watch} names has
   * gradients; returns this tape.
   */
  public GradientTape manual() {
    recording.manual();
    return this;
  }

  /** Watches all variables of floating point types, trainable or not. */
  GradientTape watchingAll() {
    recording.watchAll();
    return this;
  }

  /** Returns the watched variables whose values were read while the tape recorded. */
  List<Variable> variables() {
    return recording.variables();
  }

  /**
   * Watches tensors, so that gradients for them can be asked for.
   *
   * @throws IllegalArgumentException if one is not of a floating point type
   */
  public void watch(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      requireWatchable(tensor.spec());
      recording.watch(tensor);
    }
  }

  /**
   * Watches variables, trainable or not, from their next use on.
   *
   * @throws IllegalArgumentException if one is not of a floating point type
   */
  public void watch(Variable... variables) {
    for (Variable variable : variables) {
      requireWatchable(variable.spec());
      recording.watch(variable);
    }
  }

  private static void requireWatchable(TensorSpec spec) {
    if (!spec.dtype().isFloating()) {
      throw Refusal.of(
          "GradientTape.watch", "needs a floating point tensor or variable", spec, "cast it first");
    }
  }

  /** Pauses recording until the returned pause is closed, by try-with-resources. */
  public Pause stopRecording() {
    boolean open = Dispatch.close(recorder);
    return () -> {
      if (open && !closed && (persistent || !used)) {
        Dispatch.open(recorder);
      }
    };
  }

  /** A pause of a tape, which records nothing until the pause is closed. */
  @FunctionalInterface
  public interface Pause extends AutoCloseable {
    /** Resumes recording. */
    @Override
    void close();
  }

  /**
   * Clears what was recorded and watched, and records anew.
   *
   * @throws IllegalStateException if the tape is closed
   */
  public void reset() {
    if (closed) {
      throw new IllegalStateException("GradientTape.reset: the tape is closed; open another");
    }
    recording.clear();
    recording.unwatch();
    used = false;
    Dispatch.close(recorder);
    Dispatch.open(recorder);
  }

  /**
   * Returns the gradient of a target for one source: a trainable variable, or a watched tensor;
   * null if the target does not depend on it.
   *
   * @throws IllegalStateException as {@link #gradient(Tensor, List)}, and if the source is a
   *     trainable variable and the tape has recorded nothing at all
   */
  public Tensor gradient(Tensor target, Object source) {
    boolean nothing = recording.isEmpty();
    Tensor gradient = gradient(target, List.of(source)).getFirst();
    if (gradient == null && nothing && !recording.isManual() && isTrainable(source)) {
      throw new IllegalStateException(
          "GradientTape.gradient: the tape has recorded nothing; compute the target while it is open,"
              + " on its thread: try (GradientTape tape = ..) { loss = ..; tape.gradient(loss, ..) }");
    }
    return gradient;
  }

  private static boolean isTrainable(Object source) {
    return source instanceof Variable variable
        && variable.trainable()
        && variable.dtype().isFloating();
  }

  /**
   * Returns the gradients of a target, summed over its elements, for sources: trainable variables
   * and watched tensors. An entry is null where the target does not depend on the source.
   *
   * @throws IllegalStateException if the tape has been used and is not persistent, another thread
   *     opened it, or a variable was assigned to since its value was recorded
   * @throws IllegalArgumentException if the target is not floating, or a source is neither a tensor
   *     nor a variable
   */
  public GradientList gradient(Tensor target, List<?> sources) {
    return gradient(List.of(target), sources, null, Unconnected.NONE);
  }

  /**
   * Returns the gradients, for sources, of the sum of the elements of targets, each times its
   * output gradient.
   *
   * @param outputGradients one for each target, of its shape and type; null for ones
   * @throws IllegalStateException as {@link #gradient(Tensor, List)}
   * @throws IllegalArgumentException if a target is not floating, a source neither a tensor nor a
   *     variable, or an output gradient does not fit its target
   */
  public GradientList gradient(
      List<Tensor> targets,
      List<?> sources,
      List<Tensor> outputGradients,
      Unconnected unconnected) {
    if (outputGradients != null && outputGradients.size() != targets.size()) {
      throw Refusal.of(
          "GradientTape.gradient",
          "needs an output gradient for each target, " + targets.size(),
          outputGradients.size(),
          "pass one for each, or null for ones");
    }
    targets.forEach(GradientTape::requireFloating);
    targets.forEach(TargetWatch::see);
    List<Tensor> seeds =
        outputGradients == null ? ones(targets) : checked(targets, outputGradients);
    return differentiate(
        scope -> backward(targets, seeds, sources, unconnected, scope, !persistent));
  }

  /**
   * Returns the derivative of each element of a target by each element of a source: {@code
   * [target's shape.., source's shape..]}. It takes one pass backwards for each element of the
   * target.
   *
   * @throws IllegalStateException as {@link #gradient(Tensor, List)}
   */
  public Tensor jacobian(Tensor target, Object source) {
    requireFloating(target);
    TensorSpec spec = specOf(source);
    return differentiate(
        scope -> Jacobian.of(target, spec, seed -> row(target, seed, source, scope)));
  }

  /**
   * Returns, for each example of a batch, the derivative of each element of its target by each
   * element of its source: {@code [n, target's.., source's..]}. The examples must not depend on one
   * another.
   *
   * @throws IllegalArgumentException if target and source differ in their first axis
   * @throws IllegalStateException as {@link #gradient(Tensor, List)}
   */
  public Tensor batchJacobian(Tensor target, Object source) {
    requireFloating(target);
    Shape of = target.shape();
    TensorSpec spec = specOf(source);
    Shape by = spec.shape();
    if (of.isScalar() || by.isScalar() || of.size(0) != by.size(0)) {
      throw Refusal.of(
          "GradientTape.batchJacobian",
          "needs a target and a source with the same first axis, the batch",
          of + " and " + by,
          "use jacobian for tensors without a batch");
    }
    return differentiate(
        scope -> Jacobian.ofBatch(target, spec, seed -> row(target, seed, source, scope)));
  }

  private Tensor row(Tensor target, Tensor seed, Object source, Scope scope) {
    return backward(List.of(target), List.of(seed), List.of(source), Unconnected.ZERO, scope, false)
        .getFirst();
  }

  private static TensorSpec specOf(Object source) {
    return switch (source) {
      case Variable variable -> variable.spec();
      case Tensor tensor -> tensor.spec();
      default -> throw noSource(source);
    };
  }

  private static IllegalArgumentException noSource(Object source) {
    return Refusal.of(
        "GradientTape.gradient",
        "needs a variable or a tensor as source",
        source.getClass().getSimpleName(),
        "pass the variable or tensor that was watched");
  }

  private static void requireFloating(Tensor target) {
    if (!target.dtype().isFloating()) {
      throw Refusal.of(
          "GradientTape.gradient",
          "needs a floating point target",
          target.spec(),
          "compute the target from floating point tensors");
    }
  }

  private static List<Tensor> ones(List<Tensor> targets) {
    return targets.stream().map(Creation::onesLike).toList();
  }

  private static List<Tensor> checked(List<Tensor> targets, List<Tensor> outputGradients) {
    return IntStream.range(0, targets.size())
        .mapToObj(
            i ->
                CheckSizes.check(
                    "GradientTape.gradient",
                    "the output gradient of target " + i,
                    outputGradients.get(i),
                    targets.get(i)))
        .toList();
  }

  /** Runs a computation of gradients while this tape does not record. */
  private <T> T differentiate(Function<Scope, T> computation) {
    if (closed || (used && !persistent)) {
      throw new IllegalStateException(
          closed
              ? "GradientTape.gradient: the tape is closed; call it inside the try block"
              : "GradientTape.gradient: this tape has given its gradient already; use"
                  + " GradientTape.persistent() to ask for more");
    }
    requireOwner("gradient");
    used = true;
    boolean open = Dispatch.close(recorder);
    // An outer tape records this computation too, so it keeps the tensors.
    try (Scope scope =
        Dispatch.isRecording() || !Dispatch.executingEagerly() ? null : new Scope()) {
      T result = Dispatch.nameScope("gradients", () -> computation.apply(scope));
      if (scope != null) {
        List<?> tensors = result instanceof List<?> list ? list : List.of(result);
        tensors.stream().filter(Objects::nonNull).forEach(t -> scope.keep((Tensor) t));
      }
      return result;
    } finally {
      if (persistent && open) {
        Dispatch.open(recorder);
      } else if (!persistent) {
        recording.clear();
      }
    }
  }

  private GradientList backward(
      List<Tensor> targets,
      List<Tensor> seeds,
      List<?> sources,
      Unconnected unconnected,
      Scope scope,
      boolean consuming) {
    List<List<Tensor>> tensors = sources.stream().map(this::tensorsOf).toList();
    List<Tensor> all = tensors.stream().flatMap(List::stream).toList();
    Backward pass = new Backward(recording.calls(), recording.roots(), all, scope);
    for (int i = 0; i < targets.size(); i++) {
      if (recording.isConnected(targets.get(i))) {
        pass.seed(targets.get(i), seeds.get(i));
      }
    }
    pass.run(recording.calls(), consuming);
    Tensor[] gradients = new Tensor[sources.size()];
    String[] reasons = new String[gradients.length];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = pass.gradient(tensors.get(i));
      if (gradients[i] == null && unconnected == Unconnected.ZERO) {
        TensorSpec spec = specOf(sources.get(i));
        gradients[i] = Tensor.zeros(spec.dtype(), spec.shape().toArray());
      } else if (gradients[i] == null) {
        boolean known = tensors.get(i).stream().anyMatch(recording::isConnected);
        reasons[i] = known ? pass.reason(tensors.get(i)) : recording.reason(sources.get(i));
      }
    }
    return new GradientList(gradients, reasons);
  }

  private List<Tensor> tensorsOf(Object source) {
    specOf(source); // throws if it is neither a variable nor a tensor
    return recording.tensorsOf(source);
  }

  private void requireOwner(String who) {
    if (!Thread.currentThread().equals(owner)) {
      throw new IllegalStateException(
          "GradientTape."
              + who
              + ": the tape belongs to thread \""
              + owner.getName()
              + "\"; call it there, or open another tape on this thread");
    }
  }

  /**
   * Stops recording and clears what was recorded.
   *
   * @throws IllegalStateException if another thread opened the tape
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    requireOwner("close");
    closed = true;
    Dispatch.close(recorder);
    recording.clear();
  }
}
