package dev.tapedeck.savedmodel;

import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows of convolutions.
 *
 * <p>Those of one axis are of two in TensorFlow. Where its processors have no dilated kernels, as
 * for three axes, by channel, and transposed, the kernel's gaps are filled with zeros; groups of
 * several channels are convolved one by one.
 */
final class ConvRows {
  private ConvRows() {}

  static void addTo(Map<String, Row> rows) {
    rows.put("Conv.1", Row.of(ConvRows::conv));
    rows.put("ConvTranspose.1", Row.of(ConvRows::transposed));
  }

  private static Value conv(OpCall call) {
    Emitter to = call.emitter();
    Window window = call.attribute("window", Window.class);
    Windows over = Windows.of(window);
    Value x = call.input(0);
    Value kernel = call.input(1);
    Shape output = call.shape();
    if (window.rank() == 1) {
      x = to.expand(x, 1);
      kernel = to.expand(kernel, 0);
      output = output.slice(0, 1).concat(1).concat(output.slice(1, output.rank()).toArray());
    }
    Value made = grouped(to, over, call.number("groups"), over.padded(to, x, 0), kernel, output);
    return window.rank() == 1 ? to.squeeze(made, 1) : made;
  }

  private static Value grouped(
      Emitter to, Windows over, int groups, Value x, Value kernel, Shape output) {
    if (groups == 1) {
      return plain(to, over, x, kernel, output);
    }
    if (kernel.shape().size(-2) == 1 && over.rank() == 2 && over.evenStrides()) {
      return byChannel(to, over, groups, x, kernel, output);
    }
    List<Value> images = to.split(x, x.rank() - 1, groups);
    List<Value> kernels = to.split(kernel, kernel.rank() - 1, groups);
    Shape each = output.with(-1, output.size(-1) / groups);
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      parts.add(plain(to, over, images.get(i), kernels.get(i), each));
    }
    return to.concat(x.rank() - 1, parts, new TensorSpec(x.dtype(), output));
  }

  private static Value plain(Emitter to, Windows over, Value x, Value kernel, Shape output) {
    boolean volumes = over.rank() == 3;
    boolean filled = volumes && over.isDilated();
    Windows window = filled ? over.filled() : over;
    return to.node(volumes ? "Conv3D" : "Conv2D", x, filled ? over.filled(to, kernel) : kernel)
        .type("T", x.dtype())
        .numbers("strides", window.strides())
        .text("padding", window.padding())
        .numbers("dilations", window.dilations())
        .output("output", x.dtype(), output);
  }

  /** Returns the convolution of each channel with kernels of its own. */
  private static Value byChannel(
      Emitter to, Windows over, int channels, Value x, Value kernel, Shape output) {
    Value whole = over.filled(to, kernel);
    Shape shape = whole.shape();
    long each = shape.size(-1) / channels;
    Value reshaped = to.reshape(whole, shape.size(0), shape.size(1), channels, each);
    return to.node("DepthwiseConv2dNative", x, reshaped)
        .type("T", x.dtype())
        .numbers("strides", over.strides())
        .text("padding", over.padding())
        .output("output", x.dtype(), output);
  }

  private static Value transposed(OpCall call) {
    Emitter to = call.emitter();
    Map<String, Object> conv = OpDescription.of(call.attribute("conv", Op.class)).attributes();
    Window window = (Window) conv.get("window");
    Windows over = Windows.of(window);
    int groups = (int) conv.get("groups");
    Value x = call.input(0);
    Value kernel =
        over.filled(to, window.rank() == 1 ? to.expand(call.input(1), 0) : call.input(1));
    Value images = window.rank() == 1 ? to.expand(x, 1) : x;
    List<Value> sizes = sizes(call, over);
    Shape shape = call.shape();
    Shape output =
        window.rank() == 1
            ? shape.slice(0, 1).concat(1).concat(shape.slice(1, shape.rank()).toArray())
            : shape;
    List<Value> parts = new ArrayList<>();
    List<Value> ofImages =
        groups == 1 ? List.of(images) : to.split(images, images.rank() - 1, groups);
    List<Value> ofKernel =
        groups == 1 ? List.of(kernel) : to.split(kernel, kernel.rank() - 1, groups);
    Shape each = output.with(-1, kernel.shape().size(-2));
    for (int i = 0; i < groups; i++) {
      parts.add(backwards(to, over, sizes, ofKernel.get(i), ofImages.get(i), each));
    }
    Value made = to.concat(images.rank() - 1, parts, new TensorSpec(x.dtype(), output));
    return window.rank() == 1 ? to.squeeze(made, 1) : made;
  }

  /** Returns the spatial sizes of the output. */
  private static List<Value> sizes(OpCall call, Windows over) {
    Emitter to = call.emitter();
    List<Value> sizes = new ArrayList<>();
    List<?> growth = call.attribute("growth", List.class);
    for (int i = 0; i < growth.size(); i++) {
      long known = call.shape().size(i + 1);
      long stride = over.axes().get(over.rank() - growth.size() + i).stride();
      sizes.add(
          known != Shape.UNKNOWN
              ? to.integer(known)
              : to.add(
                  to.mul(to.size(call.input(), i + 1), to.integer(stride)),
                  to.integer((long) growth.get(i))));
    }
    if (sizes.size() < over.rank()) {
      sizes.addFirst(to.integer(1));
    }
    return sizes;
  }

  /** Returns the gradient of a convolution for its images, less what is padding. */
  private static Value backwards(
      Emitter to, Windows over, List<Value> sizes, Value kernel, Value x, Shape output) {
    boolean volumes = over.rank() == 3;
    List<Value> padded = new ArrayList<>();
    Shape shape = output;
    long[] begin = new long[over.rank() + 2];
    boolean cut = false;
    for (int i = 0; i < over.rank(); i++) {
      Window.Axis axis = over.axes().get(i);
      long more = axis.same() ? 0 : axis.before() + axis.after();
      padded.add(more == 0 ? sizes.get(i) : to.add(sizes.get(i), to.integer(more)));
      shape =
          shape.size(i + 1) == Shape.UNKNOWN ? shape : shape.with(i + 1, shape.size(i + 1) + more);
      begin[i + 1] = axis.before();
      cut |= more > 0;
    }
    Value made =
        to.node(
                volumes ? "Conv3DBackpropInputV2" : "Conv2DBackpropInput",
                to.vector(withEnds(to, padded, kernel, x)),
                kernel,
                x)
            .type("T", x.dtype())
            .numbers("strides", over.strides())
            .text("padding", over.padding())
            .output("output", x.dtype(), shape);
    return cut ? slice(to, made, begin, withEnds(to, sizes, kernel, x), output) : made;
  }

  private static List<Value> withEnds(Emitter to, List<Value> sizes, Value kernel, Value x) {
    List<Value> all = new ArrayList<>(sizes);
    all.addFirst(to.size(x, 0));
    all.addLast(to.integer(kernel.shape().size(-2)));
    return all;
  }

  private static Value slice(Emitter to, Value x, long[] begin, List<Value> sizes, Shape output) {
    return to.node("Slice", x, to.ints(begin), to.vector(sizes))
        .type("T", x.dtype())
        .type("Index", DType.INT32)
        .output("output", x.dtype(), output);
  }
}
