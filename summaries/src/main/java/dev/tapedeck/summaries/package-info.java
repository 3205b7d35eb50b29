/**
 * Summaries of a training run for TensorBoard: curves of losses and metrics, histograms of weights,
 * images, texts, sounds and more, shown while the run goes on.
 *
 * <p>Open a {@link dev.tapedeck.summaries.SummaryWriter} on a folder, record, and look:
 *
 * <pre>{@code
 * try (var writer = SummaryWriter.open(Path.of("runs/1"))) {
 *   for (long step = 0; step < 1_000; step++) {
 *     writer.scalar("loss", train(), step);
 *   }
 * }
 * }</pre>
 *
 * <pre>{@code tensorboard --logdir runs}</pre>
 *
 * <p>Code without access to the writer records through {@link dev.tapedeck.summaries.Summaries}.
 * The caller chooses the writer and how often it records:
 *
 * <pre>{@code
 * try (var _ = writer.asDefault();
 *     var _ = Summaries.recordEvery(10)) {
 *   for (long step = 0; step < 1_000; step++) {
 *     writer.step(step);
 *     Summaries.scalar("loss", train());
 *   }
 * }
 * }</pre>
 *
 * <p>Such code may be traced: it then records whenever its graph runs. {@link
 * dev.tapedeck.summaries.SummaryWriter#graph(dev.tapedeck.function.ConcreteFunction)} draws the
 * graph.
 *
 * <p>{@link dev.tapedeck.summaries.HParams} and {@link dev.tapedeck.summaries.CustomScalarsLayout}
 * configure the dashboards of hyperparameters and of custom scalars; {@link
 * dev.tapedeck.summaries.Projector} writes embeddings.
 */
package dev.tapedeck.summaries;
