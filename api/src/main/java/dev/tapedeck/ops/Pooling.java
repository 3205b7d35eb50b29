package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** Pooling of images {@code [n, h, w, c]} over windows. */
public final class Pooling {
  private Pooling() {}

  /**
   * Returns the largest element of each window; the gradient goes to the first one.
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
      EagerTensor x = inputs[0].contiguous();
      EagerTensor from = inputs[1].contiguous();
      Shape shape = x.shape();
      long channels = shape.size(3);
      long rows = output.shape().size(1);
      long columns = output.shape().size(2);
      for (long i = 0; i < output.shape().count(); i++) {
        long c = i % channels;
        long column = i / channels % columns;
        long row = i / channels / columns % rows;
        long n = i / channels / columns / rows;
        long top = row * window.stepY() - window.padTop(shape.size(1));
        long left = column * window.stepX() - window.padLeft(shape.size(2));
        long best = -1;
        double largest = Double.NEGATIVE_INFINITY;
        for (long y = Math.max(top, 0); y < Math.min(top + window.height(), shape.size(1)); y++) {
          for (long z = Math.max(left, 0);
              z < Math.min(left + window.width(), shape.size(2));
              z++) {
            long at = ((n * shape.size(1) + y) * shape.size(2) + z) * channels + c;
            double value = Elements.getDouble(x.dtype(), x.elements(), at);
            if (best < 0 || value > largest) {
              best = at;
              largest = value;
            }
          }
        }
        double picked = Elements.getDouble(from.dtype(), from.elements(), best);
        Elements.setDouble(output.dtype(), output.elements(), i, picked);
      }
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
