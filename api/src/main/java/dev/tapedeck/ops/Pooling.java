package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** Pooling of images {@code [n, h, w, c]} over windows. */
public final class Pooling {
  private Pooling() {}

  /**
   * Returns the largest element of each window, NaN if there is one; the gradient goes to the
   * first.
   *
   * @throws IllegalArgumentException if the images have another rank or type, or no window fits
   */
  public static Tensor maxPool2d(Object images, Window window) {
    return new MaxPool(window).on(Operands.tensor(images));
  }

  /**
   * Returns the mean of each window, of the elements that are not padding.
   *
   * @throws IllegalArgumentException if the images have another rank or type, or no window fits
   */
  public static Tensor avgPool2d(Object images, Window window) {
    return new AvgPool(window).on(Operands.tensor(images));
  }

  private static TensorSpec slide(String who, Window window, TensorSpec images) {
    Rules.sameFloating(who, images);
    Rules.rank(who, "images [n, h, w, c]", 4, images);
    return Convolution.slide(who, window, images, images.shape().size(3));
  }

  private record MaxPool(Window window) implements SimpleOp {
    @Override
    public String name() {
      return "maxPool2d";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return slide(name(), window, inputs[0]);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.maxPool(window, inputs[0], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {new MaxPoolGradient(window).on(call.input(0), upstream)};
    }
  }

  /** Puts each window's gradient where its largest element was. */
  private record MaxPoolGradient(Window window) implements SimpleOp {
    @Override
    public String name() {
      return "maxPool2d/gradient";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.maxPoolGradient(window, inputs[0], inputs[1], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor picked = call.needs(1) ? new MaxPoolPick(window).on(call.input(0), upstream) : null;
      return new Tensor[] {null, picked};
    }
  }

  /** Takes from other images the elements that are largest in these: the second-order gradient. */
  private record MaxPoolPick(Window window) implements SimpleOp {
    @Override
    public String name() {
      return "maxPool2d/pick";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return slide(name(), window, inputs[0]);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      MemorySegment from = inputs[1].contiguous().elements();
      MemorySegment to = output.elements();
      WindowMaxima.visit(
          window,
          inputs[0].contiguous(),
          (i, largest) ->
              Elements.setDouble(
                  output.dtype(), to, i, Elements.getDouble(output.dtype(), from, largest)));
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor back = call.needs(1) ? new MaxPoolGradient(window).on(call.input(0), upstream) : null;
      return new Tensor[] {null, back};
    }
  }

  private record AvgPool(Window window) implements SimpleOp {
    @Override
    public String name() {
      return "avgPool2d";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return slide(name(), window, inputs[0]);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.avgPool(window, inputs[0], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {new AvgPoolGradient(window, call.input(0).shape()).on(upstream)};
    }
  }

  /** Spreads each window's gradient over its elements. */
  private record AvgPoolGradient(Window window, Shape images) implements SimpleOp {
    @Override
    public String name() {
      return "avgPool2d/gradient";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return new TensorSpec(inputs[0].dtype(), images);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.avgPoolGradient(window, inputs[0], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {new AvgPool(window).on(upstream)};
    }
  }
}
