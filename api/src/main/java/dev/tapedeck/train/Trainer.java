package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The training of one model: the loop of fit over epochs and batches, with callbacks and
 * validation; one run at a time.
 */
final class Trainer<I, O> {
  private final Trainable<I, O> model;
  private final Overrides<O> overrides;
  private final LossWatch watch = new LossWatch();
  private final GradientNorms norms = new GradientNorms();
  private final RunGuard guard = new RunGuard();
  private final ModelLogs logs;
  private final TrainingState state;
  private final DefaultSteps<I, O> defaults;
  private final ModelSteps<I, O> steps;
  private final Evaluator<I, O> evaluator;
  private Optimizer optimizer;
  private Objective objective;
  private TrainableFlags flags;
  private volatile boolean stopRequested;

  /** Makes the trainer of a model that is being made. */
  <M extends AbstractLayer<I, O> & Trainable<I, O>> Trainer(M model, Overrides<O> overrides) {
    this.model = model;
    this.overrides = overrides;
    logs = new ModelLogs(model, watch);
    state = new TrainingState(logs.training(), watch::cause);
    defaults = new DefaultSteps<>(model, overrides, logs, norms, () -> objective, () -> optimizer);
    steps = new ModelSteps<>(model, overrides, logs, watch);
    evaluator = new Evaluator<>(model, logs, steps);
  }

  /** Returns the steps of a model that overrides none. */
  DefaultSteps<I, O> steps() {
    return defaults;
  }

  static Optimizer requireOptimizer(Optimizer optimizer) {
    return Objects.requireNonNull(
        optimizer, "compile: the optimizer is null; give one, as new Adam(1e-3)");
  }

  /**
   * Compiles the model.
   *
   * @param chosenOptimizer null if the model's own steps need none
   */
  void compile(Optimizer chosenOptimizer, Objective chosenObjective) {
    Objects.requireNonNull(
        chosenObjective,
        "compile: the loss is null; give one of Losses, or a function (labels, predictions) -> loss");
    guard.enter("compile", false);
    try {
      logs.metrics().compile(chosenObjective);
      optimizer = chosenOptimizer;
      objective = chosenObjective;
      flags = TrainableFlags.of(model.layer());
      steps.forgetTraces();
      watch.begin(model.layer(), null);
    } finally {
      guard.leave();
    }
  }

  void quantize(String mode) {
    guard.enter("quantize", false);
    try {
      Quantization.of(model.layer(), mode);
      steps.forgetTraces();
    } finally {
      guard.leave();
    }
  }

  boolean runsEagerly() {
    return steps.runsEagerly();
  }

  void runEagerly(boolean eagerly) {
    steps.runEagerly(eagerly);
  }

  boolean recordGradientNorms(boolean records) {
    boolean before = norms.isOn();
    if (records != before) {
      norms.turn(records);
      steps.forgetTrainTraces();
    }
    return before;
  }

  Map<String, Double> gradientNorms() {
    return norms.read();
  }

  Optimizer optimizer() {
    requireCompiled("optimizer");
    if (optimizer == null) {
      throw new IllegalStateException(
          "optimizer: the model is compiled without one; give compile one, or override trainStep");
    }
    return optimizer;
  }

  boolean hasOptimizer() {
    return optimizer != null;
  }

  Optional<Objective> objective() {
    return Optional.ofNullable(objective);
  }

  Loss loss() {
    requireCompiled("loss");
    return objective.loss();
  }

