package dev.tapedeck.train;

import java.util.Objects;

/**
 * A function of tensors in a record, list, array or map, whose output is a tensor or has such a
 * structure, too: override {@code call(I)}, and {@code build(I)} where variables depend on shapes.
 *
 * <pre>{@code
 * record Query(Tensor user, Tensor item) {}
 *
 * final class Affinity extends LayerOf<Query, Tensor> {
 *   private final Dense user = new Dense(16);
 *   private final Dense item = new Dense(16);
 *
 *   @Override protected Tensor call(Query q) {
 *     return user.apply(q.user()).mul(item.apply(q.item())).sum(-1);
 *   }
 * }
 * }</pre>
 *
 * @param <I> input: a tensor, or a record, list, array or map of tensors
 * @param <O> output, as the input
 */
public abstract non-sealed class LayerOf<I, O> extends AbstractLayer<I, O> {
  /** For subclasses. */
  protected LayerOf() {
    this(null);
  }

  /**
   * For subclasses that keep their arguments.
   *
   * @param arguments a record whose components are the arguments by name, from which printing,
   *     copying and files come
   */
  protected LayerOf(Record arguments) {
    super(arguments);
  }

  /**
   * Returns the output for an input; the first call builds the variables. The {@code training} flag
   * is that of the calling layer; off without one.
   */
  public final O apply(I input) {
    return run(checked(input));
  }

  /**
   * Returns the output with the {@code training} flag set for this layer and those that it calls.
   */
  public final O apply(I input, boolean training) {
    return run(checked(input), training);
  }

  private I checked(I input) {
    return Objects.requireNonNull(
        input, () -> LayerNames.type(this) + ": the input is null; give tensors in its structure");
  }

  /** Sets the name, by default the class in snake case, numbered; returns this layer. */
  public LayerOf<I, O> name(String given) {
    rename(given);
    return this;
  }

  /** Sets the types of variables and computation, before the first call; returns this layer. */
  public LayerOf<I, O> dtype(DTypePolicy policy) {
    choose(policy);
    return this;
  }

  /**
   * Sets whether training changes this layer and those within it, before {@code compile}; returns
   * this layer.
   */
  public LayerOf<I, O> trainable(boolean mayTrain) {
    freeze(mayTrain);
    return this;
  }

  @Override
  public LayerOf<I, O> copy() {
    return LayerCopies.of(this);
  }
}
