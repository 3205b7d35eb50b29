package dev.tapedeck.callbacks;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/**
 * A callback that has evaluations and predictions use the moving averages of the weights, which an
 * optimizer with {@link Optimizer#useEma} keeps; training goes on with the weights.
 *
 * <p>Averages and weights change places in memory, so that callbacks that are notified meanwhile
 * see the averages: in an evaluation, and with {@link #swapOnEpoch} from the end of an epoch to the
 * begin of the next, where a later {@code ModelCheckpoint} saves them.
 *
 * <p>An optimizer that keeps no averages is refused with an {@link IllegalArgumentException}.
 */
public final class SwapEMAWeights implements Callback {
  private boolean swapOnEpoch;
  private boolean betweenEpochs;

  /** Makes a callback that swaps the weights for evaluations and predictions alone. */
  public SwapEMAWeights() {}

  /** Sets whether the averages are also in place between epochs; by default false. */
  public SwapEMAWeights swapOnEpoch(boolean swaps) {
    swapOnEpoch = swaps;
    return this;
  }

  private static void swap(Trainable<?, ?> model, boolean averages) {
    model.optimizer().swapAverages(model.trainableVariables(), averages);
  }

  private void betweenEpochs(Trainable<?, ?> model, boolean between) {
    if (betweenEpochs != between) {
      swap(model, between);
      betweenEpochs = between;
    }
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    betweenEpochs(model, false);
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    betweenEpochs(model, swapOnEpoch);
  }

  /** Puts the weights back: a training that is resumed goes on with them. */
  @Override
  public void onSave(Trainable<?, ?> model) {
    betweenEpochs(model, false);
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    betweenEpochs(model, false);
  }

  @Override
  public void onTestBegin(Trainable<?, ?> model) {
    swap(model, true);
  }

  @Override
  public void onTestEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    swap(model, betweenEpochs);
  }

  @Override
  public void onPredictBegin(Trainable<?, ?> model) {
    swap(model, true);
  }

  @Override
  public void onPredictEnd(Trainable<?, ?> model) {
    swap(model, betweenEpochs);
  }
}
