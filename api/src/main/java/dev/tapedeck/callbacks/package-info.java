/**
 * Callbacks: what a training does at its epochs and steps beside training.
 *
 * <pre>{@code
 * model.fit(
 *     train,
 *     FitOptions.epochs(100)
 *         .validation(test)
 *         .callback(new ReduceLROnPlateau().factor(0.5).patience(3))
 *         .callback(new EarlyStopping().patience(10).restoreBestWeights(true)));
 * }</pre>
 *
 * <p>Each keeps its state in variables, so that a training resumed from a checkpoint of {@link
 * dev.tapedeck.train.Trainable#progress} continues as if it had not been interrupted; epochs that
 * were interrupted do not count. They are used for one training at a time, and begin anew with the
 * next. One of your own is a {@link dev.tapedeck.train.Callback}; those that save are in {@code
 * dev.tapedeck.checkpoint}.
 */
package dev.tapedeck.callbacks;
