package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * One element of a dataset: inputs, labels and weights; in a batch all have a leading axis of
 * examples.
 *
 * @param inputs a tensor, or a record, list or map of tensors
 * @param labels a tensor, or tensors by output; null where there are none
 * @param weights weights of the example in losses and weighted metrics, a tensor, or tensors by
 *     output; null where all weigh the same
 */
public record Example(Object inputs, Object labels, Object weights) {
  /** Makes an example of one tensor, and a label or null. */
  public Example(Tensor x, Tensor y) {
    this(x, y, null);
  }

  /** Makes an example of tensors in structures, without weights. */
  public Example(Object inputs, Object labels) {
    this(inputs, labels, null);
  }

  /**
   * Returns the input of an example that has one tensor.
   *
   * @throws IllegalArgumentException if it has several
   */
  public Tensor x() {
    return one("x", inputs, "inputs()");
  }

  /**
   * Returns the label of an example that has one tensor; null where there is none.
   *
   * @throws IllegalArgumentException if it has several
   */
  public Tensor y() {
    return labels == null ? null : one("y", labels, "labels()");
  }

  /** Returns the inputs as a record, or as another structure of a class. */
  public <T> T inputs(Class<T> type) {
    return type.cast(inputs);
  }

  /** Returns the labels as a record, or as another structure of a class. */
  public <T> T labels(Class<T> type) {
    return type.cast(labels);
  }

  private static Tensor one(String what, Object value, String all) {
    if (value instanceof Tensor tensor) {
      return tensor;
    }
    throw Refusal.of(
        "example",
        what + "() needs a single tensor",
        TensorTree.describe(value),
        "call " + all + " for tensors in a structure");
  }

  /** Returns the number of examples in a batch, the size of the first input's first axis. */
  double size() {
    Tensor first = TensorTree.tensorsOf(inputs).getFirst();
    return first.shape().isScalar() ? 1 : first.shape().size(0);
  }
}
