package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A convolution of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups,
 * k]}, or a gradient of it, as oneDNN takes it.
 */
record ConvolutionPlan(
    int threads,
    DType type,
    Direction direction,
    Window window,
    int groups,
    Shape images,
    Shape kernel,
    Shape output) {
  private static final int INFERENCE = 96;
  private static final int DIRECT = 1;

  /** The limit of the cache, which only programs with ever new shapes reach. */
  private static final int MOST_CHOICES = 10_000;

  private static final Map<ConvolutionPlan, Way> CHOICES = new ConcurrentHashMap<>();

  /**
   * Up to so many channels and from so many filters on, the gradient for images is a matrix
   * product.
   */
  private static final int FEW_CHANNELS = 4;

  private static final int MANY_FILTERS = 32;

  /** The layout of the kernel in a convolution; results of the two differ by rounding. */
  enum Way {
    /**
     * The tensor's own layout, the trusted reference: oneDNN 3.11 gets some shapes wrong in others.
     */
    PLAIN,
    /** A layout that oneDNN chooses, at the cost of a reorder: nearly always the fastest. */
    BLOCKED
  }

  /** Prepares the plan in the way that the shapes determine. */
  PrimitivePlan plan(Workspace workspace, EagerTensor... tensors) {
    if (CHOICES.size() >= MOST_CHOICES) {
      CHOICES.clear();
    }
    return plan(CHOICES.computeIfAbsent(this, _ -> choose(workspace, tensors)));
  }

  /**
   * Returns the way to take. It depends on shapes alone, never on timings or values, or else two
   * runs of a program would differ in their last bits.
   *
   * @throws Library.RefusedException if oneDNN supports none
   */
  Way choose(Workspace workspace, EagerTensor... tensors) {
    try (PrimitivePlan plain = planOrNull(Way.PLAIN);
        PrimitivePlan blocked = leavesGaps() || misleading() ? null : planOrNull(Way.BLOCKED)) {
      if (plain == null && blocked == null) {
        throw new Library.RefusedException("no way to convolve");
      }
      boolean chosen =
          plain == null
              || (blocked != null
                  && !isProduct()
                  && Trial.agree(plain, blocked, workspace, direction.written, tensors));
      return chosen ? Way.BLOCKED : Way.PLAIN;
    }
  }

  private PrimitivePlan planOrNull(Way way) {
    try {
      return plan(way);
    } catch (Library.RefusedException _) {
      return null;
    }
  }

  /**
   * Returns whether windows skip pixels. There oneDNN 3.11 is sometimes wrong and reads out of
   * bounds, unless the kernel layout is plain.
   */
  private boolean leavesGaps() {
    return window.axes().stream().anyMatch(axis -> axis.stride() > axis.size());
  }

  /**
   * Returns whether oneDNN 3.11 may be wrong unless the kernel layout is plain: the stride of a
   * single window has no meaning, yet it misleads oneDNN.
   */
  private boolean misleading() {
    Window.Axis last = window.axes().getLast();
    return direction == Direction.OUTPUT && output.size(-2) == 1 && last.stride() > 1;
  }

  /** Returns whether the plain way, a matrix product, is faster: by up to three times. */
  private boolean isProduct() {
    return direction == Direction.IMAGES
        && groups == 1
        && images.size(-1) <= FEW_CHANNELS
        && kernel.size(-1) >= MANY_FILTERS;
  }

  PrimitivePlan plan(Way way) {
    return PrimitivePlan.of(threads, type, builder -> prepare(builder, way));
  }

  private void prepare(PlanBuilder builder, Way way) {
    if (!ConvGeometry.touches(window, images)) {
      throw new Library.RefusedException("a window has nothing but padding");
    }
    long x = ConvGeometry.layout(builder, images);
    long w = builder.layout(kernelSizes(), kernelStrides());
    long y = ConvGeometry.layout(builder, output);
    builder.tensor(direction.images, direction == Direction.IMAGES, x);
    builder.tensor(direction.kernel, direction == Direction.KERNEL, w);
    builder.tensor(direction.output, direction == Direction.OUTPUT, y);
    if (way == Way.BLOCKED) {
      w = builder.anyLayout(kernelSizes());
    }
    builder.apply(describe(builder, x, w, y));
  }

  private long describe(PlanBuilder builder, long x, long w, long y) {
    long[] slide = ConvGeometry.arrays(builder, window, images);
    long engine = Library.ENGINE;
    long attributes = builder.attributes();
    // The description of a gradient needs that of the convolution as a hint.
    long forward =
        builder.describe(
            "dnnl_convolution_forward_primitive_desc_create",
            new long[] {engine, INFERENCE, DIRECT, x, w, PlanBuilder.NO_LAYOUT, y},
            slide,
            new long[] {attributes});
    long[] last = {forward, attributes};
    return switch (direction) {
      case OUTPUT -> forward;
      case IMAGES ->
          builder.describe(
              "dnnl_convolution_backward_data_primitive_desc_create",
              new long[] {engine, DIRECT, x, w, y},
              slide,
              last);
      case KERNEL ->
          builder.describe(
              "dnnl_convolution_backward_weights_primitive_desc_create",
              new long[] {engine, DIRECT, x, w, PlanBuilder.NO_LAYOUT, y},
              slide,
              last);
    };
  }

  /** Returns {@code [groups, k / groups, c / groups, spatial..]}; a single group has no axis. */
  private long[] kernelSizes() {
    int rank = window.rank();
    long channels = kernel.size(rank);
    long filters = kernel.size(rank + 1) / groups;
    return groupedKernel(groups, filters, channels, kernel.toArray());
  }

  private long[] kernelStrides() {
    long filters = kernel.size(-1);
    return groupedKernel(filters / groups, 1, filters, kernel.strides());
  }

  private long[] groupedKernel(long group, long filter, long channel, long[] spatial) {
    int lead = groups == 1 ? 2 : 3;
    long[] numbers = new long[lead + window.rank()];
    numbers[0] = group;
    numbers[lead - 2] = filter;
    numbers[lead - 1] = channel;
    System.arraycopy(spatial, 0, numbers, lead, window.rank());
    return numbers;
  }
}
