package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.ImagesOp;
import dev.tapedeck.ops.kernels.ImageSink;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The transposed convolution of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., k
 * / groups, c]}: the gradient of a convolution for its images.
 *
 * @param conv the convolution
 * @param growth the output's size beyond the image's times the stride, for each spatial axis
 */
record ConvTranspose(Conv conv, List<Long> growth) implements ImagesOp {
  ConvTranspose {
    Objects.requireNonNull(conv, "transposed convolution: of what it is");
    growth = List.copyOf(growth);
    if (growth.size() != conv.window().rank()) {
      throw Refusal.of(
          conv.name(),
          "needs a growth for each axis of the window " + conv.window(),
          growth,
          "give one for each spatial axis");
    }
  }

  /**
   * Returns the growth of Keras's sizes, less any padding given in numbers.
   *
   * @param outputPadding one for all axes, one for each, or none
   */
  static List<Long> growth(Conv conv, List<Integer> outputPadding) {
    int rank = conv.window().rank();
    if (outputPadding.size() > 1 && outputPadding.size() != rank) {
      throw Refusal.of(
          conv.name(),
          "needs output padding of 1 or " + rank + " axes",
          outputPadding,
          "give a number for all spatial axes, or one for each");
    }
    List<Long> growth = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Window.Axis axis = conv.window().axes().get(i);
      growth.add(
          outputPadding.isEmpty()
              ? growth(axis)
              : growth(axis, outputPadding.get(outputPadding.size() == 1 ? 0 : i)));
    }
    return growth;
  }

  private static long growth(Window.Axis axis) {
    long more = Math.max(axis.extent() - axis.stride(), 0) - axis.before() - axis.after();
    return axis.same() ? 0 : more;
  }

  private static long growth(Window.Axis axis, int outputPadding) {
    long last = axis.same() ? axis.extent() % 2 : axis.extent() - axis.before() - axis.after();
    return last - axis.stride() + outputPadding;
  }

  /** Returns the growth of images to spatial sizes. */
  static List<Long> growth(Conv conv, Shape images, List<Integer> outputPadding, long... sizes) {
    int rank = conv.window().rank();
    if (sizes.length != rank) {
      throw Refusal.of(
          conv.name(),
          "needs " + rank + " sizes or none",
          Arrays.toString(sizes),
          "give one for each spatial axis");
    }
    if (!outputPadding.isEmpty()) {
      throw Refusal.of(
          conv.name(),
          "needs sizes or output padding, not both",
          Arrays.toString(sizes) + " and " + outputPadding,
          "leave one out");
    }
    if (!images.slice(1, rank + 1).isKnown()) {
      throw Checks.unknown(conv.name(), "the images' spatial sizes", images);
    }
    List<Long> growth = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      growth.add(Sizes.difference(conv.name(), sizes[i], scaled(conv, images, i)));
    }
    return growth;
  }

  private static long scaled(Conv conv, Shape images, int i) {
    return Sizes.product(conv.name(), images.size(i + 1), conv.window().axes().get(i).stride());
  }

  @Override
  public String name() {
    return conv.name();
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    int rank = conv.window().rank();
    Checks.rank(name(), "images", rank + 2, inputs[0]);
    Checks.rank(name(), "the kernel", rank + 2, inputs[1]);
    Shape images = inputs[0].shape();
    Shape kernel = inputs[1].shape();
    Shape output = output(images, kernel.size(-2));
    TensorSpec made = new TensorSpec(inputs[0].dtype(), output);
    Shape needed = conv.inferOutput(made, inputs[1]).shape();
    for (int i = 0; i < images.rank(); i++) {
      if (Sizes.differ(needed.size(i), images.size(i))) {
        throw Refusal.of(
            name(),
            "images must have the shape "
                + needed
                + " that a convolution of "
                + output
                + " with the kernel "
                + kernel
                + " gives",
            images,
            "leave the sizes out, or change them or the strides");
      }
    }
    return made;
  }

  private Shape output(Shape images, long each) {
    Shape output =
        images.with(-1, each == Shape.UNKNOWN ? each : Sizes.product(name(), each, conv.groups()));
    for (int i = 0; i < growth.size(); i++) {
      if (images.size(i + 1) != Shape.UNKNOWN) {
        long size = Sizes.sum(name(), scaled(conv, images, i), growth.get(i));
        if (size < 0) {
          throw Refusal.of(
              name(), "needs output sizes of 0 or more", size, "give larger ones, or less padding");
        }
        output = output.with(i + 1, size);
      }
    }
    return output;
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    if (inputs[0].shape().count() == 0) {
      Elements.fill(output, 0);
    } else {
      kernels
          .convolutions()
          .convBackwardInput(conv.window(), conv.groups(), inputs[1], inputs[0], output);
    }
  }

  @Override
  public void executeFor(ImageSink sink, Kernels kernels, EagerTensor... inputs) {
    kernels
        .convolutions()
        .convBackwardInput(conv.window(), conv.groups(), inputs[1], inputs[0], sink);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor g) {
    Tensor images = call.input(0);
    Tensor kernel = call.input(1);
    return new Tensor[] {
      call.needs(0) ? conv.applyTo(g, kernel) : null,
      call.needs(1) ? new Conv.BackwardFilter(conv, kernel.shape()).applyTo(g, images) : null
    };
  }
}
