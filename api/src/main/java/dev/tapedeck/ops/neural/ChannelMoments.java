package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.MatchShape;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.stream.IntStream;

/** The mean and the variance of each channel of {@code [.., c]}, {@code [2, c]}. */
record ChannelMoments() implements SimpleOp {
  private static final Pointwise GRADIENT =
      Pointwise.floating(
          Formula.of("channelMoments/gradient", 4, x -> x[0].minus(x[1]).times(x[2]).plus(x[3])));

  /** Returns whether there is such an op for a tensor and its axis of channels. */
  static boolean serves(Tensor x, int axis) {
    return x.shape().rank() > 1 && axis == x.shape().rank() - 1 && isWide(x.dtype());
  }

  static boolean isWide(DType dtype) {
    return dtype == DType.FLOAT32 || dtype == DType.FLOAT64;
  }

  /** Returns the number of elements of a channel, see {@link MatchShape#count}. */
  static Object count(Tensor x) {
    return MatchShape.count(x, IntStream.range(0, x.shape().rank() - 1).toArray());
  }

  /** Returns a tensor as a matrix of channels. */
  static EagerTensor matrix(EagerTensor x) {
    EagerTensor dense = x.dense();
    long channels = x.shape().size(-1);
    Shape shape = Shape.of(x.shape().count() / channels, channels);
    return dense.view(shape, shape.strides(), dense.offset());
  }

  /** Returns the spec of two numbers for each channel of tensors of one shape. */
  static TensorSpec pairs(String who, TensorSpec x) {
    DType dtype = Checks.sameFloating(who, x);
    if (x.shape().rank() < 2 || !isWide(dtype)) {
      throw Refusal.of(
          who, "needs float32 or float64 [.., c] of rank 2 or more", x, "reshape or cast it first");
    }
    return new TensorSpec(dtype, Shape.of(2, x.shape().size(-1)));
  }

  @Override
  public String name() {
    return "channelMoments";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    return pairs(name(), inputs[0]);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    if (inputs[0].shape().count() == 0) {
      Elements.fill(output, Double.NaN);
    } else {
      kernels.normalization().moments(matrix(inputs[0]), output);
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor x = call.input(0);
    return new Tensor[] {gradient(x, call.output().get(0), upstream.get(0), upstream.get(1))};
  }

  /** Returns the gradient of a mean and a variance, of which one or both may be null for none. */
  static Tensor gradient(Tensor x, Tensor mean, Tensor ofMean, Tensor ofVariance) {
    if (ofMean == null && ofVariance == null) {
      return null;
    }
    Object count = count(x);
    Object shift = ofMean == null ? 0 : ofMean.div(count);
    Object slope = ofVariance == null ? 0 : ofVariance.div(count).mul(2);
    return GRADIENT.of(x, mean, slope, shift);
  }
}
