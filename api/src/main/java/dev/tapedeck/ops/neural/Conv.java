package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.ImagesOp;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.MatchShape;
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
import java.util.Objects;

/**
 * The convolution of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups,
 * k]}, for any number of spatial axes.
 *
 * <p>It and its two gradients are linear in both inputs, so the gradient of each is expressed by
 * the others.
 */
record Conv(String name, Window window, int groups) implements ImagesOp {
  /** Checks that there is at least one group. */
  Conv {
    Objects.requireNonNull(name, "convolution: name");
    Objects.requireNonNull(window, "convolution: window");
    Checks.atLeast(name, "groups", 1, groups, "use 1 for filters over all channels");
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Checks.sameFloating(name, inputs);
    Shape images = inputs[0].shape();
    Shape kernel = inputs[1].shape();
    Checks.rank(name, "images", window.rank() + 2, inputs[0]);
    Checks.rank(name, "the kernel", window.rank() + 2, inputs[1]);
    for (int i = 0; i < window.rank(); i++) {
      if (kernel.size(i) != window.axes().get(i).size()) {
        throw Refusal.of(
            name,
            "needs a kernel of the window " + window,
            kernel,
            "make the window with the kernel's sizes");
      }
    }
    long channels = images.size(-1);
    long each = kernel.size(-2);
    boolean open = channels == Shape.UNKNOWN || each == Shape.UNKNOWN;
    if (!open && channels != Sizes.product(name, each, groups)) {
      throw Refusal.of(
          name,
          "the kernel "
              + kernel
              + " needs images of "
              + (groups == 1 ? "" : groups + " groups of ")
              + each
              + " channels",
          channels + " in images " + images,
          "give images as "
              + ImageLayout.CHANNELS_LAST.name(window.rank())
              + ", or change the kernel");
    }
    if (kernel.size(-1) != Shape.UNKNOWN && kernel.size(-1) % groups != 0) {
      throw Refusal.of(
          name,
          "the filters must split into " + groups + " groups",
          kernel.size(-1) + " in the kernel " + kernel,
          "use a multiple of the groups");
    }
    return new TensorSpec(inputs[0].dtype(), slide(name, window, images, kernel.size(-1)));
  }

  /**
   * Returns the output shape of a window that slides over images, after checking that it fits; for
   * pooling, too.
   */
  static Shape slide(String who, Window window, Shape images, long channels) {
    if (window.rank() > ImageLayout.MOST_SPATIAL) {
      throw Refusal.of(
          who,
          "windows have at most " + ImageLayout.MOST_SPATIAL + " axes",
          window,
          "reshape the images to fewer spatial axes");
    }
    Shape output = window.output(images, channels);
    for (int i = 1; i <= window.rank(); i++) {
      if (output.size(i) == 0) {
        throw Refusal.of(
            who,
            "the window " + window + " must fit into the images",
            images,
            ImageLayout.seemsFirst(images)
                ? "if their channels are first, transpose(images, 0, 2, 3, 1) makes them [n, h, w,"
                    + " c]"
                : "use padding SAME or larger images");
      }
    }
    return output;
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    if (inputs[1].shape().count() == 0) {
      Elements.fill(output, 0);
    } else {
      kernels.convolutions().conv(window, groups, inputs[0], inputs[1], output);
    }
  }

  @Override
  public void executeFor(ImageSink sink, Kernels kernels, EagerTensor... inputs) {
    kernels.convolutions().conv(window, groups, inputs[0], inputs[1], sink);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor g) {
    Tensor images = call.input(0);
    Tensor kernel = call.input(1);
    return new Tensor[] {
      call.needs(0)
          ? MatchShape.applyLike(new BackwardInput(this, images.shape()), images, kernel, g)
          : null,
      call.needs(1) ? new BackwardFilter(this, kernel.shape()).applyTo(images, g) : null
    };
  }

  /** The gradient for images of a shape; its inputs are the kernel and the output's gradient. */
  record BackwardInput(Conv conv, Shape images) implements ImagesOp {
    BackwardInput {
      Objects.requireNonNull(conv, "convolution: of what the gradient is");
      Objects.requireNonNull(images, "convolution: images");
    }

    @Override
    public String name() {
      return conv.name + "/images";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, images.isKnown() ? 2 : 3, inputs);
      TensorSpec made =
          new TensorSpec(
              Checks.sameFloating(name(), inputs), MatchShape.outputShape(this, images, inputs));
      Checks.spec(name(), conv.inferOutput(made, inputs[0]), inputs[1]);
      return made;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[1].shape().count() == 0) {
        Elements.fill(output, 0);
      } else {
        kernels
            .convolutions()
            .convBackwardInput(conv.window, conv.groups, inputs[0], inputs[1], output);
      }
    }

    @Override
    public void executeFor(ImageSink sink, Kernels kernels, EagerTensor... inputs) {
      kernels
          .convolutions()
          .convBackwardInput(conv.window, conv.groups, inputs[0], inputs[1], sink);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor kernel = call.input(0);
      return new Tensor[] {
        call.needs(0) ? new BackwardFilter(conv, kernel.shape()).applyTo(g, call.input(1)) : null,
        call.needs(1) ? conv.applyTo(g, kernel) : null
      };
    }
  }

  /** The gradient for a kernel of a shape; its inputs are the images and the output's gradient. */
  record BackwardFilter(Conv conv, Shape kernel) implements SimpleOp {
    BackwardFilter {
      Objects.requireNonNull(conv, "convolution: of what the gradient is");
      Objects.requireNonNull(kernel, "convolution: kernel");
    }

    @Override
    public String name() {
      return conv.name + "/kernel";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      TensorSpec made = new TensorSpec(Checks.sameFloating(name(), inputs), kernel);
      Checks.spec(name(), conv.inferOutput(inputs[0], made), inputs[1]);
      return made;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[0].shape().count() == 0 || inputs[1].shape().count() == 0) {
        Elements.fill(output, 0);
      } else {
        kernels
            .convolutions()
            .convBackwardFilter(conv.window, conv.groups, inputs[0], inputs[1], output);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor images = call.input(0);
      return new Tensor[] {
        call.needs(0)
            ? MatchShape.applyLike(
                new BackwardInput(conv, images.shape()), images, g, call.input(1))
            : null,
        call.needs(1) ? conv.applyTo(images, g) : null
      };
    }
  }
}
