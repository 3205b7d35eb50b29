package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A layer with training and inference: {@code compile}, {@code fit}, {@code evaluate} and {@code
 * predict}.
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
 * <p>{@link #trainStep} trains on one batch of {@code fit}; override it to train in another way.
 */
public abstract class Model extends Layer {
  /** Not among the parts: a checkpoint saves its state separately, see {@link #progress}. */
  @SuppressWarnings("this-escape") // kept, and called only by methods of the model
  private final transient Trainer trainer = new Trainer(this);

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
  public final void compile(Optimizer optimizer, Loss loss, Metric... metrics) {
    trainer.compile(optimizer, loss, metrics);
  }

  /**
   * Sets whether {@code fit}, {@code evaluate} and {@code predict} run the Java methods for each
   * batch, for debugging, instead of the graphs traced from them; off by default.
   */
  public final void runEagerly(boolean eagerly) {
    trainer.runEagerly(eagerly);
  }

  /** Returns the optimizer of {@link #compile}. */
  public final Optimizer optimizer() {
    return trainer.optimizer();
  }

  /** Returns the loss of {@link #compile}. */
  public final Loss loss() {
    return trainer.loss();
  }

  /** Returns the position of the present training, or where the latest one ended. */
  public final TrainingState progress() {
    return trainer.state();
  }

  /** Asks {@link #fit} to end after the present batch; may be called from any thread. */
  public final void stopTraining() {
    trainer.stop();
  }

  /**
   * Returns whether {@link #stopTraining} was called, or the thread was interrupted, during the
   * present or the latest fit.
   */
  public final boolean isStopping() {
    return trainer.isStopping();
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
    return trainer.fit(batches, options);
  }

  /**
   * Trains on a batch, and returns scalars by name, whose means over the epoch's examples are
   * reported beside loss and metrics; under the name of a metric, that metric's result is reported.
   *
   * <p>Its Java code is traced, once for each shape of batch, see {@link
   * dev.tapedeck.function.TracedFunction}. After a change to state that the Java code reads, call
   * {@link #compile} again.
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
    optimizer().applyGradients(gradients, variables);
    return Map.of();
  }

  /** Evaluates a batch, and returns scalars to report, as {@link #trainStep} does. */
  protected Map<String, Tensor> testStep(Example batch) {
    Tensor predictions = apply(batch.x(), false);
    updateMetrics(batch, predictions, lossOf(batch, predictions));
    return Map.of();
  }

  private Tensor lossOf(Example batch, Tensor predictions) {
    BatchCheck.requireLabels(batch);
    Tensor value = Dispatch.nameScope("loss", () -> loss().of(batch.y(), predictions));
    BatchCheck.requireOneNumber(value);
    return value;
  }

  /**
   * Adds a batch's results to loss and metrics. If the loss is not finite, {@code fit} warns, and
   * searches for the layer it comes from with the present weights: call this before they change.
   */
  protected final void updateMetrics(Example batch, Tensor predictions, Tensor batchLoss) {
    trainer.updateMetrics(batch, predictions, batchLoss);
  }

  /**
   * Returns loss and metrics over batches, by name. Within a callback of {@code fit}, the logs of
   * the epoch so far are kept.
   *
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated by
   *     another thread
   * @throws IllegalArgumentException if the dataset is empty or has no end
   */
  public final Map<String, Double> evaluate(Dataset batches) {
    return trainer.evaluate(batches);
  }

  /** Returns the model's output for one batch of inputs. */
  public final Tensor predict(Object inputs) {
    return trainer.predict(inputs);
  }

  /**
   * Returns the model's outputs for all batches, joined along the first axis.
   *
   * @throws IllegalArgumentException if the dataset is empty or has no end
   */
  public final Tensor predict(Dataset batches) {
    return trainer.predict(batches);
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
   * Returns the data flow through the layers, recorded by one call without training on zeros of the
   * first input's type and shape.
   *
   * @throws IllegalStateException before the first call, when that is not known
   */
  public final LayerGraph layerGraph() {
    return LayerGraphRecorder.of(this);
  }

  @Override
  final boolean isNamedInOwnErrors() {
    return true;
  }
}
