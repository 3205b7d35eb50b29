package dev.tapedeck.callbacks;

import dev.tapedeck.callbacks.Monitor.Mode;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import java.util.OptionalDouble;

/** Base of callbacks that wait for improvement of an entry of the logs. */
abstract class MonitorCallback<C extends MonitorCallback<C>> implements Callback, Trackable {
  private static final int NONE = -1;

  private final Variable best = Variable.untrainable(Double.NaN, "best");
  private final Variable wait = Variable.untrainable(0L, "wait");
  private Monitor monitor;
  private int patience;

  MonitorCallback(Monitor monitor, int patience) {
    this.monitor = monitor;
    this.patience = patience;
  }

  /** Returns a variable of an epoch, of none at first. */
  static Variable epochVariable(String name) {
    return Variable.untrainable((long) NONE, name);
  }

  @SuppressWarnings("unchecked") // C is the class that extends this
  final C self() {
    return (C) this;
  }

  /** Sets which values are better; by default those that the entry's metric says. */
  public final C mode(Mode mode) {
    monitor = monitor.mode(mode);
    return self();
  }

  /** Sets the difference that is too small to be an improvement. */
  public final C minDelta(double minDelta) {
    monitor = monitor.minDelta(minDelta);
    return self();
  }

  /** Sets the number of epochs without improvement to wait for. */
  public final C patience(int epochs) {
    if (epochs < 0) {
      throw Refusal.of(name(), "patience is 0 or more epochs", epochs, "give 0 for none");
    }
    patience = epochs;
    return self();
  }

  final String name() {
    return getClass().getSimpleName();
  }

  final Monitor monitor() {
    return monitor;
  }

  final int patience() {
    return patience;
  }

  final double bestValue() {
    return best.memory().item();
  }

  final int waited() {
    return number(wait);
  }

  static int number(Variable variable) {
    return (int) variable.memory().item();
  }

  /** Assigns a number, where no other scope releases the value's memory. */
  static void set(Variable variable, Object value) {
    try (Scope scope = new Scope()) {
      variable.assign(value);
    }
  }

  final void waited(int epochs) {
    set(wait, (long) epochs);
  }

  /** Takes a value for the best, if it is. */
  final boolean improve(Trainable<?, ?> model, double value) {
    boolean better = isBetter(model, value, bestValue());
    if (better) {
      set(best, value);
    }
    return better;
  }

  final boolean isBetter(Trainable<?, ?> model, double value, double than) {
    return monitor.isBetter(name(), model, value, than);
  }

  @Override
  public final void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (model.progress().epoch() == epoch) {
      return; // it was interrupted
    }
    epochEnded(model, epoch, logs);
  }

  /** Called after a complete epoch. */
  abstract void epochEnded(Trainable<?, ?> model, int epoch, Map<String, Double> logs);

  final OptionalDouble value(Trainable<?, ?> model, Map<String, Double> logs) {
    return monitor.value(name(), model, logs);
  }

  /** Begins anew after a training, not before one, whose state is restored then. */
  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    set(best, Double.NaN);
    set(wait, 0L);
  }
}
