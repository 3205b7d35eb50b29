package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls that a tape has recorded: those that depend on a root, which is a watched tensor or a
 * value read from a watched variable.
 */
final class TapeRecording {
  private final List<Call> calls = new ArrayList<>();
  private final Set<Tensor> roots = new HashSet<>();

  /** The roots, and what was computed from them. */
  private final Set<Tensor> connected = new HashSet<>();

  private final Map<Variable, List<Tensor>> readings = new LinkedHashMap<>();
  private final Set<Variable> watched = new HashSet<>();
  private boolean manual;
  private boolean watchingAll;

  /** Stops watching trainable variables automatically. */
  void manual() {
    manual = true;
  }

  boolean isManual() {
    return manual;
  }

  /** Watches all variables of floating point types, trainable or not. */
  void watchAll() {
    watchingAll = true;
  }

  void watch(Variable variable) {
    watched.add(variable);
  }

  void watch(Tensor tensor) {
    roots.add(tensor);
    connected.add(tensor);
  }

  /** Returns whether a tensor is a root, or was computed from one. */
  boolean isConnected(Tensor tensor) {
    return connected.contains(tensor);
  }

  boolean isEmpty() {
    return roots.isEmpty();
  }

  List<Call> calls() {
    return calls;
  }

  Set<Tensor> roots() {
    return roots;
  }

  /** Returns the watched variables whose values were read. */
  List<Variable> variables() {
    return List.copyOf(readings.keySet());
  }

  /** Returns the tensors of a source: the values read from a variable, or the tensor itself. */
  List<Tensor> tensorsOf(Object source) {
    return source instanceof Variable variable
        ? readings.getOrDefault(variable, List.of())
        : List.of((Tensor) source);
  }

  /** Records a call, if it depends on a root. */
  void add(Differentiable op, Tensor[] inputs, Tensor[] outputs) {
    if (op instanceof Operands.ReadVariable read) {
      addReading(read.variable(), outputs[0]);
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

  private void addReading(Variable variable, Tensor value) {
    boolean automatic =
        (watchingAll || (!manual && variable.trainable())) && variable.dtype().isFloating();
    if (automatic || watched.contains(variable)) {
      List<Tensor> seen = readings.computeIfAbsent(variable, v -> new ArrayList<>());
      if (seen.isEmpty() || seen.getLast() != value) {
        seen.add(value);
        watch(value);
      }
    }
  }

  /** Returns why nothing that was recorded depends on a source. */
  String reason(Object source) {
    if (!(source instanceof Variable variable)) {
      return "it was neither watched nor computed from a watched tensor while the tape was recording";
    }
    if (!variable.dtype().isFloating()) {
      return "it is " + variable.dtype() + ", and only floating point numbers have gradients";
    }
    if (!watched.contains(variable) && (manual || !variable.trainable())) {
      return (manual ? "the tape is manual" : "it is not trainable") + " and it was not watched";
    }
    return "it was not used while the tape was recording; what was read from it before is a constant";
  }

  /** Clears the calls, but not which variables are watched. */
  void clear() {
    calls.clear();
    roots.clear();
    connected.clear();
    readings.clear();
  }

  /** Clears which variables are watched. */
  void unwatch() {
    watched.clear();
  }
}
