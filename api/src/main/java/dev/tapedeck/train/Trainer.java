package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The training of one model: the loop of fit over epochs and batches, with callbacks and
 * validation; one run at a time.
 */
final class Trainer<I, O> {
  private final Trainable<I, O> model;
  private final LossWatch watch = new LossWatch();
  private final RunGuard guard = new RunGuard();
  private final ModelLogs logs;
  private final TrainingState state;
  private final DefaultSteps<I, O> defaults;
  private final ModelSteps<I, O> steps;
  private final Evaluator<I, O> evaluator;
  private Optimizer optimizer;
  private Objective objective;
  private volatile boolean stopRequested;

  /** Makes the trainer of a model that is being made. */
  <M extends AbstractLayer<I, O> & Trainable<I, O>> Trainer(M model, Overrides<O> overrides) {
    this.model = model;
    logs = new ModelLogs(model, watch);
    state = new TrainingState(logs.training());
    defaults = new DefaultSteps<>(model, overrides, logs, () -> objective);
    steps = new ModelSteps<>(model, overrides, logs, watch);
    evaluator = new Evaluator<>(model, logs, steps);
  }

  /** Returns the steps of a model that overrides none. */
  DefaultSteps<I, O> steps() {
    return defaults;
  }

  void compile(Optimizer chosenOptimizer, Objective chosenObjective) {
    Objects.requireNonNull(
        chosenOptimizer, "compile: the optimizer is null; give one, as new Adam(1e-3)");
    Objects.requireNonNull(
        chosenObjective,
        "compile: the loss is null; give one of Losses, or a function (labels, predictions) -> loss");
    guard.enter("compile", false);
    try {
      logs.metrics().compile(chosenObjective);
      optimizer = chosenOptimizer;
      objective = chosenObjective;
      steps.forgetTraces();
    } finally {
      guard.leave();
    }
  }

  void runEagerly(boolean eagerly) {
    steps.runEagerly(eagerly);
  }

  Optimizer optimizer() {
    requireCompiled("optimizer");
    return optimizer;
  }

  Loss loss() {
    requireCompiled("loss");
    return objective.loss();
  }

  private void requireCompiled(String who) {
    if (optimizer == null) {
      throw new IllegalStateException(
          who
              + ": the model is not compiled; call model.compile(optimizer, loss, metrics..) first");
    }
  }

  TrainingState state() {
    return state;
  }

  void updateMetrics(Example batch, O predictions, Tensor batchLoss) {
    logs.update(batch, predictions, batchLoss);
  }

  void stop() {
    stopRequested = true;
  }

  boolean isStopping() {
    return stopRequested;
  }

  /** Returns whether to stop, for an interrupt of the thread, too, which stays set. */
  private boolean stops() {
    stopRequested |= Thread.currentThread().isInterrupted();
    return stopRequested;
  }

  History fit(Dataset batches, FitOptions options) {
    requireCompiled("fit");
    BatchCheck.requireEnd("fit: the dataset", batches);
    Objects.requireNonNull(
        options, "fit: the options are null; give some, as FitOptions.epochs(1)");
    if (options.validation() != null) {
      BatchCheck.requireEnd("fit: the validation dataset", options.validation());
      options.validation().requireApartFrom(batches);
    }
    guard.enter("fit", false);
    try {
      return train(batches, options);
    } finally {
      guard.leave();
    }
  }

  private History train(Dataset batches, FitOptions options) {
    stopRequested = false;
    History history = new History();
    List<Callback> notified = new ArrayList<>(options.callbacks());
    notified.add(history);
    Optional<ProgressPrinter> printer =
        ProgressPrinter.of(options.verbosity(), steps.isTrainAwaitingTrace());
    printer.ifPresent(notified::addFirst);
    CallbackList callbacks = new CallbackList(notified, options.callbacks().isEmpty());
    watch.begin(model.layer(), printer.orElse(null));
    state.begin(batches, options.validation(), callbacks);
    callbacks.onTrainBegin(model, new Callback.Plan(options.epochs(), batches.cardinality()));
    try {
      while (state.epoch() < options.epochs() && !stops()) {
        int epoch = state.epoch();
        callbacks.onEpochBegin(model, epoch);
        Map<String, Double> values = new LinkedHashMap<>(trainEpoch(batches, callbacks));
        if (!stopRequested) {
          if (options.validation() != null) {
            evaluator
                .evaluate(options.validation())
                .forEach((name, value) -> values.put(MetricNames.VALIDATION + name, value));
          }
          state.endEpoch();
        }
        callbacks.onEpochEnd(model, epoch, Collections.unmodifiableMap(values));
        callbacks.runSaves(model);
      }
      state.end(options.epochs());
    } finally {
      callbacks.onTrainEnd(model);
    }
    return history;
  }

  private Map<String, Double> trainEpoch(Dataset batches, CallbackList callbacks) {
    Iterator<Example> iterator = iterator(batches);
    logs.metrics().find(model.layer());
    if (state.step() == 0) {
      logs.training().reset();
    }
    while (!stops()) {
      try (Scope scope = new Scope()) {
        if (!hasNext(iterator)) {
          break;
        }
        LazyLogs values = steps.train(iterator.next(), this::place);
        int step = (int) state.step();
        state.endStep();
        callbacks.onTrainBatchEnd(model, step, values);
        callbacks.runSaves(model);
        if (!callbacks.isInternal()) {
          values.keep();
        }
      }
    }
    if (state.step() == 0 && !stopRequested) {
      throw BatchCheck.noBatches("fit", batches);
    }
    return state.step() == 0 ? Map.of() : logs.training().values();
  }

  private String place() {
    return "fit: epoch " + (state.epoch() + 1) + ", batch " + (state.step() + 1);
  }

  /** Returns an iterator of the epoch's batches, at the batch where the epoch continues. */
  private Iterator<Example> iterator(Dataset batches) {
    Iterator<Example> iterator = batches.iterator();
    state.beginEpoch(iterator);
    if (!(iterator instanceof Trackable)) {
      skip(iterator, state.step());
    }
    return iterator;
  }

  private static void skip(Iterator<Example> iterator, long count) {
    for (long i = 0; i < count; i++) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          return;
        }
        iterator.next();
      }
    }
  }

  private boolean hasNext(Iterator<Example> iterator) {
    try {
      return iterator.hasNext();
    } catch (RuntimeException e) {
      if (e.getCause() instanceof InterruptedException && stops()) {
        return false;
      }
      throw e;
    }
  }

  Map<String, Double> evaluate(Dataset batches) {
    requireCompiled("evaluate");
    BatchCheck.requireEnd("evaluate: the dataset", batches);
    boolean outermost = guard.enter("evaluate", true);
    try {
      if (outermost) {
        watch.begin(model.layer(), null);
      }
      return outermost && state.step() == 0
          ? evaluator.evaluate(batches)
          : logs.metrics().aside(!outermost, () -> evaluator.evaluate(batches));
    } finally {
      if (outermost) {
        guard.leave();
      }
    }
  }

  O predict(I inputs) {
    try (Scope scope = new Scope()) {
      return TensorTree.map(steps.predict(inputs), scope::keep);
    }
  }

  O predict(Dataset batches) {
    BatchCheck.requireEnd("predict: the dataset", batches);
    return evaluator.predict(batches);
  }
}
