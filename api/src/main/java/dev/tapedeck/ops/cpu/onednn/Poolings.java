package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;

/**
 * Mean pooling, and its gradient, of dense images {@code [n, spatial.., c]}. The largest element is
 * not oneDNN's to find: it passes over NaN, and knows nothing below the smallest finite number.
 */
final class Poolings {
  private static final int KIND = 3;
  private static final int INFERENCE = 96;

  /** The mean, not counting padding. */
  private static final int MEAN = 1023;

  private Poolings() {}

  /** Computes the second from the first, or a gradient for the first from one for the second. */
  static boolean run(boolean gradient, Window window, EagerTensor images, EagerTensor output) {
    if (images.dtype() != DType.FLOAT32
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
    Plan plan =
        workspace.plan(
            () ->
                Plan.of(
                    Library.threadsFor(x.shape().count()),
                    builder -> prepare(builder, gradient, window, x, y)));
    if (plan == null) {
      return false;
    }
    plan.run(workspace, x, y);
    return true;
  }

  private static void prepare(
      PlanBuilder builder,
      boolean gradient,
      Window window,
      EagerTensor images,
      EagerTensor output) {
    if (!Slide.touches(window, images.shape())) {
      throw new Library.RefusedException("a window has nothing but padding");
    }
    Slide slide = Slide.of(window, images.shape());
    long x = Slide.layout(builder, images.shape());
    long y = Slide.layout(builder, output.shape());
    builder.tensor(gradient ? Argument.SOURCE_GRADIENT : Argument.SOURCE, gradient, x);
    builder.tensor(gradient ? Argument.TARGET_GRADIENT : Argument.TARGET, !gradient, y);
    long strides = builder.array(slide.strides());
    long sizes = builder.array(slide.sizes());
    long gaps = builder.array(slide.gaps());
    long before = builder.array(slide.before());
    long after = builder.array(slide.after());
    long attributes = builder.attributes(false);
    long engine = Library.ENGINE;
    long forward =
        builder.describe(
            "dnnl_pooling_forward_primitive_desc_create",
            engine,
            INFERENCE,
            MEAN,
            x,
            y,
            strides,
            sizes,
            gaps,
            before,
            after,
            attributes);
    builder.apply(
        gradient
            ? builder.describe(
                "dnnl_pooling_backward_primitive_desc_create",
                engine,
                MEAN,
                x,
                y,
                strides,
                sizes,
                gaps,
                before,
                after,
                forward,
                attributes)
            : forward);
  }
}
