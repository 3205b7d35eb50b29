package dev.tapedeck.callbacks;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import java.util.OptionalDouble;
import org.slf4j.Logger;

/**
 * A callback that multiplies the learning rate by a factor when an entry of the logs, such as the
 * validation's loss, has not improved for some epochs; it adds {@code learning_rate} to the logs.
 */
public final class ReduceLROnPlateau extends MonitorCallback<ReduceLROnPlateau> {
  private static final Logger LOG = Loggers.of(ReduceLROnPlateau.class);

  private final Variable rest = Variable.untrainable(0L, "cooldown");
  private double factor = 0.1;
  private int cooldown;
  private double minLr;

  /** Watches {@code val_loss}. */
  public ReduceLROnPlateau() {
    this("val_loss");
  }

  /** Watches an entry of the logs; by default with minDelta 1e-4 and patience 10. */
  public ReduceLROnPlateau(String monitor) {
    super(new Monitor(monitor).minDelta(1e-4), 10);
  }

  /**
   * Sets the factor of the learning rate, below 1; by default 0.1.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public ReduceLROnPlateau factor(double value) {
    if (!(value >= 0 && value < 1)) {
      throw Refusal.of(
          "ReduceLROnPlateau", "factor is from 0 to 1, and less", value, "give one such as 0.1");
    }
    factor = value;
    return this;
  }

  /** Sets the number of epochs after a reduction that do not count; by default 0. */
  public ReduceLROnPlateau cooldown(int epochs) {
    if (epochs < 0) {
      throw Refusal.of("ReduceLROnPlateau", "cooldown is 0 or more epochs", epochs, "give 0");
    }
    cooldown = epochs;
    return this;
  }

  /** Sets the least learning rate; by default 0. */
  public ReduceLROnPlateau minLr(double rate) {
    if (!(rate >= 0)) {
      throw Refusal.of("ReduceLROnPlateau", "minLr is 0 or more", rate, "give 0 for none");
    }
    minLr = rate;
    return this;
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    LearningRate.requireNumber("ReduceLROnPlateau", model);
  }

  @Override
  void epochEnded(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    LearningRate.log(model, logs);
    OptionalDouble value = value(model, logs);
    if (value.isEmpty()) {
      return;
    }
    int resting = Math.max(0, number(rest) - 1);
    if (number(rest) > 0) {
      set(rest, (long) resting);
      waited(0);
    }
    if (improve(model, value.getAsDouble())) {
      waited(0);
    } else if (resting == 0) {
      waited(waited() + 1);
      if (waited() >= patience()) {
        reduce(model, epoch);
      }
    }
  }

  private void reduce(Trainable<?, ?> model, int epoch) {
    double rate = LearningRate.of(model);
    if (rate > (float) minLr) {
      double reduced = Math.max(rate * factor, minLr);
      LearningRate.set(model, reduced);
      LOG.info("ReduceLROnPlateau: learning rate {} after epoch {}", reduced, epoch + 1);
      set(rest, (long) cooldown);
      waited(0);
    }
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    super.onTrainEnd(model, logs);
    set(rest, 0L);
  }
}
