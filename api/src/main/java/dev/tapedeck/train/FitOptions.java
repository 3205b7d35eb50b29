package dev.tapedeck.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The options of {@link Model#fit}; immutable, each method returns a changed copy.
 *
 * @param epochs passes over the data, 1 or more
 * @param validation data to evaluate after each epoch; null, the default, for none
 * @param verbosity output on the console; {@link Verbosity#AUTO} by default
 * @param callbacks listeners, notified in order; none by default
 */
public record FitOptions(
    int epochs, Dataset validation, Verbosity verbosity, List<Callback> callbacks) {
  /** The output of a training on the console. */
  public enum Verbosity {
    /** The bar on a terminal, a line per epoch elsewhere. */
    AUTO,
    /** Nothing. */
    SILENT,
    /** A bar that is refreshed during the epoch. */
    BAR,
    /** A line per epoch. */
    LINES
  }

  /** Checks the number of epochs. */
  public FitOptions {
    if (epochs < 1) {
      throw new IllegalArgumentException("fit: epochs must be 1 or more, received " + epochs);
    }
    Objects.requireNonNull(verbosity, "fit: the verbosity is null; the default is AUTO");
    Objects.requireNonNull(callbacks, "fit: the callbacks are null; give an empty list for none");
    for (Callback callback : callbacks) {
      Objects.requireNonNull(callback, "fit: a callback is null; leave it out");
    }
    callbacks = List.copyOf(callbacks);
  }

  /** Returns options for a number of epochs. */
  public static FitOptions epochs(int epochs) {
    return new FitOptions(epochs, null, Verbosity.AUTO, List.of());
  }

  /** Returns options that evaluate on other data after each epoch. */
  public FitOptions validation(Dataset data) {
    return new FitOptions(epochs, data, verbosity, callbacks);
  }

  /** Returns options that print more or less. */
  public FitOptions verbosity(Verbosity chosen) {
    return new FitOptions(epochs, validation, chosen, callbacks);
  }

  /** Returns options with one more callback. */
  public FitOptions callback(Callback callback) {
    List<Callback> more = new ArrayList<>(callbacks);
    more.add(callback);
    return new FitOptions(epochs, validation, verbosity, more);
  }
}