  private void requireCompiled(String who) {
    if (objective == null) {
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

  History fit(Object x, Object y, FitOptions options) {
    requireCompiled("fit");
    Objects.requireNonNull(
        options, "fit: the options are null; give some, as FitOptions.epochs(1)");
    flags.requireUnchanged();
    FitData data = FitData.of(x, y, options);
    guard.enter("fit", false);
    try {
      return train(data, options);
    } finally {
      guard.leave();
    }
  }

  /** Returns the compiled model as a distribution trains it. */
  Replica replica() {
    return new Replica(model, overrides, logs, watch, norms, objective, optimizer());
  }

  /** Returns a copy that a distribution has made, whose losses are looked at in the original. */
  Replica unwatched() {
    watch.begin(null, null);
    return replica();
  }

  private History train(FitData data, FitOptions options) {
    stopRequested = false;
    History history = new History();
    List<Callback> notified = new ArrayList<>(options.callbacks());
    notified.add(history);
    Optional<ProgressPrinter> printer =
        ProgressPrinter.of(options.verbosity(), steps.isTrainAwaitingTrace());
    printer.ifPresent(notified::addFirst);
    CallbackList callbacks = new CallbackList(notified, options.callbacks().isEmpty());
    watch.begin(model.layer(), printer.orElse(null));
    state.begin(data, callbacks, options);
    FitLoop<I, O> loop = new FitLoop<>(model, logs, steps, evaluator, callbacks, this::stops);
    return callbacks.run(
        () -> {
          loop.run(data, options);
          return history;
        },
        (callback, _) -> callback.onTrainEnd(model, loop.logs()));
  }

  Map<String, Double> evaluate(Object x, Object y, EvaluateOptions options) {
    requireCompiled("evaluate");
    Dataset batches = FitData.evaluated("evaluate", x, y, options);
    return evaluate(batches, options.steps(), options.callbacks());
  }

  private Map<String, Double> evaluate(Dataset batches, Integer count, List<Callback> notified) {
    boolean outermost = guard.enter("evaluate", true);
    try {
      if (outermost) {
        watch.begin(model.layer(), null);
      }
      Supplier<Map<String, Double>> evaluation =
          () -> evaluator.evaluate(batches, count, listOf(notified), () -> false).orElseThrow();
      return outermost && state.step() == 0
          ? evaluation.get()
          : logs.metrics().aside(!outermost, () -> logs.evaluation().aside(evaluation));
    } finally {
      if (outermost) {
        guard.leave();
      }
    }
  }

  private static CallbackList listOf(List<Callback> callbacks) {
    return new CallbackList(callbacks, callbacks.isEmpty());
  }

  O predict(Object x, EvaluateOptions options) {
    Dataset batches = FitData.evaluated("predict", x, null, options);
    boolean plain = options.callbacks().isEmpty() && options.steps() == null;
    return batches instanceof ArrayDataset arrays
            && arrays.size() <= (plain ? arrays.batchSize() : 0)
        ? predictOnBatch(x)
        : evaluator.predict(batches, options.steps(), listOf(options.callbacks()));
  }

  @SuppressWarnings("unchecked") // the model refuses other inputs than its own
  O predictOnBatch(Object x) {
    try (Scope scope = new Scope()) {
      I inputs = (I) TensorTree.map(x, UnaryOperator.identity());
      return TensorTree.map(steps.predict(inputs), scope::keep);
    }
  }

  Map<String, Double> trainOnBatch(Object x, Object y, Object weights) {
    requireCompiled("trainOnBatch");
    Example batch = ArrayDataset.of("trainOnBatch", x, y, weights).rows();
    guard.enter("trainOnBatch", false);
    try (Scope scope = new Scope()) {
      resetMetrics();
      return new LinkedHashMap<>(steps.train(steps.undistributed(), batch, () -> "trainOnBatch"));
    } finally {
      guard.leave();
    }
  }

  Map<String, Double> testOnBatch(Object x, Object y, Object weights) {
    requireCompiled("testOnBatch");
    return evaluate(ArrayDataset.of("testOnBatch", x, y, weights).batch(null, 1), null, List.of());
  }

  NumericsReport checkNumerics(Example batch) {
    requireCompiled("checkNumerics");
    boolean outermost = guard.enter("checkNumerics", true);
    try {
      return steps.check(batch);
    } finally {
      if (outermost) {
        guard.leave();
      }
    }
  }

  List<Aggregator> metrics() {
    logs.metrics().find(model.layer());
    return List.copyOf(logs.metrics().all().values());
  }

  List<String> metricsNames() {
    logs.metrics().find(model.layer());
    Set<String> names = new LinkedHashSet<>();
    if (objective != null) {
      names.add(MetricNames.LOSS);
    }
    logs.metrics().all().keySet().forEach(name -> names.add(MetricNames.free(name, names)));
    return List.copyOf(names);
  }

  void resetMetrics() {
    logs.metrics().find(model.layer());
    logs.training().reset();
    logs.evaluation().reset();
  }
}
