package dev.tapedeck.metrics;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Aggregator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Base of the metrics: its arguments are a record, from which copying and files come, and whose
 * constructor checks them; its state is in variables that start from zeros.
 *
 * <p>A constructor takes the arguments that are positional in Keras; each other one has a method of
 * its name that calls {@link #with}.
 *
 * @param <A> record of the arguments; a constructor of the metric takes it alone
 * @param <M> the metric itself
 */
public abstract class BuiltInMetric<A extends Record, M extends BuiltInMetric<A, M>>
    implements Aggregator {
  private final Map<String, Variable> state = new LinkedHashMap<>();
  private A arguments;
  private String name;

  BuiltInMetric(A arguments) {
    this.arguments = arguments;
    name =
        getClass()
            .getSimpleName()
            .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
            .replaceAll("([a-z])([A-Z])", "$1_$2")
            .toLowerCase(Locale.ROOT);
  }

  /** Returns the arguments by name. */
  public final A arguments() {
    return arguments;
  }

  /** Replaces an argument, and returns this metric. */
  final M with(String argument, Object value) {
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
  @SuppressWarnings("unchecked") // of the same class
  public final M copy() {
    return ((M) Records.owner(getClass(), arguments)).name(name);
  }

  /** Creates a variable of the state: zeros of float64. */
  final Variable addVariable(String variable, long... shape) {
    Variable made = Variable.untrainable(Tensor.zeros(DType.FLOAT64, shape), variable);
    state.put(variable, made);
    return made;
  }

  /** Returns the variables of the state. */
  public final List<Variable> variables() {
    return new ArrayList<>(state.values());
  }

  /** Returns the variables of the state by name. */
  @Override
  public final Map<String, Object> parts() {
    return new LinkedHashMap<>(state);
  }

  @Override
  public final void reset() {
    state
        .values()
        .forEach(
            variable ->
                variable.assign(Tensor.zeros(variable.dtype(), variable.shape().toArray())));
  }

  /** Returns {@code loss: 2.5}. */
  @Override
  public final String toString() {
    return name + ": " + result().item();
  }
}
