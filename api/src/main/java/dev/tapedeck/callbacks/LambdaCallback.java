package dev.tapedeck.callbacks;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A callback of functions.
 *
 * <pre>{@code
 * new LambdaCallback().onEpochEnd((epoch, logs) -> System.out.println(epoch + ": " + logs))
 * }</pre>
 */
public final class LambdaCallback implements Callback {
  private IntConsumer epochBegin = epoch -> {};
  private BiConsumer<Integer, Map<String, Double>> epochEnd = (epoch, logs) -> {};
  private Runnable trainBegin = () -> {};
  private Consumer<Map<String, Double>> trainEnd = logs -> {};
  private IntConsumer batchBegin = step -> {};
  private BiConsumer<Integer, Map<String, Double>> batchEnd = (step, logs) -> {};

  /** Makes a callback that does nothing yet. */
  public LambdaCallback() {}

  /** Sets what is called before an epoch, with its number; the first is 0. */
  public LambdaCallback onEpochBegin(IntConsumer action) {
    epochBegin = action;
    return this;
  }

  /** Sets what is called after an epoch, with its number and its logs. */
  public LambdaCallback onEpochEnd(BiConsumer<Integer, Map<String, Double>> action) {
    epochEnd = action;
    return this;
  }

  /** Sets what is called before the training. */
  public LambdaCallback onTrainBegin(Runnable action) {
    trainBegin = action;
    return this;
  }

  /** Sets what is called after the training, with the logs of its last epoch. */
  public LambdaCallback onTrainEnd(Consumer<Map<String, Double>> action) {
    trainEnd = action;
    return this;
  }

  /** Sets what is called before a step, with its number in the epoch; the first is 0. */
  public LambdaCallback onTrainBatchBegin(IntConsumer action) {
    batchBegin = action;
    return this;
  }

  /** Sets what is called after a step, with its number in the epoch and the logs so far. */
  public LambdaCallback onTrainBatchEnd(BiConsumer<Integer, Map<String, Double>> action) {
    batchEnd = action;
    return this;
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    epochBegin.accept(epoch);
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    epochEnd.accept(epoch, logs);
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    trainBegin.run();
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    trainEnd.accept(logs);
  }

  @Override
  public void onTrainBatchBegin(Trainable<?, ?> model, int step) {
    batchBegin.accept(step);
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    batchEnd.accept(step, logs);
  }
}
