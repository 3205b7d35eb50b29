package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** Convolutions of images {@code [n, h, w, c]}. */
public final class Convolution {
  private Convolution() {}

  /**
   * Convolves images {@code [n, h, w, c]} with a kernel {@code [kh, kw, c, k]} to {@code [n, h',
   * w', k]}: {@code y[n,i,j,k] = sum x[n, i*s+a, j*s+b, c] * kernel[a,b,c,k]}, a cross-correlation,
   * as everywhere in the field.
   *
   * @param stride the step down and across
   * @throws IllegalArgumentException if ranks, channels or types do not fit, or the kernel is
   *     larger than the image and the padding is VALID
   */
  public static Tensor conv2d(Object images, Object kernel, int stride, Window.Padding padding) {
    Tensor[] operands = Operands.alike("conv2d", images, kernel);
    Shape k = operands[1].shape();
    Rules.rank("conv2d", "the kernel [kh, kw, c, k]", 4, operands[1].spec());
    Window window = new Window((int) k.size(0), (int) k.size(1), stride, stride, padding);
    return new Conv2D(window).on(operands);
  }

  private static TensorSpec checked(
      String who, Window window, DType dtype, long n, Shape image, long channels) {
    long rows = window.rows(image.size(1));
    long columns = window.columns(image.size(2));
    if (rows == 0 || columns == 0) {
      throw new IllegalArgumentException(
          who
              + ": the window "
              + window
              + " does not fit into images "
              + image
              + "; use padding SAME or larger images");
    }
    return new TensorSpec(dtype, Shape.of(n, rows, columns, channels));
  }

  /** Returns the output of a window sliding over images, checked; pooling shares it. */
  static TensorSpec slide(String who, Window window, TensorSpec images, long channels) {
    Rules.rank(who, "images [n, h, w, c]", 4, images);
    return checked(who, window, images.dtype(), images.shape().size(0), images.shape(), channels);
  }

  private record Conv2D(Window window) implements SimpleOp {
    @Override
    public String name() {
      return "conv2d";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Rules.sameFloating(name(), inputs);
      Shape kernel = inputs[1].shape();
      TensorSpec result = slide(name(), window, inputs[0], kernel.size(3));
      long channels = inputs[0].shape().size(3);
      if (channels != kernel.size(2) && channels != Shape.UNKNOWN) {
        throw new IllegalArgumentException(
            "conv2d: images "
                + inputs[0].shape()
                + " have "
                + channels
                + " channels, the kernel "
                + kernel
                + " expects "
                + kernel.size(2)
                + "; images are [n, h, w, c]");
      }
      return result;
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[1].shape().count() == 0) {
        Elements.fill(output, 0);
      } else {
        kernels.conv2d(window, inputs[0], inputs[1], output);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor images = call.input(0);
      Tensor kernel = call.input(1);
      return new Tensor[] {
        call.needs(0) ? new ToImages(window, images.shape()).on(kernel, g) : null,
        call.needs(1) ? new ToKernel(window, kernel.shape()).on(images, g) : null
      };
    }
  }

  /**
   * The gradient for the images. All three are linear in both inputs, so each derives the others.
   */
  private record ToImages(Window window, Shape images) implements SimpleOp {
    @Override
    public String name() {
      return "conv2d/images";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return new TensorSpec(Rules.sameFloating(name(), inputs), images);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[1].shape().count() == 0) {
        Elements.fill(output, 0);
      } else {
        kernels.conv2dImages(window, inputs[0], inputs[1], output);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor kernel = call.input(0);
      return new Tensor[] {
        call.needs(0) ? new ToKernel(window, kernel.shape()).on(g, call.input(1)) : null,
        call.needs(1) ? new Conv2D(window).on(g, kernel) : null
      };
    }
  }

  /** The gradient for the kernel. */
  private record ToKernel(Window window, Shape kernel) implements SimpleOp {
    @Override
    public String name() {
      return "conv2d/kernel";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return new TensorSpec(Rules.sameFloating(name(), inputs), kernel);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[0].shape().count() == 0 || inputs[1].shape().count() == 0) {
        Elements.fill(output, 0);
      } else {
        kernels.conv2dKernel(window, inputs[0], inputs[1], output);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor images = call.input(0);
      return new Tensor[] {
        call.needs(0) ? new ToImages(window, images.shape()).on(g, call.input(1)) : null,
        call.needs(1) ? new Conv2D(window).on(images, g) : null
      };
    }
  }
}
