package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.UpdateFormula.Source;
import java.util.HashMap;
import java.util.Map;

/** The scalars of one step of an optimizer, each computed once. */
final class StepScalars {
  private final Variable learningRate;
  private final Tensor number;
  private final Map<Key, Tensor> known = new HashMap<>();

  private record Key(Source source, DType dtype) {}

  /**
   * Makes the scalars of a step.
   *
   * @param number number of the step, from 1: an int64 scalar
   */
  StepScalars(Variable learningRate, Tensor number) {
    this.learningRate = learningRate;
    this.number = number;
  }

  /** Returns a scalar, computed in float64 and cast to an element type. */
  Tensor get(Source source, DType dtype) {
    Key key = new Key(source, dtype);
    Tensor present = known.get(key);
    if (present == null) {
      present =
          dtype == DType.FLOAT64
              ? compute(source)
              : Casting.cast(get(source, DType.FLOAT64), dtype);
      known.put(key, present);
    }
    return present;
  }

  private Tensor compute(Source source) {
    return switch (source) {
      case Source.Of.RATE -> Casting.cast(learningRate, DType.FLOAT64);
      case Source.Of.STEP -> Casting.cast(number, DType.FLOAT64);
      case Source.State(Variable variable) -> Casting.cast(variable, DType.FLOAT64);
      case Source.Scalar(var formula, var inputs) ->
          formula.of(inputs.stream().map(input -> get(input, DType.FLOAT64)).toArray());
      default -> throw new AssertionError(source + " is no scalar");
    };
  }
}
