package dev.tapedeck.onnx;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * The forms of convolutions and pooling, between transposes: ONNX has the channels first. {@link
 * Transposes} leaves out those that cancel.
 */
final class ConvolutionRows {
  static final Map<String, Row> ALL = new TreeMap<>();

  static {
    ALL.put("Conv.1", Row.one(ConvolutionRows::conv));
    ALL.put("ConvTranspose.1", Row.one(ConvolutionRows::convTranspose));
    ALL.put("MaxPool.1", Row.one((to, step, in) -> pool(to, step, "MaxPool", in)));
    ALL.put("AveragePool.1", Row.one(ConvolutionRows::averagePool));
  }

  private ConvolutionRows() {}

  /** Returns the order of axes that moves the last one behind the first. */
  static int[] channelsFirst(int rank) {
    return IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1).toArray();
  }

  /** Returns the order of axes that undoes {@link #channelsFirst}. */
  static int[] channelsLast(int rank) {
    return IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1).toArray();
  }

  /** Writes a node of images between transposes. */
  static Value between(
      Emitter to,
      String type,
      TensorSpec output,
      Map<String, Object> attributes,
      Value images,
      Value... others) {
    int rank = images.rank();
    Value[] inputs = new Value[others.length + 1];
    inputs[0] = to.transpose(images, channelsFirst(rank));
    System.arraycopy(others, 0, inputs, 1, others.length);
    long[] order = IntStream.of(channelsFirst(rank)).asLongStream().toArray();
    Value made = to.node(type, Transposes.spec(output, order), attributes, inputs);
    return to.transpose(made, channelsLast(rank));
  }

  private static long[] each(Window window, ToLongFunction<Window.Axis> part) {
    return window.axes().stream().mapToLong(part).toArray();
  }

  private static boolean dilated(Window window) {
    return window.axes().stream().anyMatch(axis -> axis.dilation() > 1);
  }

  private static Map<String, Object> window(Emitter to, Step step, Window window, Shape images) {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("kernel_shape", each(window, Window.Axis::size));
    attributes.put("strides", each(window, Window.Axis::stride));
    if (dilated(window)) {
      attributes.put("dilations", each(window, Window.Axis::dilation));
    }
    int rank = window.rank();
    long[] pads = new long[2 * rank];
    for (int i = 0; i < rank; i++) {
      Window.Axis axis = window.axes().get(i);
      long size = images.size(i + 1);
      if (axis.same() && size == Shape.UNKNOWN && axis.stride() > 1) {
        return automatic(to, step, window, attributes);
      }
      // With a stride of 1 the padding is the same for every size.
      long image = size == Shape.UNKNOWN ? 1 : size;
      pads[i] = axis.same() ? axis.padBefore(image) : axis.before();
      pads[rank + i] = axis.same() ? after(axis, image) : axis.after();
    }
    attributes.put("pads", pads);
    return attributes;
  }

  private static long after(Window.Axis axis, long image) {
    long total = (axis.count(image) - 1) * axis.stride() + axis.extent() - image;
    return Math.max(total, 0) - axis.padBefore(image);
  }

  private static Map<String, Object> automatic(
      Emitter to, Step step, Window window, Map<String, Object> attributes) {
    if (dilated(window) || !window.axes().stream().allMatch(Window.Axis::same)) {
      throw to.refused(
          step,
          "needs known sizes of images for the padding SAME with strides and dilations",
          window,
          "give the input's sizes");
    }
    attributes.put("auto_pad", "SAME_UPPER");
    return attributes;
  }

  /** Returns a kernel {@code [spatial.., in, out]} as {@code [out, in, spatial..]}. */
  private static Value kernel(Emitter to, Value kernel) {
    int rank = kernel.rank();
    int[] order = IntStream.range(0, rank).map(i -> i < 2 ? rank - 1 - i : i - 2).toArray();
    return to.transpose(kernel, order);
  }

  private static Value conv(Emitter to, Step step, List<Value> in) {
    Value images = in.get(0);
    Window window = step.get("window", Window.class);
    Map<String, Object> attributes = window(to, step, window, images.shape());
    attributes.put("group", (long) step.integer("groups"));
    return between(to, "Conv", step.output(), attributes, images, kernel(to, in.get(1)));
  }

  private static Value convTranspose(Emitter to, Step step, List<Value> in) {
    List<?> conv = Records.components((Record) step.attributes().get("conv"));
    Window window = (Window) conv.get(1);
    List<?> growths = step.get("growth", List.class);
    int rank = window.rank();
    long[] pads = new long[2 * rank];
    long[] more = new long[rank];
    for (int i = 0; i < rank; i++) {
      Window.Axis axis = window.axes().get(i);
      long total = axis.extent() - axis.stride() - (Long) growths.get(i);
      pads[i] = axis.same() ? Math.max(total, 0) / 2 : axis.before();
      pads[rank + i] = Math.max(total - pads[i], 0);
      more[i] = Math.max(pads[i] - total, 0);
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("kernel_shape", each(window, Window.Axis::size));
    attributes.put("strides", each(window, Window.Axis::stride));
    if (dilated(window)) {
      attributes.put("dilations", each(window, Window.Axis::dilation));
    }
    attributes.put("pads", pads);
    attributes.put("output_padding", more);
    attributes.put("group", ((Number) conv.get(2)).longValue());
    return between(
        to, "ConvTranspose", step.output(), attributes, in.get(0), kernel(to, in.get(1)));
  }

  private static Value pool(Emitter to, Step step, String type, List<Value> in) {
    Value images = in.getFirst();
    Window window = step.get("window", Window.class);
    return between(to, type, step.output(), window(to, step, window, images.shape()), images);
  }

  private static Value averagePool(Emitter to, Step step, List<Value> in) {
    Window window = step.get("window", Window.class);
    if (dilated(window)) {
      throw to.refused(step, "needs windows without dilation", window, "use dilations of 1");
    }
    return pool(to, step, "AveragePool", in);
  }
}
