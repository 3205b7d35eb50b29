package dev.tapedeck.losses;

import dev.tapedeck.tensor.Refusal;

/** Base of the cross-entropies, which take probabilities or logits. */
abstract class Crossentropy<A extends Record & BuiltInLoss.Arguments, L extends Crossentropy<A, L>>
    extends BuiltInLoss<A, L> {
  Crossentropy(A arguments) {
    super(arguments);
  }

  /** Returns this loss for a model whose last layer has no softmax or sigmoid. */
  public final L fromLogits() {
    return with("fromLogits", true);
  }

  /** Returns this loss with another axis of the classes or outputs; by default the last. */
  public final L axis(int axis) {
    return with("axis", axis);
  }

  /** Checks the smoothing of labels. */
  static void check(double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw Refusal.of(
          "loss",
          "labelSmoothing is from 0 to 1",
          labelSmoothing,
          "give the share of the label that all classes get");
    }
  }
}
