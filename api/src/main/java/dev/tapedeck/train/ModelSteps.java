package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The train, test and predict steps of a model, traced, with their logs. */
final class ModelSteps<I, O> {
  private final AbstractLayer<I, O> model;
  private final Overrides<O> overrides;
  private final ModelLogs logs;
  private final LossWatch watch;
  private final boolean hasOwnStep;
  private final StepFunction<Example, Map<String, Tensor>> train;
  private final StepFunction<Example, Map<String, Tensor>> test;
  private final StepFunction<I, O> predict;

  ModelSteps(AbstractLayer<I, O> model, Overrides<O> overrides, ModelLogs logs, LossWatch watch) {
    this.model = model;
    this.overrides = overrides;
    this.logs = logs;
    this.watch = watch;
    hasOwnStep = Overrides.changeTraining(model.getClass());
    train = new StepFunction<>("train_step", logs.addingTo(logs.training(), overrides.trainStep()));
    test = new StepFunction<>("test_step", logs.addingTo(logs.evaluation(), overrides.testStep()));
    predict = new StepFunction<>("predict_step", inputs -> model.run(inputs, false));
  }

  /** Returns the model's own steps. */
  Distribution.Run undistributed() {
    return new Distribution.Run() {
      @Override
      public void train(Example batch) {
        Map<String, Tensor> _ = train.call(batch);
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Trains on a batch and returns the epoch's logs so far.
   *
   * @param run takes the step
   * @param place the batch in a warning, {@code fit: epoch 1, batch 3}
   */
  LazyLogs train(Distribution.Run run, Example batch, Supplier<String> place) {
    run.train(batch);
    watch.afterStep(
        place, () -> hasOwnStep ? checkOwnStep(batch) : check(batch, true, this::lossOrNull));
    watch.afterTraining(place, batch, () -> check(batch, true, this::lossOrNull));
    return logs.training().values();
  }

  /** Evaluates a batch and returns the evaluation's logs so far. */
  LazyLogs test(Example batch, Supplier<String> place) {
    Map<String, Tensor> _ = test.call(batch);
    watch.afterStep(place, () -> check(batch, false, this::lossOrNull));
    return logs.evaluation().values();
  }

  /** Returns what is found in the numbers of a step on a batch, which changes nothing. */
  NumericsReport check(Example batch) {
    return hasOwnStep ? checkOwnStep(batch) : check(batch, true, overrides.computeLoss());
  }

  private NumericsReport checkOwnStep(Example batch) {
    return NumericsCheck.ofStep(model, batch, overrides.trainStep());
  }

  private NumericsReport check(
      Example batch, boolean training, BiFunction<Example, O, Tensor> loss) {
    return logs.unlogged(() -> NumericsCheck.of(model, batch, training, loss));
  }

  /** Returns a batch's loss; null if only a step of the model's own knows one. */
  private Tensor lossOrNull(Example batch, O predictions) {
    try {
      return overrides.computeLoss().apply(batch, predictions);
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** Returns whether a training step calls the model, which one of its own may not do. */
  boolean callTheModel() {
    return !hasOwnStep;
  }

  O predict(I inputs) {
    return predict.call(inputs);
  }

  boolean runsEagerly() {
    return train.runsEagerly();
  }

  void runEagerly(boolean eagerly) {
    all().forEach(step -> step.runEagerly(eagerly));
  }

  void forgetTraces() {
    all().forEach(StepFunction::forgetTraces);
  }

  void forgetTrainTraces() {
    train.forgetTraces();
  }

  private List<StepFunction<?, ?>> all() {
    return List.of(train, test, predict);
  }

  /** Returns whether the next train step is traced first, which takes time. */
  boolean isTrainAwaitingTrace() {
    return train.isAwaitingTrace();
  }
}
