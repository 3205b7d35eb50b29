package dev.tapedeck.layers;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LayerFunction;

/**
 * A layer that computes means of values, weighted by how well their keys fit a query.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
public abstract class AttentionLayer<
        A extends Record & AttentionLayer.Arguments, L extends AttentionLayer<A, L>>
    extends BuiltInOf<AttentionInputs, Tensor, A, L> {
  private static final LayerFunction<AttentionInputs, AttentionOutput> WITH_SCORES =
      (layer, inputs, training) -> ((AttentionLayer<?, ?>) layer).scored(inputs, training);

  private Dropout dropout;

  /** The arguments that all these layers have. */
  interface Arguments {
    double dropout();

    Long seed();
  }

  AttentionLayer(A arguments) {
    super(arguments);
  }

  /** Checks the part of the scores that training sets to 0. */
  static void checkDropout(String who, double dropout) {
    if (!(dropout >= 0 && dropout < 1)) {
      throw Refusal.of(
          who,
          "dropout, the part of the scores that training sets to 0, must be in [0, 1)",
          dropout,
          "give 0.1, or 0 for none");
    }
  }

  /** Sets the part of the scores that training sets to 0 at random; by default 0. */
  public final L dropout(double rate) {
    return with("dropout", rate);
  }

  /** Sets the seed of the layer's own generator; by default it draws from the process's. */
  public final L seed(long seed) {
    return with("seed", seed);
  }

  /** Returns the output for queries and values, which are the keys as well. */
  public final Tensor apply(Tensor query, Tensor value) {
    return apply(AttentionInputs.of(query, value));
  }

  /**
   * Returns the output and the scores; the first call builds the variables. The {@code training}
   * flag is that of the calling layer; off without one.
   */
  public final AttentionOutput applyWithScores(AttentionInputs inputs) {
    return apply(WITH_SCORES, inputs, null);
  }

  /** Returns the output and the scores, with the {@code training} flag. */
  public final AttentionOutput applyWithScores(AttentionInputs inputs, boolean training) {
    return apply(WITH_SCORES, inputs, training);
  }

  private AttentionOutput scored(AttentionInputs inputs, boolean training) {
    requireBuilt(inputs);
    requireSequences(inputs);
    return attend(inputs, true, training);
  }

  @Override
  protected final Tensor call(AttentionInputs inputs, boolean training) {
    requireSequences(inputs);
    return attend(inputs, false, training).output();
  }

  /**
   * Returns the output, and the scores if they are asked for.
   *
   * @param scored whether they are; the scores may be null otherwise
   */
  abstract AttentionOutput attend(AttentionInputs inputs, boolean scored, boolean training);

  /** Hook for subclasses that makes the variables for inputs whose shapes are checked. */
  abstract void create(AttentionInputs inputs);

  @Override
  protected final void build(AttentionInputs inputs) {
    requireSequences(inputs);
    Long seed = args().seed();
    double rate = args().dropout();
    dropout = adopt(seed == null ? new Dropout(rate) : new Dropout(rate, seed));
    create(inputs);
  }

  /** Gives a layer that this one consists of its types, and its flag of whether it is trained. */
  final <C extends BuiltIn<?, C>> C adopt(C part) {
    return part.dtype(dtypePolicy()).trainable(trainable());
  }

  /** Returns the weights of values, of which training sets a part to 0. */
  final Tensor dropped(Tensor weights, boolean training) {
    return dropout.apply(weights, training);
  }

  /** Returns whether one op may compute the means, without scores that can be seen. */
  final boolean isFused(boolean scored, boolean training) {
    return !scored && !(training && args().dropout() > 0);
  }

  final String who() {
    return getClass().getSimpleName();
  }

  private void requireSequences(AttentionInputs inputs) {
    Shape query = inputs.query().shape();
    Shape value = inputs.value().shape();
    Shape key = inputs.keys().shape();
    boolean fits = query.rank() >= 3 && value.rank() == query.rank() && key.rank() == query.rank();
    if (!fits || !key.slice(0, key.rank() - 1).fits(value.slice(0, value.rank() - 1))) {
      throw Refusal.of(
          who(),
          "needs queries [n, q, features], values [n, k, features], and a key for each value",
          query + ", " + value + " and keys " + key,
          "reshape them, or add an axis with expandDims");
    }
  }
}
