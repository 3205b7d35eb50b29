package dev.tapedeck.losses;

import dev.tapedeck.config.Records;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.ArgumentText;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Reduction;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Base of the standard losses: its arguments are a record, from which printing, copying and files
 * come, and whose constructor checks them.
 *
 * <p>A loss never changes: the method of an argument's name returns another one, with {@link
 * #with}.
 *
 * @param <A> record of the arguments; a constructor of the loss takes it alone
 * @param <L> the loss itself
 */
public abstract class BuiltInLoss<
        A extends Record & BuiltInLoss.Arguments, L extends BuiltInLoss<A, L>>
    implements Loss {
  private static final Pattern CAPITALS = Pattern.compile("^[A-Z]+(?![a-z])|^[A-Z]");

  private final A arguments;

  /** The arguments that all losses have. */
  public interface Arguments {
    /** Returns the reduction of the values to one number. */
    Reduction reduction();
  }

  BuiltInLoss(A arguments) {
    this.arguments = arguments;
  }

  /** Checks the argument that all losses have. */
  static void check(Reduction reduction) {
    Objects.requireNonNull(reduction, "loss: the reduction is null; give one, as Reduction.SUM");
  }

  /** Returns the name of the function that makes this loss: {@code meanSquaredError}. */
  final String name() {
    return CAPITALS
        .matcher(getClass().getSimpleName())
        .replaceFirst(found -> found.group().toLowerCase(Locale.ROOT));
  }

  @Override
  public final Tensor perExample(Tensor labels, Tensor predictions) {
    if (!predictions.dtype().isFloating()) {
      throw Refusal.of(
          name(),
          "needs predictions of a floating point type",
          predictions.spec(),
          "cast them, as by cast(DType.FLOAT32)");
    }
    return values(fitting(labels, predictions), predictions);
  }

  /**
   * Returns the labels after checking that they fit the predictions; by default cast to their type,
   * and only of their shape.
   */
  Tensor fitting(Tensor labels, Tensor predictions) {
    return Labels.alike(name(), labels, predictions, forClasses());
  }

  /** Returns the name of this loss for labels that are classes; null for none. */
  String forClasses() {
    return null;
  }

  /** Returns the loss of each example. */
  abstract Tensor values(Tensor y, Tensor p);

  /** Returns the arguments by name. */
  public final A arguments() {
    return arguments;
  }

  /** Returns this loss with one argument replaced. */
  @SuppressWarnings("unchecked") // L is the class that extends this
  final L with(String argument, Object value) {
    return (L) Records.owner(getClass(), Records.with(arguments, argument, value));
  }

  @Override
  public final Reduction reduction() {
    return arguments.reduction();
  }

  /** Returns this loss with another reduction; by default {@link Reduction#SUM_OVER_BATCH_SIZE}. */
  public final L reduction(Reduction reduction) {
    return with("reduction", reduction);
  }

  /** Returns the class with its arguments: {@code Huber(delta=1.0, reduction=SUM)}. */
  @Override
  public final String toString() {
    return ArgumentText.describe(this, arguments);
  }
}
