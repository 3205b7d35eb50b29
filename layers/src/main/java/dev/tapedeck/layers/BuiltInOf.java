package dev.tapedeck.layers;

import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.LayerOf;

/**
 * Base of the built-in layers of several tensors, as {@link BuiltIn} is of those of one.
 *
 * @param <I> input: a record, list or map of tensors
 * @param <O> output: a tensor, or as the input
 * @param <A> record of the arguments; a constructor of the layer takes it alone
 * @param <L> the layer itself
 */
public abstract class BuiltInOf<I, O, A extends Record, L extends BuiltInOf<I, O, A, L>>
    extends LayerOf<I, O> {
  /** For subclasses: makes a layer of arguments. */
  protected BuiltInOf(A arguments) {
    super(arguments);
  }

  /** Returns the present arguments. */
  @SuppressWarnings("unchecked") // the constructor took an A, and its record replaces components
  protected final A args() {
    return (A) arguments();
  }

  /**
   * Replaces an argument, and returns this layer.
   *
   * @throws IllegalStateException after the first call, which makes the variables
   */
  protected final L with(String argument, Object value) {
    replaceArgument(argument, value);
    return self();
  }

  @Override
  public final L name(String given) {
    super.name(given);
    return self();
  }

  @Override
  public final L dtype(DTypePolicy policy) {
    super.dtype(policy);
    return self();
  }

  @Override
  public final L trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return self();
  }

  @Override
  @SuppressWarnings("unchecked") // a copy is of the same class
  public final L copy() {
    return (L) super.copy();
  }

  @SuppressWarnings("unchecked") // L is the class that extends this
  private L self() {
    return (L) this;
  }
}
