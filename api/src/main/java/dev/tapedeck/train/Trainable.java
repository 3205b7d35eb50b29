package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.plot.ModelPlot;
import dev.tapedeck.tracking.LazyTrackable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Training and inference of a {@link Model} or {@link ModelOf}: {@code compile}, {@code fit},
 * {@code evaluate} and {@code predict}.
 *
 * @param <I> input of the model: a tensor, or a record, list, array or map of tensors
 * @param <O> output, as the input
 */
public sealed interface Trainable<I, O> extends LazyTrackable permits Model, ModelOf {
  /**
   * Returns the trainer of this model.
   *
   * @hidden not for programs that use Tapedeck
   */
  Trainer<I, O> trainer();

  /** Returns this model as a layer. */
  AbstractLayer<I, O> layer();

  /** Returns all variables by path, {@code hidden/kernel}; a shared one once. */
  Map<String, Variable> namedVariables();

  /** Returns all variables, the model's own first. */
  List<Variable> variables();

  /** Returns the variables that training changes. */
  List<Variable> trainableVariables();

  /**
   * Sets how the model is trained and what is reported. Of metrics with equal names the later ones
   * are numbered: {@code accuracy, accuracy_1}.
   *
   * @throws IllegalArgumentException if a metric is named {@code loss}, or begins with {@code val_}
   * @throws IllegalStateException while the model is trained or evaluated
   * @throws NullPointerException if one is null
   */
  default void compile(Optimizer optimizer, Loss loss, Metric... metrics) {
    trainer().compile(Trainer.requireOptimizer(optimizer), Objective.of(loss).metrics(metrics));
  }

  /** Prepares a model that trains with steps of its own, and needs no optimizer or loss here. */
  default void compile() {
    trainer().compile(null, new Objective(Map.of()));
  }

  /** Sets the optimizer of a model whose losses are those that its layers add, or computeLoss. */
  default void compile(Optimizer optimizer) {
    trainer().compile(Trainer.requireOptimizer(optimizer), new Objective(Map.of()));
  }

  /**
   * Sets how the model is trained and what is reported, with losses and metrics by output.
   *
   * @throws IllegalArgumentException if a metric is named {@code loss}, or begins with {@code val_}
   * @throws IllegalStateException while the model is trained or evaluated
   */
  default void compile(Optimizer optimizer, Objective objective) {
    trainer().compile(Trainer.requireOptimizer(optimizer), objective);
  }

  /**
   * Sets whether {@code fit}, {@code evaluate} and {@code predict} run the Java methods for each
   * batch, for debugging, instead of the graphs traced from them; off by default.
   */
  default void runEagerly(boolean eagerly) {
    trainer().runEagerly(eagerly);
  }

  /** Returns whether batches run the Java methods, as {@link #runEagerly} sets. */
  default boolean runsEagerly() {
    return trainer().runsEagerly();
  }

  /**
   * Sets whether training steps record the norms of their gradients; off by default. Steps are
   * traced anew after a change; those of an overridden {@code trainStep} record none.
   *
   * <p>While it is on, {@code fit} also warns of the first gradients that are not finite, as it
   * does of the loss, unless the optimizer scales the loss and leaves out steps where that
   * overflows.
   *
   * @return whether it was on before
   */
  default boolean recordGradientNorms(boolean records) {
    return trainer().recordGradientNorms(records);
  }

  /**
   * Returns the norm of the gradient of each trainable variable in the latest training step, by
   * path, without the scale of the loss; empty unless {@link #recordGradientNorms} is on.
   */
  default Map<String, Double> gradientNorms() {
    return trainer().gradientNorms();
  }

  /** Returns the optimizer of {@link #compile}. */
  default Optimizer optimizer() {
    return trainer().optimizer();
  }

  /** Returns the loss of {@link #compile}. */
  default Loss loss() {
    return trainer().loss();
  }

  /** Returns what the model was compiled with: loss and metrics by output; empty before. */
  default Optional<Objective> objective() {
    return trainer().objective();
  }

  /** Returns the position of the present training, or where the latest one ended. */
  default TrainingState progress() {
    return trainer().state();
  }

  /** Asks {@code fit} to end after the present batch; may be called from any thread. */
  default void stopTraining() {
    trainer().stop();
  }

