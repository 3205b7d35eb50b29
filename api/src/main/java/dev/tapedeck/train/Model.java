package dev.tapedeck.train;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.Tensor;
import java.util.Map;

/**
 * Layer of one tensor with training and inference: {@code compile}, {@code fit}, {@code evaluate}
 * and {@code predict}.
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
public abstract non-sealed class Model extends Layer implements Trainable<Tensor, Tensor> {
  /** Not among the parts: a checkpoint saves its state separately, see {@link #progress}. */
  @SuppressWarnings("this-escape") // kept, and called only by methods of the model
  private final transient Trainer<Tensor, Tensor> trainer =
      new Trainer<>(
          this,
          new Overrides<>(
              this::trainStep,
              this::testStep,
              this::computeGradients,
              this::applyGradients,
              this::computeLoss));

  /** For subclasses. */
  protected Model() {
    this(null);
  }

  /** For subclasses that keep their arguments; see {@link Layer}. */
  protected Model(Record arguments) {
    super(arguments);
  }

  /**
   * Returns a functional model, which computes an output of {@link Input#of} from an input.
   *
   * @throws IllegalArgumentException if the output does not depend on the input, or on another one
   */
  public static Model of(Tensor input, Tensor output) {
    return new Functional(new FunctionalGraph<>(input, output));
  }

  /**
   * Returns a functional model of several inputs or outputs.
   *
   * @param inputs symbol, or record, list or map of symbols
   * @param outputs symbols computed from these
   * @throws IllegalArgumentException if an input is missing, or none of the outputs depends on one
   */
  public static <I, O> ModelOf<I, O> of(I inputs, O outputs) {
    return new FunctionalOf<>(new FunctionalGraph<>(inputs, outputs));
  }

  /**
   * Returns the model's outputs for the rows of inputs, which may be anything a tensor is made of;
   * they are computed in batches of 32.
   *
   * @throws IllegalArgumentException if the inputs have no first axis
   */
  public final Tensor predict(Object inputs) {
    return predict(
        inputs instanceof Dataset ? inputs : Operands.tensor(inputs), new EvaluateOptions());
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
  protected Tensor computeLoss(Example batch, Tensor predictions) {
    return trainer.steps().objective(batch, predictions);
  }

  /**
   * Adds a batch's results to loss and metrics. If the loss is not finite, {@code fit} warns, and
   * searches for the layer it comes from with the present weights: call this before they change.
   */
  protected final void updateMetrics(Example batch, Tensor predictions, Tensor batchLoss) {
    trainer.updateMetrics(batch, predictions, batchLoss);
  }

  /** Returns the trainer of this model. */
  @Override
  public final Trainer<Tensor, Tensor> trainer() {
    return trainer;
  }

  @Override
  public final AbstractLayer<Tensor, Tensor> layer() {
    return this;
  }

  @Override
  final boolean isNamedInOwnErrors() {
    return true;
  }

  @Override
  public Model name(String given) {
    super.name(given);
    return this;
  }

  @Override
  public Model trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return this;
  }

  @Override
  public Model dtype(DTypePolicy policy) {
    super.dtype(policy);
    return this;
  }
}
