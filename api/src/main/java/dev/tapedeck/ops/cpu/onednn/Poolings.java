package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/**
 * Mean pooling, and its gradient, of dense images {@code [n, spatial.., c]}. The largest element is
 * not oneDNN's to find: it passes over NaN, and knows nothing below the smallest finite number.
 */
final class Poolings {
  private static final int KIND = 3;
  private static final int MOST_AXES = 3;
  private static final int INFERENCE = 96;

  /** The mean, not counting padding. */
  private static final int MEAN = 1023;

  private Poolings() {}

  /** Computes the second from the first, or a gradient for the first from one for the second. */
  static boolean run(boolean gradient, Window window, EagerTensor images, EagerTensor output) {
    if (window.rank() > MOST_AXES
        || images.dtype() != DType.FLOAT32
        || images.shape().count() == 0
        || output.shape().count() == 0) {
      return false;
    }
    EagerTensor x = images.contiguous();
    EagerTensor y = output.contiguous();
    Workspace workspace = Workspace.ofThread();
    Signature signature = workspace.signature().add(KIND).add(gradient ? 1 : 0).add(window.rank());
    for (int i = 0; i <= window.rank() + 1; i++) {
      signature.add(x.shape().size(i));
    }
    Slide.sign(window, x.shape(), signature);
    return workspace.run(
        () ->
            Plan.of(
                Library.threadsFor(4.0 * x.shape().count()),
                builder -> prepare(builder, gradient, window, x.shape(), y.shape())),
        x,
        y);
  }

  private static void prepare(
      PlanBuilder builder, boolean gradient, Window window, Shape images, Shape output) {
    if (!Slide.touches(window, images)) {
      throw new Library.RefusedException("a window has nothing but padding");
    }
    long[] slide = Slide.of(window, images).arraysWithSizes(builder);
    long x = Slide.layout(builder, images);
    long y = Slide.layout(builder, output);
    builder.tensor(gradient ? Argument.SOURCE_GRADIENT : Argument.SOURCE, gradient, x);
    builder.tensor(gradient ? Argument.TARGET_GRADIENT : Argument.TARGET, !gradient, y);
    long engine = Library.ENGINE;
    long attributes = builder.attributes(false);
    long forward =
        builder.describe(
            "dnnl_pooling_forward_primitive_desc_create",
            new long[] {engine, INFERENCE, MEAN, x, y},
            slide,
            new long[] {attributes});
    builder.apply(
        gradient
            ? builder.describe(
                "dnnl_pooling_backward_primitive_desc_create",
                new long[] {engine, MEAN, x, y},
                slide,
                new long[] {forward, attributes})
            : forward);
  }
}
