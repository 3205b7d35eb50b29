package dev.tapedeck.nn;

import dev.tapedeck.ops.linalg.Decompositions;
import dev.tapedeck.ops.linalg.Decompositions.Qr;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer of {@code gain} times an orthogonal matrix, which is uniformly distributed.
 *
 * <p>A shape {@code [.., columns]} is that of a matrix of as many rows as the axes before have
 * elements. Its columns are orthonormal; its rows, where there are fewer rows than columns.
 *
 * <p>A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in
 * deep linear neural networks", ICLR 2014.
 *
 * @param gain length of each vector
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 */
public record Orthogonal(double gain, Long seed) implements RandomInitializer {
  /** Checks the gain. */
  public Orthogonal {
    Parameters.finite(this, "gain", gain);
  }

  @Override
  public Orthogonal seeded(long seed) {
    return new Orthogonal(gain, seed);
  }

  /**
   * Returns the matrix in the shape asked for.
   *
   * @throws IllegalArgumentException if the rank is below 2
   */
  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    Shape shape = spec.shape();
    if (shape.rank() < 2) {
      throw Parameters.refusal(
          this, "needs a shape of rank 2 or more", shape, "use another initializer for vectors");
    }
    long columns = shape.size(-1);
    long rows = shape.slice(0, shape.rank() - 1).count();
    DType precise = spec.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Qr factors =
        Decompositions.qr(
            Randoms.normal(key, precise, 0, 1, Math.max(rows, columns), Math.min(rows, columns)));
    // Of the factors that differ in signs this is the uniformly distributed one.
    Tensor q = factors.q().mul(Maths.sign(Diagonals.diagPart(factors.r())));
    Tensor matrix = rows < columns ? Linalg.matrixTranspose(q) : q;
    return Casting.cast(matrix.reshape(shape.toArray()).mul(gain), spec.dtype());
  }
}
