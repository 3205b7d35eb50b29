package dev.tapedeck.train;

/**
 * A way to take the steps of {@code fit} by parts of each batch, on several threads or machines;
 * given to {@link FitOptions#distribution}.
 */
@FunctionalInterface
public interface Distribution {
  /** Begins a training of a model, after the callbacks have been notified of it. */
  Run begin(Replica model);

  /** One training. */
  interface Run extends AutoCloseable {
    /** Takes a step on a batch, which changes the model as {@link Replica#update} does. */
    void train(Example batch);

    /**
     * Makes the model's variables those of the training so far, if they are kept elsewhere; called
     * before an epoch's end, a validation and a save. Does nothing by default.
     */
    default void synchronize() {}

    /** Ends the training. */
    @Override
    void close();
  }
}
