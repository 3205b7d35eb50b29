package dev.tapedeck.callbacks;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import dev.tapedeck.train.TrainingState;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;

/**
 * A callback that ends a training whose loss is NaN or infinite, and says at which step, and in
 * which op and layer it began with the weights from before that step.
 */
public final class TerminateOnNaN implements Callback {
  private static final Logger LOG = Loggers.of(TerminateOnNaN.class);

  private boolean raising;
  private boolean checksGradients;
  private boolean recordsNorms;

  /** Makes a callback that ends the training with a warning. */
  public TerminateOnNaN() {}

  /** Sets whether the training ends with an {@link ArithmeticException}; by default false. */
  public TerminateOnNaN raiseError(boolean raises) {
    raising = raises;
    return this;
  }

  /**
   * Sets whether the training also ends at a gradient that is not finite; by default false. Not for
   * an optimizer that scales the loss, which leaves out such steps itself.
   */
  public TerminateOnNaN gradients(boolean checks) {
    checksGradients = checks;
    return this;
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    recordsNorms = checksGradients && !model.recordGradientNorms(true);
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    if (recordsNorms) {
      recordsNorms = false;
      boolean _ = model.recordGradientNorms(false);
    }
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    Double loss = logs.get("loss");
    if (loss != null && !Double.isFinite(loss)) {
      end(model, step, "the loss is " + loss);
    } else if (checksGradients) {
      model.gradientNorms().entrySet().stream()
          .filter(norm -> !Double.isFinite(norm.getValue()))
          .findFirst()
          .ifPresent(
              norm -> end(model, step, "the gradient of \"" + norm.getKey() + "\" is not finite"));
    }
  }

  private void end(Trainable<?, ?> model, int step, String what) {
    TrainingState progress = model.progress();
    String message =
        String.format(
            Locale.ROOT,
            "TerminateOnNaN: %s in epoch %d, batch %d; the training ends",
            what,
            progress.epoch() + 1,
            step + 1);
    message += progress.causeOfNotFinite().map(cause -> "; " + cause).orElse("");
    if (raising) {
      throw new ArithmeticException(message);
    }
    LOG.warn(message);
    model.stopTraining();
  }
}
