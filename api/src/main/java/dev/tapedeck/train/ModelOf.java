package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.Map;

/**
 * Layer of tensors in a record, list, array or map, with training and inference: {@code compile},
 * {@code fit}, {@code evaluate} and {@code predict}.
 *
 * <pre>{@code
 * record Query(Tensor user, Tensor item) {}
 * record Scores(Tensor click, Tensor stars) {}
 *
 * final class Recommender extends ModelOf<Query, Scores> {
 *   private final Dense hidden = new Dense(64, Activations::relu);
 *   private final Dense click = new Dense(1, Activations::sigmoid);
 *   private final Dense stars = new Dense(1);
 *
 *   @Override protected Scores call(Query q) {
 *     Tensor h = hidden.apply(Joining.concat(-1, q.user(), q.item()));
 *     return new Scores(click.apply(h), stars.apply(h));
 *   }
 * }
 *
 * Recommender model = new Recommender();
 * model.compile(
 *     new Adam(1e-3),
 *     Objective.of("click", Losses.binaryCrossentropy()).and("stars", Losses.meanSquaredError(), 0.2));
 * model.fit(Pipeline.of(new Query(u, i), new Scores(c, s)).batch(64), FitOptions.epochs(3));
 * }</pre>
 *
 * @param <I> input: a tensor, or a record, list, array or map of tensors
 * @param <O> output, as the input
 */
public abstract non-sealed class ModelOf<I, O> extends LayerOf<I, O> implements Trainable<I, O> {
  /** Not among the parts: a checkpoint saves its state separately, see {@link #progress}. */
  @SuppressWarnings("this-escape") // kept, and called only by methods of the model
  private final transient Trainer<I, O> trainer =
      new Trainer<>(
          this,
          new Overrides<>(
              this::trainStep,
              this::testStep,
              this::computeGradients,
              this::applyGradients,
              this::computeLoss));

  /** For subclasses. */
  protected ModelOf() {
    this(null);
  }

  /** For subclasses that keep their arguments; see {@link LayerOf}. */
  protected ModelOf(Record arguments) {
    super(arguments);
  }

  /**
   * Returns the model's outputs for the rows of inputs, computed in batches of 32.
   *
   * @throws IllegalArgumentException if the inputs differ in their numbers of rows
   */
  public final O predict(I inputs) {
    return predict(inputs, new EvaluateOptions());
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
    return trainer.steps().train(batch);
  }

  /** Evaluates a batch, and returns scalars to report, as {@link #trainStep} does. */
  protected Map<String, Tensor> testStep(Example batch) {
    return trainer.steps().test(batch);
  }

  /**
   * Returns the gradients of a batch's loss for the trainable variables, after the batch's loss and
   * metrics were added to the logs; {@link #trainStep} gives them to {@link #applyGradients}.
   */
  protected GradientsAndVariables computeGradients(Example batch) {
    return trainer.steps().gradients(batch);
  }

  /** Changes the variables by their gradients; by default with the optimizer's step. */
  protected void applyGradients(GradientsAndVariables gradients) {
    optimizer().applyGradients(gradients.gradients(), gradients.variables());
  }

  /**
   * Returns the loss of a batch, one number; by default the weighted sum of the compiled losses and
   * of the layers' penalties.
   */
  protected Tensor computeLoss(Example batch, O predictions) {
    return trainer.steps().objective(batch, predictions);
  }

  /**
   * Adds a batch's results to loss and metrics. If the loss is not finite, {@code fit} warns, and
   * searches for the layer it comes from with the present weights: call this before they change.
   */
  protected final void updateMetrics(Example batch, O predictions, Tensor batchLoss) {
    trainer.updateMetrics(batch, predictions, batchLoss);
  }

  /** Returns the trainer of this model. */
  @Override
  public final Trainer<I, O> trainer() {
    return trainer;
  }

  @Override
  public final AbstractLayer<I, O> layer() {
    return this;
  }

  @Override
  final boolean isNamedInOwnErrors() {
    return true;
  }

  @Override
  public ModelOf<I, O> name(String given) {
    super.name(given);
    return this;
  }

  @Override
  public ModelOf<I, O> trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return this;
  }

  @Override
  public ModelOf<I, O> dtype(DTypePolicy policy) {
    super.dtype(policy);
    return this;
  }
}
