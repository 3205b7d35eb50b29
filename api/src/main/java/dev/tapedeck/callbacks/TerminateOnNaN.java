package dev.tapedeck.callbacks;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;

/** A callback that ends a training whose loss is NaN or infinite, and says at which step. */
public final class TerminateOnNaN implements Callback {
  private static final Logger LOG = Loggers.of(TerminateOnNaN.class);

  private boolean raising;

  /** Makes a callback that ends the training with a warning. */
  public TerminateOnNaN() {}

  /** Sets whether the training ends with an {@link ArithmeticException}; by default false. */
  public TerminateOnNaN raiseError(boolean raises) {
    raising = raises;
    return this;
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    Double loss = logs.get("loss");
    if (loss == null || Double.isFinite(loss)) {
      return;
    }
    int epoch = model.progress().epoch();
    String message =
        String.format(
            Locale.ROOT,
            "TerminateOnNaN: the loss is %s in epoch %d, batch %d; the training ends",
            loss,
            epoch + 1,
            step + 1);
    if (raising) {
      throw new ArithmeticException(message);
    }
    LOG.warn(message);
    model.stopTraining();
  }
}
