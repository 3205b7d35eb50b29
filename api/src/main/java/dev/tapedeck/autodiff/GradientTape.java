package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Reductions;
import dev.tapedeck.ops.Shaping;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Records the ops of its thread while it is open, and then computes gradients backwards through
 * them.
 *
 * <pre>{@code
 * try (GradientTape tape = new GradientTape()) {
 *   Tensor loss = square(x.mul(w).add(b).sub(y)).mean();
 *   List<Tensor> gradients = tape.gradient(loss, List.of(w, b));
 * }
 * }</pre>
 *
 * <p>Trainable variables are watched by themselves, tensors after {@link #watch}. A tape gives
 * gradients once, and a {@link #persistent} one any number of times. Gradients are computed with
 * ops, so a tape around another differentiates its gradients: derivatives of any order. A tape does
 * not record its own gradient computation.
 *
 * <p>Only ops that depend on something watched are recorded. A tape belongs to the thread that
 * opened it.
 */
public final class GradientTape implements AutoCloseable {
  private final boolean persistent;
  private final Dispatch.Recorder recorder = this::record;
  private final List<Call> calls = new ArrayList<>();
  private final Set<Tensor> connected = new HashSet<>();
  private final Map<Variable, List<Tensor>> readings = new HashMap<>();
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

  /** Watches tensors, so that gradients for them can be asked for. */
  public void watch(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      if (!tensor.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "watch: only floating point tensors have gradients, received "
                + tensor.spec()
                + "; cast it first");
      }
      connected.add(tensor);
    }
  }

  private void record(Op op, Tensor[] inputs, Tensor[] outputs) {
    if (op instanceof Operands.Read read) {
      if (read.variable().trainable() && read.variable().dtype().isFloating()) {
        List<Tensor> seen = readings.computeIfAbsent(read.variable(), v -> new ArrayList<>());
        if (seen.isEmpty() || seen.getLast() != outputs[0]) {
          seen.add(outputs[0]);
          connected.add(outputs[0]);
        }
      }
      return;
    }
    boolean[] needed = new boolean[inputs.length];
    boolean any = false;
    for (int i = 0; i < inputs.length; i++) {
      needed[i] = inputs[i].dtype().isFloating() && connected.contains(inputs[i]);
      any |= needed[i];
    }
    if (any) {
      calls.add(new Call(op, inputs, outputs, needed));
      connected.addAll(Arrays.asList(outputs));
    }
  }

  /**
   * Returns the gradient of a target for one source: a trainable variable, or a watched tensor;
   * null if the target does not depend on it.
   *
   * @throws IllegalStateException as {@link #gradient(Tensor, List)}
   */
  public Tensor gradient(Tensor target, Object source) {
    return gradient(target, List.of(source)).getFirst();
  }

  /**
   * Returns the gradients of a target, summed over its elements, for sources: trainable variables
   * and watched tensors. An entry is null where the target does not depend on the source.
   *
   * @throws IllegalStateException if the tape has been used and is not persistent, or a variable
   *     was assigned to since its value was recorded
   * @throws IllegalArgumentException if the target is not floating, or a source is neither a tensor
   *     nor a variable
   */
  public List<Tensor> gradient(Tensor target, List<?> sources) {
    if (closed || (used && !persistent)) {
      throw new IllegalStateException(
          closed
              ? "GradientTape.gradient: the tape is closed; call it inside the try block"
              : "GradientTape.gradient: this tape has given its gradient already; use"
                  + " GradientTape.persistent() to ask for more");
    }
    if (!target.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "GradientTape.gradient: the target must be floating point, received " + target.spec());
    }
    used = true;
    boolean recording = Dispatch.close(recorder);
    // With a tape around this one, what is computed here is part of what that one recorded.
    try (Scope scope =
        Dispatch.isRecording() || !Dispatch.executingEagerly() ? null : new Scope()) {
      List<Tensor> results = backward(target, sources);
      if (scope != null) {
        results.stream().filter(Objects::nonNull).forEach(scope::keep);
      }
      return results;
    } finally {
      if (persistent && recording) {
        Dispatch.open(recorder);
      } else if (!persistent) {
        forget();
      }
    }
  }

  private List<Tensor> backward(Tensor target, List<?> sources) {
    Map<Tensor, Tensor> gradients = new HashMap<>();
    List<List<Tensor>> sourceTensors = sources.stream().map(this::tensorsOf).toList();
    Set<Tensor> kept = new HashSet<>();
    sourceTensors.forEach(kept::addAll);
    if (connected.contains(target)) {
      gradients.put(target, ones(target));
    }
    for (Call call : calls.reversed()) {
      Tensor[] upstream = new Tensor[call.outputs().length];
      boolean any = false;
      for (int i = 0; i < upstream.length; i++) {
        Tensor output = call.outputs()[i];
        upstream[i] = kept.contains(output) ? gradients.get(output) : gradients.remove(output);
        any |= upstream[i] != null;
      }
      if (any) {
        Tensor[] toInputs = call.op().gradient(call, upstream);
        for (int i = 0; i < toInputs.length; i++) {
          if (toInputs[i] != null && call.needs(i)) {
            Tensor fitting = unbroadcast(toInputs[i], call.input(i).shape());
            gradients.merge(call.input(i), fitting, Tensor::add);
          }
        }
      }
    }
    List<Tensor> results = new ArrayList<>();
    for (List<Tensor> tensors : sourceTensors) {
      results.add(
          tensors.stream()
              .map(gradients::get)
              .filter(Objects::nonNull)
              .reduce(Tensor::add)
              .orElse(null));
    }
    return Collections.unmodifiableList(results);
  }

  private List<Tensor> tensorsOf(Object source) {
    return switch (source) {
      case Variable variable -> readings.getOrDefault(variable, List.of());
      case Tensor tensor -> List.of(tensor);
      default ->
          throw new IllegalArgumentException(
              "GradientTape.gradient: a source is a variable or a tensor, received "
                  + source.getClass().getSimpleName());
    };
  }

  private static Tensor ones(Tensor target) {
    return Tensor.ones(target.dtype(), target.shape().toArray());
  }

  /**
   * Fits a gradient to the shape of its input: sums it over axes along which broadcasting stretched
   * the input, and stretches it along those where it is the same for every element.
   */
  private static Tensor unbroadcast(Tensor gradient, Shape shape) {
    if (gradient.shape().equals(shape)) {
      return gradient;
    }
    int missing = gradient.shape().rank() - shape.rank();
    int[] summed =
        IntStream.range(0, gradient.shape().rank())
            .filter(
                i -> i < missing || (shape.size(i - missing) == 1 && gradient.shape().size(i) != 1))
            .toArray();
    Tensor sum = summed.length == 0 ? gradient : Reductions.sum(gradient, true, summed);
    Tensor aligned =
        missing > 0
            ? Shaping.reshape(sum, sum.shape().slice(missing, gradient.shape().rank()).toArray())
            : sum;
    return Shaping.broadcastTo(aligned, shape.toArray());
  }

  private void forget() {
    calls.clear();
    connected.clear();
    readings.clear();
  }

  /** Stops recording and forgets what was recorded. */
  @Override
  public void close() {
    closed = true;
    Dispatch.close(recorder);
    forget();
  }
}
