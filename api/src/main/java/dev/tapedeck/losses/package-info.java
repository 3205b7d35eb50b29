/**
 * Losses: what training minimizes.
 *
 * <p>Start with {@link dev.tapedeck.losses.Losses}, which makes them by name:
 *
 * <pre>{@code
 * model.compile(new Adam(1e-3), Losses.sparseCategoricalCrossentropy().fromLogits());
 * Tensor loss = Losses.meanSquaredError().reduction(Reduction.SUM).of(labels, predictions);
 * }</pre>
 *
 * <p>Each has its arguments as a record, gives a value for each example, and for each place in it
 * where classes or outputs are on the last axis, and never broadcasts labels. One of your own is a
 * {@link dev.tapedeck.train.Loss}, which a lambda can be.
 */
package dev.tapedeck.losses;
