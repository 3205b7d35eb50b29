package dev.tapedeck.train;

import dev.tapedeck.ops.Operands;
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
final class Trainer {
  private final Model model;
  private final LossWatch watch = new LossWatch();
  private final RunGuard guard = new RunGuard();
  private final ModelLogs logs;
  private final TrainingState state;
  private final ModelSteps steps;
  private final Evaluator evaluator;
  private Optimizer optimizer;
  private Loss loss;
  private volatile boolean stopRequested;

  Trainer(Model model) {
    this.model = model;
    logs = new ModelLogs(model, watch);
    state = new TrainingState(logs.training());
    steps = new ModelSteps(model, logs, watch);
    evaluator = new Evaluator(model, logs, steps);
  }

  void compile(Optimizer chosenOptimizer, Loss chosenLoss, Metric... metrics) {
    Objects.requireNonNull(
        chosenOptimizer, "compile: the optimizer is null; give one, as new Adam(1e-3)");
    Objects.requireNonNull(
        chosenLoss,
        "compile: the loss is null; give one of Losses, or a function (labels, predictions) -> loss");
    guard.enter("compile", false);
    try {
      logs.metrics().compile(metrics);
      optimizer = chosenOptimizer;
      loss = chosenLoss;
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
    return loss;
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

  void updateMetrics(Example batch, Tensor predictions, Tensor batchLoss) {
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
    CallbackList callbacks = new CallbackList(notified);
    watch.begin(model, printer.orElse(null));
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
    Map<String, Double> values = Map.of();
    logs.metrics().find(model);
    if (state.step() == 0) {
      logs.training().reset();
    } else {
      values = logs.training().values();
    }
    while (!stops()) {
      try (Scope scope = new Scope()) {
        if (!hasNext(iterator)) {
          break;
        }
        values = steps.train(iterator.next(), this::place);
        int step = (int) state.step();
        state.endStep();
        callbacks.onTrainBatchEnd(model, step, values);
        callbacks.runSaves(model);
      }
    }
    if (state.step() == 0 && !stopRequested) {
      throw BatchCheck.noBatches("fit", batches);
    }
    return values;
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
        watch.begin(model, null);
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

  Tensor predict(Object inputs) {
    try (Scope scope = new Scope()) {
      return scope.keep(steps.predict(Operands.tensor(inputs)));
    }
  }

  Tensor predict(Dataset batches) {
    BatchCheck.requireEnd("predict: the dataset", batches);
    return evaluator.predict(batches);
  }
}
