package dev.tapedeck.ops.cpu;

import dev.tapedeck.ops.Expr;
import dev.tapedeck.ops.Formula;
import dev.tapedeck.ops.Kernels.Reduction;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Softmax and its cross-entropy along the last axis, as compiled formulas: {@code p = exp(x - m)}
 * with the largest {@code m} of each row, {@code s = sum(p)}, {@code p / s}.
 */
final class Logits {
  private static final int[] LAST = {1};
  private static final Formula POWER = Formula.of("power", (x, m) -> x.minus(m).exp());
  private static final CompiledFormula POWERS = new CompiledFormula(POWER);
  private static final CompiledFormula PRODUCTS =
      new CompiledFormula(Formula.of("product", Expr::times));
  private static final CompiledFormula LOGARITHMS =
      new CompiledFormula(Formula.of("logarithm", 3, a -> a[0].minus(a[1]).minus(a[2].log())));
  private static final CompiledReduction LARGEST = new CompiledReduction(Reduction.MAX);
  private static final CompiledReduction SUM = new CompiledReduction(Reduction.SUM);
  private static final CompiledReduction SUM_OF_POWERS = new CompiledReduction(SUM, POWER);

  private Logits() {}

  /** Returns one number for each row. */
  private static EagerTensor column(EagerTensor rows) {
    return EagerTensor.allocate(new TensorSpec(rows.dtype(), Shape.of(rows.shape().size(0), 1)));
  }

  private static EagerTensor rows(EagerTensor logits) {
    EagerTensor dense = logits.contiguous();
    long classes = logits.shape().size(-1);
    Shape shape = Shape.of(logits.shape().count() / classes, classes);
    return dense.view(shape, shape.strides(), dense.offset());
  }

  private static EagerTensor largest(EagerTensor rows) {
    EagerTensor largest = column(rows);
    LARGEST.run(largest, rows.shape(), LAST, rows);
    return largest;
  }

  static void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    EagerTensor x = rows(logits);
    EagerTensor y = rows(output);
    EagerTensor largest = largest(x);
    EagerTensor sums = column(x);
    if (logarithm) {
      SUM_OF_POWERS.run(sums, x.shape(), LAST, x, largest);
      LOGARITHMS.run(y, x, largest, sums);
    } else {
      POWERS.run(y, x, largest);
      SUM.run(sums, x.shape(), LAST, y);
      shares(sums, null);
      PRODUCTS.run(y, y, sums);
    }
    largest.release();
    sums.release();
  }

  /** Makes of each row's sum what its powers are to be multiplied by. */
  private static void shares(EagerTensor sums, EagerTensor upstream) {
    MemorySegment memory = sums.elements();
    MemorySegment factors = upstream == null ? null : upstream.elements();
    for (long row = 0; row < sums.shape().count(); row++) {
      double factor = factors == null ? 1 : Elements.getDouble(sums.dtype(), factors, row);
      double share = factor / Elements.getDouble(sums.dtype(), memory, row);
      Elements.setDouble(sums.dtype(), memory, row, share);
    }
  }

  static void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output) {
    EagerTensor x = rows(logits);
    EagerTensor largest = largest(x);
    EagerTensor sums = column(x);
    SUM_OF_POWERS.run(sums, x.shape(), LAST, x, largest);
    MemorySegment values = x.elements();
    MemorySegment losses = output.elements();
    long classes = x.shape().size(1);
    for (int row = 0; row < labels.length; row++) {
      double chosen = Elements.getDouble(x.dtype(), values, row * classes + labels[row]);
      double top = Elements.getDouble(x.dtype(), largest.elements(), row);
      double sum = Elements.getDouble(x.dtype(), sums.elements(), row);
      Elements.setDouble(x.dtype(), losses, row, Math.log(sum) + (top - chosen));
    }
    largest.release();
    sums.release();
  }

  static void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output) {
    EagerTensor x = rows(logits);
    EagerTensor y = rows(output);
    EagerTensor g = upstream.contiguous();
    EagerTensor largest = largest(x);
    EagerTensor sums = column(x);
    POWERS.run(y, x, largest);
    SUM.run(sums, x.shape(), LAST, y);
    shares(sums, g);
    PRODUCTS.run(y, y, sums);
    MemorySegment values = y.elements();
    MemorySegment factors = g.elements();
    long classes = x.shape().size(1);
    for (int row = 0; row < labels.length; row++) {
      long at = row * classes + labels[row];
      double factor = Elements.getDouble(x.dtype(), factors, row);
      Elements.setDouble(x.dtype(), values, at, Elements.getDouble(x.dtype(), values, at) - factor);
    }
    largest.release();
    sums.release();
  }
}
