package dev.tapedeck.train;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Scope;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The loop of one fit over epochs and batches, with callbacks and validation. */
final class FitLoop<I, O> {
  private final Trainable<I, O> model;
  private final ModelLogs logs;
  private final ModelSteps<I, O> steps;
  private final Evaluator<I, O> evaluator;
  private final CallbackList callbacks;
  private final BooleanSupplier stops;
  private final TrainingState state;
  private final DataWait wait = new DataWait(System::nanoTime);
  private Map<String, Double> epochLogs = Map.of();

  FitLoop(
      Trainable<I, O> model,
      ModelLogs logs,
      ModelSteps<I, O> steps,
      Evaluator<I, O> evaluator,
      CallbackList callbacks,
      BooleanSupplier stops) {
    this.model = model;
    this.logs = logs;
    this.steps = steps;
    this.evaluator = evaluator;
    this.callbacks = callbacks;
    this.stops = stops;
    state = model.progress();
  }

  /** Returns the logs of the latest epoch; empty before the first has ended. */
  Map<String, Double> logs() {
    return epochLogs;
  }

  /** Trains until the last epoch is over, or the training stops. */
  void run(FitData data, FitOptions options) {
    Integer given = options.stepsPerEpoch();
    warnOfRestarts(data.training());
    long length = given == null ? data.training().cardinality() : given;
    callbacks.onTrainBegin(model, new Callback.Plan(options.epochs(), length));
    boolean wasOver = state.epoch() >= options.epochs();
    try (Distribution.Run run = begin(options.distribution())) {
      train(data, options, run);
    }
    state.end(options.epochs());
    if (model.trainer().hasOptimizer()) {
      if (wasOver && model.layer().isAwaitingState() && steps.callTheModel()) {
        makeVariables(data.training());
      }
      model.optimizer().finalizeVariableValues(model.layer().trainableVariables());
    }
  }

  private static void warnOfRestarts(Dataset training) {
    String why = training.whyNotResumed();
    if (!why.isEmpty()) {
      Loggers.of(Model.class)
          .warn("fit: the data cannot be gone on with from a checkpoint after a restart: {}", why);
    }
  }

  private Distribution.Run begin(Distribution distribution) {
    return distribution == null
        ? steps.undistributed()
        : distribution.begin(model.trainer().replica());
  }

  private void train(FitData data, FitOptions options, Distribution.Run run) {
    EpochIterator batches = new EpochIterator(data, options, state, stops);
    while (state.epoch() < options.epochs() && !stops.getAsBoolean()) {
      int epoch = state.epoch();
      callbacks.onEpochBegin(model, epoch);
      Map<String, Double> values = new LinkedHashMap<>(train(batches, run));
      double share = wait.endSteps();
      if (!stops.getAsBoolean() && validate(data, options, values)) {
        state.endEpoch();
      }
      epochLogs = Collections.unmodifiableMap(values);
      callbacks.onEpochEnd(model, epoch, values);
      wait.report(epoch, share);
      callbacks.runSaves(model);
    }
  }

  /** Makes the variables of a model that was restored at the end of its training. */
  private void makeVariables(Dataset training) {
    try (Scope _ = new Scope()) {
      Iterator<Example> batches = training.iterator();
      if (batches.hasNext()) {
        @SuppressWarnings("unchecked") // a dataset's inputs are the model's, or it refuses them
        I inputs = (I) batches.next().inputs();
        Object _ = steps.predict(inputs);
      }
    }
  }

  /** Trains an epoch's batches, and returns its logs; empty if it was stopped before the first. */
  private Map<String, Double> train(EpochIterator batches, Distribution.Run run) {
    batches.beginEpoch();
    wait.beginEpoch();
    logs.metrics().find(model.layer());
    if (state.step() == 0) {
      logs.training().reset();
    }
    while (!stops.getAsBoolean()) {
      try (Scope scope = new Scope()) {
        if (!wait.during(batches::hasNext)) {
          break;
        }
        int step = (int) state.step();
        callbacks.onTrainBatchBegin(model, step);
        LazyLogs values = steps.train(run, wait.during(batches::next), this::place);
        state.endStep();
        wait.endStep();
        callbacks.onTrainBatchEnd(model, step, values);
        if (callbacks.haveSaves()) {
          run.synchronize();
        }
        callbacks.runSaves(model);
        if (!callbacks.isInternal()) {
          values.keep();
        }
      }
    }
    if (state.step() == 0 && !stops.getAsBoolean()) {
      throw batches.noBatches();
    }
    run.synchronize();
    return state.step() == 0 ? Map.of() : logs.training().values();
  }

  private String place() {
    return "fit: epoch " + (state.epoch() + 1) + ", batch " + (state.step() + 1);
  }

  /**
   * Adds the validation's results to an epoch's, where it is due, and returns whether it was not
   * stopped; if it was, the sums are those of the training again.
   */
  private boolean validate(FitData data, FitOptions options, Map<String, Double> values) {
    if (data.validation() == null || (state.epoch() + 1) % options.validationFreq() != 0) {
      return true;
    }
    StateSnapshot training = StateSnapshot.of(logs.metrics().all());
    try {
      Optional<Map<String, Double>> results =
          evaluator.evaluate(data.validation(), options.validationSteps(), callbacks, stops);
      if (results.isEmpty()) {
        training.restore();
      }
      results
          .orElse(Map.of())
          .forEach((name, value) -> values.put(MetricNames.VALIDATION + name, value));
      return results.isPresent();
    } finally {
      training.release();
    }
  }
}
