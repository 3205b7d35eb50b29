package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * Determinants of square matrices, float32 or float64, in the last two axes; the axes before them
 * are a batch. Those of a matrix with NaN or infinite elements are NaN.
 */
public final class Determinants {
  /** A bound beyond the exponents of doubles. */
  private static final long BEYOND = 5000;

  private Determinants() {}

  /**
   * A determinant {@code sign * exp(logAbsDet)}, which may be too large or small for its type.
   *
   * @param sign -1, 0 or 1; it has no gradient
   * @param logAbsDet the logarithm of the absolute value, -infinity of a singular matrix
   */
  public record Slogdet(Tensor sign, Tensor logAbsDet) {}

  /**
   * Returns the determinants, {@code [.., n, n] -> [..]}. The gradient needs regular matrices.
   *
   * @throws IllegalArgumentException if a matrix is not square
   */
  public static Tensor det(Object x) {
    return new Determinant().applyTo(Operands.tensor(x));
  }

  /**
   * Returns the signs of the determinants, and the logarithms of their absolute values. The
   * gradient needs regular matrices.
   *
   * @throws IllegalArgumentException if a matrix is not square
   */
  public static Slogdet slogdet(Object x) {
    Tensor[] parts = new SignAndLogDeterminant().apply(Operands.tensor(x));
    return new Slogdet(parts[0], parts[1]);
  }

  private static TensorSpec batch(String who, TensorSpec input) {
    DType dtype = Matrices.square(who, input);
    return new TensorSpec(dtype, Matrices.batch(input.shape()));
  }

  /** A consumer of a determinant {@code fraction * 2 ** exponent}. */
  private interface Sink {
    void accept(long number, double fraction, long exponent);
  }

  private static void determinants(Kernels kernels, EagerTensor x, Sink sink) {
    Shape batch = Matrices.batch(x.shape());
    long n = Matrices.rows(x.shape());
    EagerTensor factors = EagerTensor.allocate(x.spec());
    EagerTensor pivots = EagerTensor.allocate(new TensorSpec(DType.INT32, batch.concat(n)));
    if (n > 0) {
      kernels.factorizations().lu(x, factors, pivots);
    }
    var elements = factors.elements();
    var exchanges = pivots.elements();
    for (long number = 0; number < batch.count(); number++) {
      double fraction = 1;
      long exponent = 0;
      for (long i = 0; i < n; i++) {
        boolean exchanged = exchanges.getAtIndex(Elements.INT, number * n + i) != i + 1;
        fraction *= Elements.getDouble(x.dtype(), elements, (number * n + i) * n + i);
        fraction = exchanged ? -fraction : fraction;
        // Or else a product of many factors could overflow although the result does not.
        int shift = fraction == 0 ? 0 : Math.getExponent(fraction);
        fraction = Math.scalb(fraction, -shift);
        exponent += shift;
      }
      sink.accept(number, fraction, exponent);
    }
    factors.release();
    pivots.release();
  }

  /** Returns transposed inverses, each scaled by a number. */
  private static Tensor scaledInverse(Tensor x, Tensor scales) {
    return Linalg.matrixTranspose(Solving.inverse(x)).mul(Matrices.column(Matrices.column(scales)));
  }

  private record Determinant() implements SimpleOp {
    @Override
    public String name() {
      return "det";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      return batch(name(), inputs[0]);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      var to = output.elements();
      determinants(
          kernels,
          inputs[0],
          (number, fraction, exponent) ->
              Elements.setDouble(
                  output.dtype(),
                  to,
                  number,
                  Math.scalb(fraction, (int) Math.clamp(exponent, -BEYOND, BEYOND))));
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      return new Tensor[] {scaledInverse(call.input(0), g.mul(call.output()))};
    }
  }

  private record SignAndLogDeterminant() implements Op {
    @Override
    public String name() {
      return "slogdet";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      TensorSpec each = batch(name(), inputs[0]);
      return new TensorSpec[] {each, each};
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor sign = EagerTensor.allocate(outputs[0]);
      EagerTensor logarithm = EagerTensor.allocate(outputs[1]);
      var signs = sign.elements();
      var logarithms = logarithm.elements();
      DType dtype = sign.dtype();
      determinants(
          kernels,
          inputs[0],
          (number, fraction, exponent) -> {
            double log = Math.log(Math.abs(fraction)) + exponent * Math.log(2);
            Elements.setDouble(dtype, signs, number, Math.signum(fraction));
            Elements.setDouble(dtype, logarithms, number, log);
          });
      return new EagerTensor[] {sign, logarithm};
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      boolean none = upstream[1] == null;
      return new Tensor[] {none ? null : scaledInverse(call.input(0), upstream[1])};
    }
  }
}
