package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A layer that can be trained, evaluated and asked.
 *
 * <pre>{@code
 * final class Digits extends Model {
 *   private final Dense hidden = new Dense(128, Activations::relu);
 *   private final Dense logits = new Dense(10);
 *
 *   @Override protected Tensor call(Tensor images) { return logits.apply(hidden.apply(images)); }
 * }
 *
 * Digits model = new Digits();
 * model.compile(
 *     new Adam(1e-3), Losses.sparseCategoricalCrossentropy().fromLogits(), new SparseCategoricalAccuracy());
 * model.fit(train.shuffle(60_000).batch(128), FitOptions.epochs(5).validation(test.batch(256)));
 * }</pre>
 *
 * <p>{@link #trainStep} is what {@code fit} does with a batch; override it to train in another way.
 */
public abstract class Model extends Layer {
  private Optimizer optimizer;
  private Loss loss;
  private final TrackedMetrics metrics = new TrackedMetrics();
  private final TrainingState progress = new TrainingState(metrics);
  private final RunningLogs evaluation = new RunningLogs(metrics);
  private final RunGuard guard = new RunGuard();
  private final LossWatch watch = new LossWatch();
  private RunningLogs gathering = progress.logs();
  private volatile boolean stopRequested;
  private boolean eager;
  private Function<Example, Map<String, Tensor>> trainFunction;
  private Function<Example, Map<String, Tensor>> testFunction;
  private TracedFunction<Tensor> predictFunction;

  /** For subclasses. */
  protected Model() {}

  /**
   * Sets how the model is trained and what is reported. Of metrics with equal names the later ones
   * are numbered: {@code accuracy, accuracy_1}.
   *
   * @throws IllegalArgumentException if a metric is named {@code loss}, or begins with {@code val_}
   * @throws IllegalStateException while the model is trained or evaluated
   * @throws NullPointerException if one is null
   */
  public final void compile(Optimizer chosenOptimizer, Loss chosenLoss, Metric... chosenMetrics) {
    Objects.requireNonNull(
        chosenOptimizer, "compile: the optimizer is null; give one, as new Adam(1e-3)");
    Objects.requireNonNull(
        chosenLoss,
        "compile: the loss is null; give one of Losses, or a function (labels, predictions) -> loss");
    Objects.requireNonNull(
        chosenMetrics, "compile: the metrics are null; leave them out if there are none");
    for (Metric metric : chosenMetrics) {
      Objects.requireNonNull(metric, "compile: a metric is null; leave it out");
    }
    guard.enter("compile", false);
    try {
      metrics.compile(List.of(chosenMetrics));
      optimizer = chosenOptimizer;
      loss = chosenLoss;
      forgetTraces();
    } finally {
      guard.leave();
    }
  }

  /**
   * Sets whether {@code fit}, {@code evaluate} and {@code predict} run the Java methods for each
   * batch, for debugging, instead of the graphs that these become when they run first; off at
   * first.
   */
  public final void runEagerly(boolean eagerly) {
    eager = eagerly;
    forgetTraces();
  }

  private void forgetTraces() {
    trainFunction = null;
    testFunction = null;
    predictFunction = null;
  }

  private Map<String, Double> train(Example batch) {
    if (trainFunction == null) {
      trainFunction = step("train_step", progress.logs(), this::trainStep);
    }
    Map<String, Double> logs = run(trainFunction, progress.logs(), batch);
    watch.afterStep(
        () -> "fit: epoch " + (progress.epoch() + 1) + ", batch " + (progress.step() + 1),
        batch,
        true);
    return logs;
  }

  private Map<String, Double> test(Example batch, int number) {
    if (testFunction == null) {
      testFunction = step("test_step", evaluation, this::testStep);
    }
    Map<String, Double> logs = run(testFunction, evaluation, batch);
    watch.afterStep(() -> "evaluate: batch " + (number + 1), batch, false);
    return logs;
  }

  /** Returns a step that adds what it reports to logs. */
  private Function<Example, Map<String, Tensor>> step(
      String name, RunningLogs logs, Function<Example, Map<String, Tensor>> step) {
    Function<Example, Map<String, Tensor>> gathered =
        batch -> {
          gathering = logs;
          try {
            Map<String, Tensor> reports = BatchCheck.of(batch, step);
            metrics.find(this); // layers that the step built may have some
            if (reports.containsKey(MetricNames.LOSS)) {
              watch.look(reports.get(MetricNames.LOSS));
            }
            logs.addReports(reports, examples(batch));
            return Map.of();
          } finally {
            gathering = progress.logs();
          }
        };
    return eager ? gathered : TracedFunction.of(name, gathered)::call;
  }

  private static Map<String, Double> run(
      Function<Example, Map<String, Tensor>> step, RunningLogs logs, Example batch) {
    Map<String, Tensor> _ = step.apply(batch);
    return Collections.unmodifiableMap(logs.values());
  }

  private static double examples(Example batch) {
    return batch.x().shape().isScalar() ? 1 : batch.x().shape().size(0);
  }

  private Tensor predictStep(Tensor inputs) {
    if (predictFunction == null) {
      predictFunction = TracedFunction.of("predict_step", (Tensor x) -> apply(x, false));
    }
    return eager ? apply(inputs, false) : predictFunction.call(inputs);
  }

  /** Returns the optimizer of {@link #compile}. */
  public final Optimizer optimizer() {
    requireCompiled("optimizer");
    return optimizer;
  }

  /** Returns the loss of {@link #compile}. */
  public final Loss loss() {
    requireCompiled("loss");
    return loss;
  }

  /** Returns where the present training stands, or the latest one ended. */
  public final TrainingState progress() {
    return progress;
  }

  private void requireCompiled(String who) {
    if (optimizer == null) {
      throw new IllegalStateException(
          who
              + ": the model is not compiled; call model.compile(optimizer, loss, metrics..) first");
    }
  }

  private static void requireEnd(String what, Dataset batches) {
    Objects.requireNonNull(batches, () -> what + " is null");
    if (batches.cardinality() == Dataset.INFINITE) {
      throw new IllegalArgumentException(
          what
              + " has no end; use take(n) to give it one: after batch(size), n is the number of steps"
              + " an epoch");
    }
  }

  /** Asks {@link #fit} to end after the present batch; may be called from any thread. */
  public final void stopTraining() {
    stopRequested = true;
  }

  /**
   * Returns whether {@link #stopTraining} was called, or the thread was interrupted, during the
   * present or the latest fit.
   */
  public final boolean isStopping() {
    return stopRequested;
  }

  /** Takes an interrupt for a call of {@link #stopTraining}; it stays set. */
  private boolean stops() {
    stopRequested |= Thread.currentThread().isInterrupted();
    return stopRequested;
  }

  /**
   * Trains the model on batches; an interrupt of the thread ends it as {@link #stopTraining} does,
   * and stays set.
   *
   * @return the logs of every epoch
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated
   * @throws IllegalArgumentException if the dataset is empty or has no end, or the validation
   *     dataset is not {@linkplain Dataset#requireApartFrom apart} from it
   */
  public final History fit(Dataset batches, FitOptions options) {
    requireCompiled("fit");
    requireEnd("fit: the dataset", batches);
    Objects.requireNonNull(
        options, "fit: the options are null; give some, as FitOptions.epochs(1)");
    if (options.validation() != null) {
      requireEnd("fit: the validation dataset", options.validation());
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
    List<Callback> callbacks = new ArrayList<>(options.callbacks());
    callbacks.add(history);
    Optional<ProgressPrinter> printer =
        ProgressPrinter.of(options.verbosity(), trainFunction == null && !eager);
    printer.ifPresent(callbacks::addFirst);
    watch.begin(this, printer.orElse(null));
    progress.begin(batches, options.validation(), options.callbacks());
    Callback.Plan plan = new Callback.Plan(options.epochs(), batches.cardinality());
    callbacks.forEach(c -> c.onTrainBegin(this, plan));
    try {
      while (progress.epoch() < options.epochs() && !stops()) {
        int epoch = progress.epoch();
        callbacks.forEach(c -> c.onEpochBegin(this, epoch));
        Map<String, Double> logs = new LinkedHashMap<>(trainEpoch(batches, callbacks));
        if (!stopRequested) {
          if (options.validation() != null) {
            evaluateAll(options.validation())
                .forEach((name, value) -> logs.put("val_" + name, value));
          }
          progress.endEpoch();
        }
        callbacks.forEach(c -> c.onEpochEnd(this, epoch, Collections.unmodifiableMap(logs)));
        progress.save(this, callbacks);
      }
      progress.end(options.epochs());
    } finally {
      callbacks.forEach(c -> c.onTrainEnd(this));
    }
    return history;
  }

  private Map<String, Double> trainEpoch(Dataset batches, List<Callback> callbacks) {
    Iterator<Example> iterator = progress.iterator();
    Map<String, Double> logs = Map.of();
    metrics.find(this);
    if (progress.step() == 0) {
      progress.logs().reset();
    } else {
      logs = progress.logs().values();
    }
    while (!stops()) {
      try (Scope scope = new Scope()) {
        if (!hasNext(iterator)) {
          break;
        }
        logs = train(iterator.next());
        int step = (int) progress.step();
        progress.endStep();
        for (Callback callback : callbacks) {
          callback.onTrainBatchEnd(this, step, logs);
        }
        progress.save(this, callbacks);
      }
    }
    if (progress.step() == 0 && !stopRequested) {
      throw BatchCheck.noBatches("fit", batches);
    }
    return logs;
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

  /**
   * Trains on a batch, and returns what to report beside loss and metrics: scalars by name, of
   * which the means over the epoch's examples are reported. Under the name of a metric, it is that
   * metric's result.
   *
   * <p>It becomes a graph for each shape of batch: its Java code runs once, see {@link
   * TracedFunction}. After a change of what Java code does, call {@link #compile} again.
   */
  protected Map<String, Tensor> trainStep(Example batch) {
    List<Variable> variables;
    Tensor predictions;
    Tensor batchLoss;
    List<Tensor> gradients;
    try (GradientTape tape = new GradientTape()) {
      predictions = apply(batch.x(), true);
      batchLoss = lossOf(batch, predictions);
      variables = trainableVariables();
      if (variables.isEmpty()) {
        throw new IllegalStateException(
            "fit: the model has no trainable variables; keep its layers and variables in fields, or in"
                + " lists, maps or records in fields");
      }
      gradients = tape.gradient(batchLoss, variables);
    }
    updateMetrics(batch, predictions, batchLoss);
    optimizer.applyGradients(gradients, variables);
    return Map.of();
  }

  /** Evaluates a batch, and returns what to report, as {@link #trainStep} does. */
  protected Map<String, Tensor> testStep(Example batch) {
    Tensor predictions = apply(batch.x(), false);
    updateMetrics(batch, predictions, lossOf(batch, predictions));
    return Map.of();
  }

  private Tensor lossOf(Example batch, Tensor predictions) {
    if (batch.y() == null) {
      throw new IllegalArgumentException(
          "model: the batch "
              + batch.x().spec()
              + " has no labels to compute a loss with; give the"
              + " dataset labels, or override trainStep and testStep");
    }
    Tensor value = Dispatch.nameScope("loss", () -> loss.of(batch.y(), predictions));
    BatchCheck.requireOneNumber(value);
    return value;
  }

  /**
   * Takes a batch's results into loss and metrics. Where the loss is not finite, {@code fit} warns,
   * and looks for the layer it comes from with the weights that the model has now: call this before
   * they are changed.
   */
  protected final void updateMetrics(Example batch, Tensor predictions, Tensor batchLoss) {
    BatchCheck.requireOneNumber(batchLoss);
    watch.look(batchLoss);
    gathering.addLoss(batchLoss, examples(batch));
    metrics.compiled().values().forEach(metric -> update(metric, batch.y(), predictions));
  }

  private static void update(Metric metric, Tensor labels, Tensor predictions) {
    boolean[] changes = {Dispatch.executingEagerly()};
    Dispatch.Recorder writes = (op, in, out) -> changes[0] |= op.effect() == Effect.WRITE;
    Dispatch.open(writes);
    try {
      metric.update(labels, predictions);
    } catch (RuntimeException e) {
      String remedy =
          e instanceof IllegalStateException && !Dispatch.executingEagerly()
              ? "; what a metric gathers belongs in variables, or call model.runEagerly(true)"
              : "";
      throw Errors.withMessage(e, "metric \"" + metric.name() + "\": " + e.getMessage() + remedy);
    } finally {
      Dispatch.close(writes);
    }
    if (!changes[0]) {
      throw new IllegalStateException(
          "fit: metric \""
              + metric.name()
              + "\" changes no variable, so that its sums would stay as they are while a graph runs;"
              + " keep them in variables, or call model.runEagerly(true)");
    }
  }

  /**
   * Returns loss and metrics over batches, by name. Within a callback of {@code fit}, what the
   * epoch's batches have gathered is as before afterwards.
   *
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated by
   *     another thread
   * @throws IllegalArgumentException if the dataset is empty or has no end
   */
  public final Map<String, Double> evaluate(Dataset batches) {
    requireCompiled("evaluate");
    requireEnd("evaluate: the dataset", batches);
    boolean outermost = guard.enter("evaluate", true);
    try {
      if (outermost) {
        watch.begin(this, null);
      }
      return outermost && progress.step() == 0
          ? evaluateAll(batches)
          : metrics.aside(!outermost, () -> evaluateAll(batches));
    } finally {
      if (outermost) {
        guard.leave();
      }
    }
  }

  private Map<String, Double> evaluateAll(Dataset batches) {
    metrics.find(this);
    evaluation.reset();
    Iterator<Example> iterator = batches.iterator();
    Map<String, Double> logs = Map.of();
    for (int number = 0; ; number++) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        logs = test(iterator.next(), number);
      }
    }
    if (logs.isEmpty()) {
      throw BatchCheck.noBatches("evaluate", batches);
    }
    return logs;
  }

  /** Returns the model's output for one batch of inputs. */
  public final Tensor predict(Object inputs) {
    try (Scope scope = new Scope()) {
      return scope.keep(predictStep(Operands.tensor(inputs)));
    }
  }

  /**
   * Returns the model's outputs for all batches, joined along the first axis.
   *
   * @throws IllegalArgumentException if the dataset is empty or has no end
   */
  public final Tensor predict(Dataset batches) {
    requireEnd("predict: the dataset", batches);
    List<Tensor> outputs = new ArrayList<>();
    for (Iterator<Example> iterator = batches.iterator(); ; ) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        outputs.add(scope.keep(predictStep(iterator.next().x())));
      }
    }
    if (outputs.isEmpty()) {
      throw BatchCheck.noBatches("predict", batches);
    }
    return Shaping.concat(0, outputs.toArray());
  }

  /**
   * Returns a table of layers, output shapes and numbers of parameters, as Keras prints it.
   *
   * @throws IllegalStateException before the first call, when shapes are not known
   */
  public final String summary() {
    return ModelSummary.of(this);
  }

  /**
   * Returns how data flows through the layers, found by running the model once, as in use, on zeros
   * of its first input's type and shape.
   *
   * @throws IllegalStateException before the first call, when that is not known
   */
  public final LayerGraph layerGraph() {
    return LayerGraphRecorder.of(this);
  }
}