  /**
   * Returns whether {@link #stopTraining} was called, or the thread was interrupted, during the
   * present or the latest fit.
   */
  default boolean isStopping() {
    return trainer().isStopping();
  }

  /**
   * Trains the model on batches; an interrupt of the thread ends it as {@link #stopTraining} does,
   * and stays set.
   *
   * @return the logs of every epoch
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated
   * @throws IllegalArgumentException if the dataset is empty, or has no end and the options no
   *     steps per epoch; if the validation dataset is not {@linkplain Dataset#requireApartFrom
   *     apart} from it; if the options have something of arrays, such as a batch size
   */
  default History fit(Dataset batches, FitOptions options) {
    return trainer().fit(batches, null, options);
  }

  /** Trains the model, as {@link #fit(Object, Object, FitOptions)}, on inputs without labels. */
  default History fit(Object x, FitOptions options) {
    return trainer().fit(x, null, options);
  }

  /**
   * Trains the model on the rows of tensors or arrays, along their first axis, in batches of 32
   * unless the options have another size.
   *
   * @param x inputs: a tensor, or an array of which one is made, or a record, map or list of these
   * @param y labels, as the inputs
   * @return the logs of every epoch
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated
   * @throws IllegalArgumentException if x, y and weights differ in their numbers of rows, or have
   *     none; if a weight is negative, or a class has none
   */
  default History fit(Object x, Object y, FitOptions options) {
    return trainer().fit(x, y, options);
  }

  /**
   * Returns loss and metrics over batches, by name. Within a callback, the logs of the epoch or
   * evaluation so far are kept.
   *
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated by
   *     another thread
   * @throws IllegalArgumentException if the dataset is empty or has no end
   */
  default Map<String, Double> evaluate(Dataset batches) {
    return evaluate(batches, new EvaluateOptions());
  }

  /** Returns loss and metrics over a dataset, or over the rows of inputs without labels. */
  default Map<String, Double> evaluate(Object x, EvaluateOptions options) {
    return trainer().evaluate(x, null, options);
  }

  /** Returns loss and metrics over the rows of tensors or arrays, in batches of 32. */
  default Map<String, Double> evaluate(Object x, Object y) {
    return evaluate(x, y, new EvaluateOptions());
  }

  /**
   * Returns loss and metrics over the rows of tensors or arrays, given as to {@link #fit(Object,
   * Object, FitOptions)}.
   *
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated by
   *     another thread
   * @throws IllegalArgumentException if x, y and weights differ in their numbers of rows, or have
   *     none
   */
  default Map<String, Double> evaluate(Object x, Object y, EvaluateOptions options) {
    return trainer().evaluate(x, y, options);
  }

  /**
   * Returns the model's outputs for all batches, joined along the first axis.
   *
   * @throws IllegalArgumentException if the dataset is empty or has no end
   */
  default O predict(Dataset batches) {
    return predict(batches, new EvaluateOptions());
  }

  /**
   * Returns the model's outputs for a dataset, or for the rows of tensors or arrays in batches,
   * joined along the first axis.
   *
   * @throws IllegalArgumentException if the dataset is empty or has no end, or the arrays differ in
   *     their numbers of rows
   */
  default O predict(Object x, EvaluateOptions options) {
    return trainer().predict(x, options);
  }

  /**
   * Returns where the numbers of a training step on a batch stop being finite: the first op and its
   * layer, in the call of the model and its loss, or else in their gradients.
   *
   * <p>The step runs eagerly with the present weights, and changes no variable, metric or random
   * generator; random numbers, as of dropout, differ from those of a step of {@code fit}. If the
   * model overrides {@code trainStep}, {@code computeGradients} or {@code applyGradients}, its own
   * step runs: what it returns, its loss, and the gradients that it gives to optimizers are looked
   * at, and not applied.
   *
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated by
   *     another thread
   */
  default NumericsReport checkNumerics(Example batch) {
    return trainer().checkNumerics(batch);
  }

  /** Checks the numbers of a training step on tensors or arrays; see {@link #checkNumerics}. */
  default NumericsReport checkNumerics(Object x, Object y) {
    return checkNumerics(ArrayDataset.of("checkNumerics", x, y, null).rows());
  }

