package dev.tapedeck.metrics;

import dev.tapedeck.config.Records;
import dev.tapedeck.config.SnakeCase;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.train.Aggregator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Base of the metrics: its arguments are a record, from which copying and files come, and whose
 * constructor checks them; its state is in variables that start from zeros, of Keras's names.
 *
 * <p>A constructor takes the arguments that are positional in Keras; each other one has a method of
 * its name that calls {@link #with}. The variables are created by the first update, or when they
 * are first looked at; where their shape depends on the predictions, by the first update alone.
 *
 * @param <A> record of the arguments; a constructor of the metric takes it alone
 * @param <M> the metric itself
 */
public abstract class BuiltInMetric<A extends Record, M extends BuiltInMetric<A, M>>
    implements Aggregator, LazyTrackable {
  private final Map<String, Variable> state = new LinkedHashMap<>();
  private boolean created;
  private Runnable onStateCreated;
  private A arguments;
  private String name;

  BuiltInMetric(A arguments) {
    this.arguments = arguments;
    name = SnakeCase.of(getClass().getSimpleName());
  }

  /** Returns the arguments by name. */
  public final A arguments() {
    return arguments;
  }

  /**
   * Replaces an argument, and returns this metric.
   *
   * @throws IllegalStateException after the state has been created
   */
  final M with(String argument, Object value) {
    if (created) {
      throw new IllegalStateException(
          getClass().getSimpleName()
              + ": "
              + argument
              + " must be set before the first update; make another metric");
    }
    arguments = Records.with(arguments, argument, value);
    return self();
  }

  @Override
  public final String name() {
    return name;
  }

  /** Sets the name, by default the class in snake case; returns this metric. */
  public final M name(String given) {
    name = Objects.requireNonNull(given, () -> getClass().getSimpleName() + ": the name is null");
    return self();
  }

  @SuppressWarnings("unchecked") // M is the class that extends this
  private M self() {
    return (M) this;
  }

  /** Returns a new metric of the same arguments and name, without its state. */
  @Override
  @SuppressWarnings("unchecked") // of the same class
  public final M copy() {
    return ((M) Records.owner(getClass(), arguments)).name(name);
  }

  /**
   * Creates the variables of the state, with {@link #addVariable}.
   *
   * @param outputs number of outputs of the predictions, their last axis; unknown unless {@link
   *     #hasStateByOutput}
   */
  abstract void build(long outputs);

  /** Returns whether the shape of the state depends on the number of outputs; by default false. */
  boolean hasStateByOutput() {
    return false;
  }

  /** Returns the result of the state, which has been created. */
  abstract Tensor value();

  /** Creates the state if it is not there, once, also while a function is traced. */
  final void create(long outputs) {
    if (!created) {
      Dispatch.eagerly(
          () -> {
            createOrUndo(outputs);
            return null;
          });
    }
  }

  private void createOrUndo(long outputs) {
    boolean complete = false;
    try {
      build(outputs);
      created = true;
      if (onStateCreated != null) {
        onStateCreated.run();
        onStateCreated = null;
      }
      complete = true;
    } finally {
      if (!complete) { // or the next update would go on from zeros
        created = false;
        state.clear();
      }
    }
  }

  /** Creates the state, if its shape is known before the first update. */
  private Map<String, Variable> state() {
    if (!hasStateByOutput()) {
      create(Shape.UNKNOWN);
    }
    return state;
  }

  /** Creates a variable of the state: zeros of float64. */
  final Variable addVariable(String variable, long... shape) {
    Variable made = Variable.untrainable(Tensor.zeros(DType.FLOAT64, shape), variable);
    state.put(variable, made);
    return made;
  }

  @Override
  public final boolean isAwaitingState() {
    return hasStateByOutput() && !created;
  }

  @Override
  public final void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  /** Returns the variables of the state. */
  public final List<Variable> variables() {
    return new ArrayList<>(state().values());
  }

  /** Returns the variables of the state by name. */
  @Override
  public final Map<String, Object> parts() {
    return new LinkedHashMap<>(state());
  }

  /** Returns the value over all batches since the last reset; before the first one, 0. */
  @Override
  public final Tensor result() {
    return state().isEmpty() ? Tensor.zeros(DType.FLOAT64) : value();
  }

  @Override
  public final void reset() {
    state()
        .values()
        .forEach(
            variable ->
                variable.assign(Tensor.zeros(variable.dtype(), variable.shape().toArray())));
  }

  /** Returns {@code loss: 2.5}, or {@code f1_score: [0.5, 0.75]}. */
  @Override
  public final String toString() {
    Tensor result = result();
    return name
        + ": "
        + (result.shape().isScalar() ? result.item() : Arrays.toString(result.toDoubleArray()));
  }
}
