package dev.tapedeck.testing;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The gradient checker: compares the tape's gradients with central differences in float64.
 *
 * <p>{@code check(f, x)} checks the gradient of f, {@code check(gradient(f), x)} that of second
 * order.
 */
public final class GradientChecker {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 2e-6;

  /** Of a large operand, this many elements are checked. */
  private static final int SAMPLES = 24;

  private GradientChecker() {}

  /**
   * Checks the gradient of a function, weighted at random, for each floating operand.
   *
   * @param at the operands, of which the floating ones are float64
   * @throws AssertionError if the tape's and the numeric gradient differ
   */
  public static void check(TensorFunction function, Tensor... at) {
    TensorFunction loss = weighted(function);
    check(loss, gradients(loss, at), at);
  }

  /** Checks the gradients of a function that gives a scalar. */
  static void check(TensorFunction loss, double[][] gradients, Tensor... at) {
    for (int i = 0; i < at.length; i++) {
      if (at[i].dtype().isFloating()) {
        int count = (int) at[i].shape().count();
        int stride = Math.max(1, count / SAMPLES);
        for (int n = 0; n < count; n += stride) {
          double up = loss.of(moved(at, i, n, STEP)).item();
          double down = loss.of(moved(at, i, n, -STEP)).item();
          double expected = (up - down) / (2 * STEP);
          double actual = gradients[i][n];
          if (!(Math.abs(actual - expected) <= TOLERANCE * (1 + Math.abs(expected)))) {
            throw new AssertionError(
                "gradient for operand "
                    + i
                    + " at element "
                    + n
                    + ": the tape says "
                    + actual
                    + ", differences say "
                    + expected);
          }
        }
      }
    }
  }

  /**
   * Returns the function's gradient, weighted at random, to be checked in its turn. It is that of a
   * square, so that the gradient that comes from above depends on the operands too.
   */
  public static TensorFunction gradient(TensorFunction function) {
    TensorFunction loss = weighted(x -> Maths.square(function.of(x).add(1)));
    return x -> {
      Tensor total = Tensor.zeros(DType.FLOAT64);
      List<Tensor> gradients = tape(loss, x);
      for (int i = 0; i < gradients.size(); i++) {
        if (gradients.get(i) != null) {
          total = total.add(gradients.get(i).mul(weights(gradients.get(i).spec(), 7 + i)).sum());
        }
      }
      return total;
    };
  }

  /** Returns the tape's gradients of a function's sum; zeros where there is none. */
  public static double[][] gradients(TensorFunction function, Tensor... at) {
    List<Tensor> gradients = tape(function, at);
    return IntStream.range(0, at.length)
        .mapToObj(
            i -> {
              Tensor gradient = gradients.get(i);
              if (gradient == null) {
                return new double[(int) at[i].shape().count()];
              }
              if (!gradient.spec().equals(at[i].spec())) {
                throw new AssertionError(
                    "gradient for operand "
                        + i
                        + " is "
                        + gradient.spec()
                        + ", not "
                        + at[i].spec());
              }
              return gradient.toDoubleArray();
            })
        .toArray(double[][]::new);
  }

  /** Weights a function's result at random, so that no two elements' gradients cancel. */
  public static TensorFunction weighted(TensorFunction function) {
    Map<TensorSpec, Tensor> weights = new HashMap<>();
    return x -> {
      Tensor y = function.of(x);
      return y.mul(weights.computeIfAbsent(y.spec(), spec -> weights(spec, 0))).sum();
    };
  }

  /**
   * Returns the gradients of a function's sum for the operands that are floating; null elsewhere.
   */
  public static List<Tensor> tape(TensorFunction function, Tensor... x) {
    try (GradientTape tape = new GradientTape()) {
      Arrays.stream(x).filter(t -> t.dtype().isFloating()).forEach(tape::watch);
      return tape.gradient(function.of(x), List.of(x));
    }
  }

  private static Tensor weights(TensorSpec spec, int seed) {
    Random random = new Random(seed);
    int[] shape = Arrays.stream(spec.shape().toArray()).mapToInt(Math::toIntExact).toArray();
    return Grid.of(shape, i -> (float) (0.5 + random.nextDouble())).tensor(spec.dtype());
  }

  private static Tensor[] moved(Tensor[] at, int operand, int element, double by) {
    Tensor[] moved = at.clone();
    double[] values = at[operand].toDoubleArray();
    values[element] += by;
    moved[operand] = Tensor.of(values).reshape(at[operand].shape().toArray());
    return moved;
  }
}
