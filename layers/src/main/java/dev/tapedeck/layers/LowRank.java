package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.function.Function;

/**
 * An adaptation of a frozen kernel by the product of two matrices of a low rank: {@code kernel +
 * a @ b * factor}.
 */
final class LowRank {
  private final Variable a;
  private final Variable b;
  private final double factor;

  private LowRank(Variable a, Variable b, double factor) {
    this.a = a;
    this.b = b;
    this.factor = factor;
  }

  /** Checks the rank of an adaptation; null for none. */
  static void check(String who, Integer rank, Constraint constraint) {
    if (rank == null) {
      return;
    }
    LayerOptions.requirePositive(who, "loraRank", rank);
    if (constraint != null) {
      throw Refusal.of(
          who, "adapts a kernel without a constraint", constraint, "leave the constraint out");
    }
  }

  /**
   * Refuses a second adaptation, and one of quantized weights.
   *
   * @param mode how the weights are quantized; null if they are not
   */
  static void requireNone(String who, Integer rank, String mode) {
    if (mode != null) {
      throw new IllegalStateException(
          who + ": is quantized to " + mode + "; adapt it, and train, before model.quantize");
    }
    if (rank != null) {
      throw new IllegalStateException(
          who + ": has an adaptation of rank " + rank + " already; copy the layer for another");
    }
  }

  /**
   * Freezes a kernel and makes the matrices of its adaptation.
   *
   * @param name prefix of the matrices' names
   * @param alpha strength; null for the rank
   * @param add maker of variables
   */
  static LowRank of(
      Variable kernel,
      String name,
      int rank,
      Double alpha,
      Regularizer regularizer,
      Function<WeightSpec, Variable> add) {
    Shape shape = kernel.shape();
    long[] left = shape.with(-1, rank).toArray();
    Variable a =
        add.apply(
            new WeightSpec(name + "_a", Initializers.heUniform(), left).regularizer(regularizer));
    Variable b =
        add.apply(
            new WeightSpec(name + "_b", Initializers.zeros(), rank, shape.size(-1))
                .regularizer(regularizer));
    kernel.trainable(false);
    return new LowRank(a, b, alpha == null ? 1 : alpha / rank);
  }

  /** Returns the adapted kernel. */
  Tensor adapted(Variable kernel) {
    Tensor left = Operands.tensor(a).reshape(-1, a.shape().size(-1));
    Tensor change = left.matmul(b).reshape(kernel.shape().toArray());
    return Operands.tensor(kernel).cast(change.dtype()).add(change.mul(factor));
  }

  /** Returns the change of the rows of a table that ids select. */
  Tensor changeOfRows(Object ids) {
    Tensor rows = Indexing.embeddingLookup(a, ids);
    Tensor flat = rows.reshape(-1, a.shape().size(-1)).matmul(b).mul(factor);
    return flat.reshape(rows.shape().with(-1, b.shape().size(-1)).toArray());
  }
}
