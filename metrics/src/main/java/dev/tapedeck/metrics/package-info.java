/**
 * Metrics, which accumulate a result over batches.
 *
 * <p>A {@link dev.tapedeck.train.Metric} compares labels with predictions; give it to {@code
 * model.compile}, or update it by hand. {@link dev.tapedeck.metrics.Mean} and {@link
 * dev.tapedeck.metrics.Sum} take plain values:
 *
 * <pre>{@code
 * Mean loss = new Mean("loss");
 * Metric accuracy = new SparseCategoricalAccuracy();
 * for (Example batch : test) {
 *   Tensor logits = model.apply(batch.x());
 *   loss.update(crossEntropy(batch.y(), logits));
 *   accuracy.update(batch.y(), logits);
 * }
 * System.out.println(loss + ", " + accuracy); // loss: 0.0731, sparse_categorical_accuracy: 0.9781
 * }</pre>
 *
 * <p>A {@code Mean} or {@code Sum} in a field of a model is reported by {@code fit} and {@code
 * evaluate}, and reset before each epoch; an overridden {@code trainStep} updates it.
 *
 * <p>Shapes must match: labels are never broadcast or squeezed. Every example counts the same,
 * whatever the batch sizes; without examples the result is 0. The state is kept in float64 {@link
 * dev.tapedeck.ops.Variable}s. A result is a scalar, or a vector of one element for each threshold
 * or class. {@link dev.tapedeck.metrics.Metrics} makes metrics of functions.
 */
package dev.tapedeck.metrics;
