package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.View;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/** Diagonals and triangles of matrices, which are the last two axes. */
public final class Diagonals {
  private Diagonals() {}

  /** Returns square matrices with vectors on the diagonal and 0 elsewhere. */
  public static Tensor diag(Object vectors) {
    Tensor x = Operands.tensor(vectors);
    long size = x.shape().size(x.shape().axis(-1, "diag"));
    return new MatrixDiag(size, size).applyTo(x);
  }

  /**
   * Returns the main diagonals of matrices, as a view.
   *
   * @throws IllegalArgumentException if the rank is below 2
   */
  public static Tensor diagPart(Object matrices) {
    Tensor x = Operands.tensor(matrices);
    Matrices.matrix("diagPart", x.shape());
    return new MatrixDiagPart().applyTo(x);
  }

  /** Returns the lower triangles of matrices, 0 elsewhere. */
  public static Tensor tril(Object matrices) {
    return tril(matrices, 0);
  }

  /**
   * Returns the lower triangles of matrices up to the diagonal {@code k} above the main one, below
   * it if negative; 0 elsewhere.
   *
   * @throws IllegalArgumentException if the rank is below 2
   */
  public static Tensor tril(Object matrices, int k) {
    return new MatrixBand("tril", Long.MIN_VALUE, k).applyTo(Operands.tensor(matrices));
  }

  /** Returns the upper triangles of matrices, 0 elsewhere. */
  public static Tensor triu(Object matrices) {
    return triu(matrices, 0);
  }

  /**
   * Returns the upper triangles of matrices from the diagonal {@code k} above the main one on,
   * below it if negative; 0 elsewhere.
   *
   * @throws IllegalArgumentException if the rank is below 2
   */
  public static Tensor triu(Object matrices, int k) {
    return new MatrixBand("triu", k, Long.MAX_VALUE).applyTo(Operands.tensor(matrices));
  }

  private record MatrixDiag(long rows, long columns) implements SimpleOp {
    @Override
    public String name() {
      return "diag";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Shape shape = inputs[0].shape();
      int last = shape.axis(-1, name());
      if (Sizes.differ(shape.size(last), Math.min(rows, columns))) {
        throw Refusal.of(
            "diag",
            "matrices of "
                + rows
                + " x "
                + columns
                + " need a diagonal of "
                + Math.min(rows, columns),
            "vectors " + shape,
            "give the last axis that size");
      }
      return new TensorSpec(inputs[0].dtype(), shape.slice(0, last).concat(rows, columns));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      output.elements().fill((byte) 0);
      Elements.copy(inputs[0], new MatrixDiagPart().view(output, inputs[0].shape()));
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {diagPart(upstream)};
    }
  }

  private record MatrixDiagPart() implements View {
    @Override
    public String name() {
      return "diagPart";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Shape shape = inputs[0].shape();
      Matrices.matrix(name(), shape);
      return new TensorSpec(
          inputs[0].dtype(),
          shape.slice(0, shape.rank() - 2).concat(Math.min(shape.size(-2), shape.size(-1))));
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      long[] strides = Arrays.copyOf(input.strides(), shape.rank());
      int last = shape.rank() - 1;
      strides[last] = input.strides()[last] + input.strides()[last + 1];
      return input.view(shape, strides, input.offset());
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Shape shape = call.input(0).shape();
      return new Tensor[] {new MatrixDiag(shape.size(-2), shape.size(-1)).applyTo(upstream)};
    }
  }

  /**
   * The band of a matrix from one diagonal to another, both counted from the main one; 0 elsewhere.
   */
  private record MatrixBand(String name, long first, long last) implements SimpleOp {
    private static final long FAR = Long.MAX_VALUE / 2;

    MatrixBand {
      Objects.requireNonNull(name, "band: name");
      first = Math.clamp(first, -FAR, FAR);
      last = Math.clamp(last, -FAR, FAR);
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Matrices.matrix(name, inputs[0].shape());
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      MemorySegment from = inputs[0].dense().elements();
      MemorySegment to = output.elements().fill((byte) 0);
      int bytes = output.dtype().bytes();
      long rows = output.shape().size(-2);
      long columns = output.shape().size(-1);
      for (long i = 0; i < output.shape().count() / columns; i++) {
        long begin = Math.clamp(i % rows + first, 0, columns);
        long end = Math.clamp(i % rows + last + 1, 0, columns);
        if (begin < end) {
          long at = (i * columns + begin) * bytes;
          MemorySegment.copy(from, at, to, at, (end - begin) * bytes);
        }
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {applyTo(upstream)};
    }
  }
}
