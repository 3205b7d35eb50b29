package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import org.slf4j.Logger;

/** Callback that records the norms of gradients at every n-th training step. */
final class GradientScalars implements Callback {
  private static final Logger LOG = Loggers.of(TensorBoard.class);

  private final RunWriters runs;
  private final GlobalStep step;
  private final int every;
  private boolean warned;

  GradientScalars(RunWriters runs, GlobalStep step, int every) {
    this.runs = runs;
    this.step = step;
    this.every = every;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int batch, Map<String, Double> logs) {
    if (step.get() % every != 0) {
      return;
    }
    Map<String, Double> norms = model.gradientNorms();
    if (norms.isEmpty() && !warned) {
      warned = true;
      LOG.warn(
          "TensorBoard: there are no norms of gradients to record, since the model has a trainStep of"
              + " its own; return them from there, as scalars.");
    }
    norms.forEach((path, norm) -> runs.train().scalar("gradients/" + path, norm, step.get()));
  }
}
