package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.PointwiseKernels;
import dev.tapedeck.ops.kernels.nd4j.WholeProducts;
import dev.tapedeck.tensor.EagerTensor;

/**
 * Products of matrices of int8, of any size, by the library's, which refuses those that it does not
 * compute exactly: parts of them are added up then.
 */
final class Int8Products {
  /** The parts' terms are a multiple of this, but for the last one's: those of a tile of AMX. */
  private static final long TILE = 64;

  private static final Formula SUM = Formula.of("sum", Expr::plus);

  private final PointwiseKernels sums;
  private final Product library;

  /** A product of two matrices; it returns false, and may have written, if it is not exact. */
  @FunctionalInterface
  interface Product {
    boolean multiply(
        EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output);
  }

  Int8Products(PointwiseKernels sums, Product library) {
    this.sums = sums;
    this.library = library;
  }

  /** Multiplies matrices in the last two axes; returns false if it must be done otherwise. */
  boolean multiply(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    if (output.shape().rank() > 2) {
      boolean done = true;
      for (long i = 0; done && i < output.shape().size(0); i++) {
        done =
            multiply(
                WholeProducts.matrix(a, i),
                transposeA,
                WholeProducts.matrix(b, i),
                transposeB,
                WholeProducts.matrix(output, i));
      }
      return done;
    }
    return library.multiply(a, transposeA, b, transposeB, output)
        || inParts(a, transposeA, b, transposeB, output);
  }

  private boolean inParts(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    long terms = a.shape().size(transposeA ? 0 : 1);
    long size = Math.min(terms / TILE * TILE, WholeProducts.TERMS);
    if (size == terms || size == 0) {
      return false;
    }
    EagerTensor more = EagerTensor.allocate(output.spec());
    boolean done = true;
    for (long from = 0; done && from < terms; from += size) {
      long to = Math.min(from + size, terms);
      EagerTensor x = a.part(transposeA ? 0 : 1, from, to);
      EagerTensor y = b.part(transposeB ? 1 : 0, from, to);
      done = multiply(x, transposeA, y, transposeB, from == 0 ? output : more);
      if (done && from > 0) {
        sums.compute(SUM, output, output, more);
      }
    }
    more.release();
    return done;
  }
}