  /** Trains on one batch of tensors or arrays, as {@link #trainOnBatch(Object, Object, Object)}. */
  default Map<String, Double> trainOnBatch(Object x, Object y) {
    return trainOnBatch(x, y, null);
  }

  /**
   * Trains on one batch of tensors or arrays, and returns its loss and metrics by name; metrics are
   * reset before, as in Keras, and then have the batch's values.
   *
   * @param sampleWeight weights of the examples; null for none
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated
   * @throws IllegalArgumentException if x, y and weights differ in their numbers of rows
   */
  default Map<String, Double> trainOnBatch(Object x, Object y, Object sampleWeight) {
    return trainer().trainOnBatch(x, y, sampleWeight);
  }

  /** Evaluates one batch of tensors or arrays, as {@link #testOnBatch(Object, Object, Object)}. */
  default Map<String, Double> testOnBatch(Object x, Object y) {
    return testOnBatch(x, y, null);
  }

  /**
   * Returns loss and metrics of one batch of tensors or arrays, by name.
   *
   * @param sampleWeight weights of the examples; null for none
   * @throws IllegalStateException if the model is not compiled, or is being trained or evaluated by
   *     another thread
   * @throws IllegalArgumentException if x, y and weights differ in their numbers of rows
   */
  default Map<String, Double> testOnBatch(Object x, Object y, Object sampleWeight) {
    return trainer().testOnBatch(x, y, sampleWeight);
  }

  /** Returns the model's output for one batch of inputs, tensors or arrays. */
  default O predictOnBatch(Object x) {
    return trainer().predictOnBatch(x);
  }

  /**
   * Stores the weights of the {@code Dense}, {@code EinsumDense} and {@code Embedding} layers in
   * fewer bits, for predictions; other layers stay as they are.
   *
   * <p>{@code int8}, as in Keras: kernels are whole numbers with a scale for each output, inputs
   * are quantized by rows as they come, and products are of whole numbers, exactly. {@code float16}
   * stores the weights in 16 bits, and widens them as they are used.
   *
   * <p>These weights do not change any more; gradients pass through the layers. Functions that the
   * caller traced before keep the weights that they had.
   *
   * @param mode {@code int8} or {@code float16}
   * @throws IllegalStateException if the model is quantized already, or has variables yet to be
   *     made; or is being trained or evaluated
   * @throws IllegalArgumentException if the mode is another one, or the model has no such layer
   */
  default void quantize(String mode) {
    trainer().quantize(mode);
  }

  /** Returns the compiled metrics, and those in the fields of the model and its layers. */
  default List<Aggregator> metrics() {
    return trainer().metrics();
  }

  /** Returns the names of the loss and the metrics in logs. */
  default List<String> metricsNames() {
    return trainer().metricsNames();
  }

  /** Resets loss and metrics to those of no batches, as {@code fit} does before each epoch. */
  default void resetMetrics() {
    trainer().resetMetrics();
  }

  /**
   * Returns a table of layers, output shapes and numbers of parameters, as Keras prints it.
   *
   * @throws IllegalStateException before shapes are known: by the input of a functional or
   *     sequential model, {@code build(spec)}, or the first call
   */
  default String summary() {
    return summary(new SummaryOptions());
  }

  /**
   * Returns the table of {@link #summary()} with the rows of nested models, or more columns.
   *
   * @throws IllegalStateException before shapes are known
   */
  default String summary(SummaryOptions options) {
    return ModelSummary.of(layer(), options);
  }

  /**
   * Returns a plot of the layers and the data flow between them, with the ops between layers if the
   * model is functional.
   *
   * @throws IllegalStateException before shapes are known, as {@link #summary()}
   */
  default ModelPlot plot() {
    return plot(new PlotOptions());
  }

  /**
   * Returns the plot of {@link #plot()}, with the layers of nested models if so chosen.
   *
   * @throws IllegalStateException before shapes are known
   */
  default ModelPlot plot(PlotOptions options) {
    return new ModelPlot(ModelDiagram.of(layer(), options));
  }

  /**
   * Returns the data flow through the layers, recorded by one call without training on zeros of the
   * first input's type and shape.
   *
   * @throws IllegalStateException before the first call, when that is not known
   */
  default LayerGraph layerGraph() {
    return LayerGraphRecorder.of(layer());
  }
}
