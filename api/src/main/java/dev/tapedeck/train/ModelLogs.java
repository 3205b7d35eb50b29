package dev.tapedeck.train;

import dev.tapedeck.autodiff.TargetWatch;
import dev.tapedeck.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The logs of a model's training and of its evaluations; steps add loss, metrics and the scalars
 * that they return to those of the run that they are part of.
 */
final class ModelLogs {
  private final AbstractLayer<?, ?> model;
  private final LossWatch watch;
  private final TrackedMetrics metrics = new TrackedMetrics();
  private final RunningLogs training = new RunningLogs(metrics);
  private final RunningLogs evaluation = new RunningLogs(metrics);
  private RunningLogs current = training; // also of a step that is called outside of a run

  ModelLogs(AbstractLayer<?, ?> model, LossWatch watch) {
    this.model = model;
    this.watch = watch;
  }

  TrackedMetrics metrics() {
    return metrics;
  }

  RunningLogs training() {
    return training;
  }

  RunningLogs evaluation() {
    return evaluation;
  }

  /** Returns a step that adds to logs what the given one reports, and returns nothing itself. */
  Function<Example, Map<String, Tensor>> addingTo(
      RunningLogs logs, Function<Example, Map<String, Tensor>> step) {
    return batch -> {
      current = logs;
      try {
        // Before weights change: a step of the model's own tells its loss after that, if at all.
        Map<String, Tensor> reports =
            logs == training && Overrides.changeTraining(model.getClass())
                ? TargetWatch.call(watch::check, () -> BatchCheck.of(batch, step))
                : BatchCheck.of(batch, step);
        metrics.find(model); // layers that the step built may have some
        if (reports.containsKey(MetricNames.LOSS)) {
          watch.check(reports.get(MetricNames.LOSS));
        }
        logs.addReports(reports, batch.size());
        return Map.of();
      } finally {
        current = training;
      }
    };
  }

  /** Checks the norm of all gradients of a step, before they are applied. */
  void checkGradients(Tensor norm) {
    watch.checkGradients(norm);
  }

  /** Adds a batch's loss to the logs, and updates the compiled metrics. */
  void update(Example batch, Object predictions, Tensor loss) {
    BatchCheck.requireOneNumber(loss);
    NumericsCheck check = NumericsCheck.current();
    if (check != null) {
      check.lossIs(loss);
      return;
    }
    watch.check(loss);
    current.addLoss(loss, batch.size());
    metrics.update(batch, predictions);
  }

  /** Runs an action that computes losses, which are not added to the logs. */
  <T> T unlogged(Supplier<T> action) {
    RunningLogs logged = current;
    current = null;
    try {
      return action.get();
    } finally {
      current = logged;
    }
  }

  /** Adds the losses of several outputs, by output, to the logs. */
  void addOutputLosses(Example batch, Map<String, Tensor> losses) {
    if (current == null) {
      return;
    }
    Map<String, Tensor> named = new LinkedHashMap<>();
    losses.forEach((output, loss) -> named.put(output + "_" + MetricNames.LOSS, loss));
    current.addOutputLosses(named, batch.size());
  }
}
