package dev.tapedeck.callbacks;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import java.util.Objects;

/**
 * A callback that sets the learning rate before each epoch; it adds {@code learning_rate} to the
 * logs.
 *
 * <pre>{@code
 * new LearningRateScheduler((epoch, rate) -> epoch < 10 ? rate : rate * 0.9)
 * }</pre>
 */
public final class LearningRateScheduler implements Callback, Trackable {
  private static final String NAME = "LearningRateScheduler";

  /** A learning rate by epoch. */
  @FunctionalInterface
  public interface Schedule {
    /**
     * Returns the learning rate of an epoch.
     *
     * @param epoch the epoch; the first is 0
     * @param rate the learning rate of the epoch before
     */
    double rate(int epoch, double rate);
  }

  private final Schedule schedule;
  private final Variable latest = MonitorCallback.epochVariable("epoch");

  /** Makes a callback of a function of the epoch and the present rate. */
  public LearningRateScheduler(Schedule schedule) {
    this.schedule = Objects.requireNonNull(schedule, "LearningRateScheduler: no schedule");
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    LearningRate.requireNumber(NAME, model);
  }

  /** Sets the rate, but not again when an interrupted epoch is resumed. */
  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    if (MonitorCallback.number(latest) == epoch) {
      return;
    }
    double rate = schedule.rate(epoch, LearningRate.of(model));
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw Refusal.of(
          NAME,
          "learning rates are 0 or more",
          rate + " for epoch " + epoch,
          "change the schedule");
    }
    LearningRate.set(model, rate);
    MonitorCallback.set(latest, (long) epoch);
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    LearningRate.log(model, logs);
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    MonitorCallback.set(latest, -1L);
  }
}
