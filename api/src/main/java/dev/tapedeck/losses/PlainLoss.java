package dev.tapedeck.losses;

import dev.tapedeck.train.Reduction;

/** Base of the losses that have no argument but the reduction. */
abstract class PlainLoss<L extends PlainLoss<L>> extends BuiltInLoss<PlainLoss.Arguments, L> {
  /**
   * The arguments of a loss that has only the reduction.
   *
   * @param reduction reduction of the values to one number
   */
  public record Arguments(Reduction reduction) implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
    }
  }

  PlainLoss(Arguments arguments) {
    super(arguments);
  }
}
