package dev.tapedeck.nn;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer of {@code gain} times the identity matrix, {@code [rows, columns]}.
 *
 * @param gain value of the elements on the main diagonal
 */
public record Identity(double gain) implements Initializer {
  /** Checks the gain. */
  public Identity {
    Parameters.finite(this, "gain", gain);
  }

  /**
   * Returns the matrix.
   *
   * @throws IllegalArgumentException if the shape is not of rank 2
   */
  @Override
  public Tensor create(RandomKey key, TensorSpec spec) {
    if (spec.shape().rank() != 2) {
      throw Parameters.refusal(
          this, "needs a shape of rank 2", spec.shape(), "use orthogonal() for kernels");
    }
    Tensor eye = Creation.eye(spec.shape().size(0), spec.shape().size(1), spec.dtype());
    return gain == 1 ? eye : eye.mul(gain);
  }
}
