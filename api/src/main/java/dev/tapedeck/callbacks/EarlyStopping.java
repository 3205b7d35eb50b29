package dev.tapedeck.callbacks;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.train.Trainable;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.slf4j.Logger;

/**
 * A callback that ends a training when an entry of the logs, such as the validation's loss, has not
 * improved for some epochs.
 *
 * <p>A training that it has ended ends at once when it is resumed from a checkpoint.
 */
public final class EarlyStopping extends MonitorCallback<EarlyStopping> implements LazyTrackable {
  private static final Logger LOG = Loggers.of(EarlyStopping.class);

  private final Variable bestEpoch = epochVariable("best_epoch");
  private final Variable stoppedEpoch = epochVariable("stopped_epoch");
  private List<Variable> bestWeights;
  private double baseline = Double.NaN;
  private boolean restoring;
  private int startFromEpoch;
  private Runnable onStateCreated;
  private OptionalInt latestBest = OptionalInt.empty();
  private OptionalInt latestStop = OptionalInt.empty();

  /** Watches {@code val_loss}. */
  public EarlyStopping() {
    this("val_loss");
  }

  /** Watches an entry of the logs. */
  public EarlyStopping(String monitor) {
    super(new Monitor(monitor), 0);
  }

  /** Sets a value that an epoch must be better than, too, to be waited for; by default none. */
  public EarlyStopping baseline(double value) {
    baseline = value;
    return this;
  }

  /**
   * Sets whether the model has the weights of its best epoch after the training, not those of its
   * last; by default false.
   */
  public EarlyStopping restoreBestWeights(boolean restores) {
    restoring = restores;
    return this;
  }

  /** Sets the first epoch that counts; by default 0. */
  public EarlyStopping startFromEpoch(int epoch) {
    if (epoch < 0) {
      throw Refusal.of("EarlyStopping", "startFromEpoch is 0 or more", epoch, "give 0 for all");
    }
    startFromEpoch = epoch;
    return this;
  }

  /** Returns the epoch after which the latest training was ended; nothing if it was not. */
  public OptionalInt stoppedEpoch() {
    return latestStop;
  }

  /** Returns the best epoch of the latest training; nothing if none counted. */
  public OptionalInt bestEpoch() {
    return latestBest;
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    if (number(stoppedEpoch) >= 0) {
      model.stopTraining();
    }
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    createWeights(model);
  }

  @Override
  void epochEnded(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (epoch < startFromEpoch) {
      return;
    }
    OptionalDouble value = value(model, logs);
    if (value.isEmpty()) {
      return;
    }
    double current = value.getAsDouble();
    boolean improved = improve(model, current);
    if (improved || number(bestEpoch) < 0) {
      keep(model, epoch);
    }
    boolean aboveBaseline = Double.isNaN(baseline) || isBetter(model, current, baseline);
    waited(improved && aboveBaseline ? 0 : waited() + 1);
    if (!improved && waited() >= patience() && epoch > 0) {
      set(stoppedEpoch, (long) epoch);
      LOG.info("EarlyStopping: the training ends after epoch {}", epoch + 1);
      model.stopTraining();
    }
  }

  private void keep(Trainable<?, ?> model, int epoch) {
    set(bestEpoch, (long) epoch);
    if (restoring) {
      createWeights(model);
      copy(model.variables(), bestWeights);
    }
  }

  private static void copy(List<Variable> from, List<Variable> to) {
    for (int i = 0; i < to.size(); i++) {
      to.get(i).write(from.get(i).memory());
    }
  }

  /** Creates the variables of the best weights, which a restored checkpoint waits for. */
  private void createWeights(Trainable<?, ?> model) {
    if (restoring && bestWeights == null && !model.variables().isEmpty()) {
      bestWeights =
          model.variables().stream()
              .map(variable -> Variable.untrainable(variable.memory(), "weight"))
              .toList();
      if (onStateCreated != null) {
        onStateCreated.run();
      }
    }
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    latestBest = epoch(bestEpoch);
    latestStop = epoch(stoppedEpoch);
    createWeights(model);
    if (restoring && latestBest.isPresent() && bestWeights != null) {
      LOG.info("EarlyStopping: weights of epoch {}", latestBest.getAsInt() + 1);
      copy(bestWeights, model.variables());
    }
    super.onTrainEnd(model, logs);
    set(bestEpoch, -1L);
    set(stoppedEpoch, -1L);
    bestWeights = null;
    onStateCreated = null;
  }

  private static OptionalInt epoch(Variable variable) {
    int epoch = number(variable);
    return epoch < 0 ? OptionalInt.empty() : OptionalInt.of(epoch);
  }

  @Override
  public boolean isAwaitingState() {
    return restoring && bestWeights == null;
  }

  @Override
  public void onStateCreated(Runnable action) {
    onStateCreated = action;
  }
}
