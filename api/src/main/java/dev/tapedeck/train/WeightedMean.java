package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import java.util.OptionalDouble;

/** A mean of scalars, each weighted by the number of examples in its batch. */
final class WeightedMean implements Trackable {
  private final Variable total;
  private final Variable weight;

  WeightedMean(String name) {
    total = Variable.untrainable(0.0, name + "_total");
    weight = Variable.untrainable(0.0, name + "_weight");
  }

  Variable total() {
    return total;
  }

  Variable weight() {
    return weight;
  }

  void add(Tensor value, double examples) {
    total.assignAdd(Casting.cast(value, DType.FLOAT64).reshape().mul(examples));
    weight.assignAdd(examples);
  }

  /** Returns the mean; empty if nothing was added since the last reset. */
  OptionalDouble result() {
    double sum = weight.reading().item();
    return sum > 0 ? OptionalDouble.of(total.reading().item() / sum) : OptionalDouble.empty();
  }

  void reset() {
    total.assign(0);
    weight.assign(0);
  }
}
