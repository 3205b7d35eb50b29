package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** The index of the first largest or smallest element along an axis. */
record ArgReduce(boolean largest, int axis) implements SimpleOp {
  @Override
  public String name() {
    return largest ? "argmax" : "argmin";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    Shape shape = inputs[0].shape();
    int along = shape.axis(axis, name());
    Checks.numeric(name(), inputs[0].dtype());
    if (shape.size(along) == 0) {
      throw Reduce.empty(name(), shape);
    }
    AxisLines.checkInt32(name(), shape, along);
    return new TensorSpec(
        DType.INT32, shape.slice(0, along).concat(shape.slice(along + 1, shape.rank()).toArray()));
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    EagerTensor x = inputs[0].dense();
    AxisLines lanes = AxisLines.along(x.shape().axis(axis, name()), x.shape());
    MemorySegment elements = x.elements();
    MemorySegment positions = output.elements();
    boolean floating = x.dtype().isFloating();
    lanes.parallel(
        kernels,
        lane -> {
          long start = lanes.start(lane);
          long best =
              floating
                  ? number(x.dtype(), elements, start, lanes)
                  : wholeNumber(x.dtype(), elements, start, lanes);
          positions.setAtIndex(Elements.INT, lane, (int) best);
        });
  }

  private long number(DType dtype, MemorySegment elements, long start, AxisLines lanes) {
    boolean float32 =
        dtype == DType.FLOAT32; // a local, so that the JIT compiler hoists the test out of the loop
    double most = largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    long best = 0;
    for (long j = 0; j < lanes.size(); j++) {
      long at = start + j * lanes.step();
      double x =
          float32
              ? elements.getAtIndex(Elements.FLOAT, at)
              : Elements.getDouble(dtype, elements, at);
      boolean nan = Double.isNaN(x) && !Double.isNaN(most);
      if (nan || (largest ? x > most : x < most)) {
        most = x;
        best = j;
      }
    }
    return best;
  }

  private long wholeNumber(DType dtype, MemorySegment elements, long start, AxisLines lanes) {
    long most = Elements.getLong(dtype, elements, start);
    long best = 0;
    for (long j = 1; j < lanes.size(); j++) {
      long x = Elements.getLong(dtype, elements, start + j * lanes.step());
      if (largest ? x > most : x < most) {
        most = x;
        best = j;
      }
    }
    return best;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
