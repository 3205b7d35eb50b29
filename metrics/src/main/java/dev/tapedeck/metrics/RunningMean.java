package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Aggregator;
import java.util.List;
import java.util.Objects;

/** A named mean over the examples of all batches since the last reset. */
abstract class RunningMean implements Aggregator {
  private final String name;
  private final Variable total = Variable.untrainable(0.0, "total");
  private final Variable count = Variable.untrainable(0.0, "count");

  RunningMean(String name) {
    this.name =
        Objects.requireNonNull(name, () -> getClass().getSimpleName() + ": the name is null");
  }

  @Override
  public final String name() {
    return name;
  }

  /** Returns the mean over all batches since the last reset, {@code total / count}; of none, 0. */
  @Override
  public final double result() {
    double examples = count.reading().item();
    return examples == 0 ? 0 : total.reading().item() / examples;
  }

  @Override
  public final void reset() {
    total.assign(0);
    count.assign(0);
  }

  /** Returns the state: {@code total} and {@code count}. */
  public final List<Variable> variables() {
    return List.of(total, count);
  }

  /** Adds a scalar, or values {@code [n, ..]} of n examples, each by its mean. */
  final void add(Tensor values) {
    Shape shape = values.shape();
    if (shape.count() == 0) {
      return;
    }
    double examples = shape.isScalar() ? 1 : shape.size(0);
    Tensor sum = Casting.cast(values, DType.FLOAT64).sum();
    total.assignAdd(sum.div(shape.count() / examples));
    count.assignAdd(examples);
  }

  /** Returns {@code loss: 2.5}. */
  @Override
  public final String toString() {
    return name + ": " + result();
  }
}
