package dev.tapedeck.losses;

/** Base of the cross-entropies whose labels are probabilities, which can be smoothed. */
abstract class SmoothedCrossentropy<
        A extends Record & BuiltInLoss.Arguments, L extends SmoothedCrossentropy<A, L>>
    extends Crossentropy<A, L> {
  SmoothedCrossentropy(A arguments) {
    super(arguments);
  }

  /**
   * Returns this loss with smoothed labels: with {@code s}, a label {@code y} counts as {@code (1 -
   * s) y + s / classes}, of two classes {@code s / 2}; by default 0.
   */
  public final L labelSmoothing(double labelSmoothing) {
    return with("labelSmoothing", labelSmoothing);
  }
}
