package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.List;

/**
 * A convolution of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups,
 * k]}, or a gradient of it, in oneDNN's terms.
 */
record Convolution(
    Direction direction,
    Window window,
    int groups,
    Shape images,
    Shape kernel,
    Shape output,
    boolean biased,
    boolean relu) {
  private static final int INFERENCE = 96;
  private static final int DIRECT = 1;

  /** Which layouts are left to oneDNN, at the price of reordering. */
  enum Freedom {
    NONE,
    KERNEL,
    ALL
  }

  /** Returns the fastest of the ways to compute it, which depends on the shapes. */
  Plan fastest(Workspace workspace, EagerTensor... tensors) {
    Fastest.Candidate plain = candidate(1.15, Freedom.NONE);
    List<Fastest.Candidate> candidates =
        misleading()
            ? List.of(plain)
            : List.of(plain, candidate(1, Freedom.KERNEL), candidate(1.15, Freedom.ALL));
    return Fastest.of(candidates, workspace, direction.written, tensors);
  }

  private Fastest.Candidate candidate(double handicap, Freedom freedom) {
    return new Fastest.Candidate(handicap, () -> plan(freedom, threads()));
  }

  /** Returns whether oneDNN 3.11 may compute something else, unless the kernel is plain. */
  private boolean misleading() {
    Window.Axis last = window.axes().getLast();
    return direction == Direction.OUTPUT && output.size(-2) == 1 && last.stride() > 1;
  }

  private int threads() {
    long each = kernel.count() / kernel.size(-1);
    return Library.threadsFor((double) each * output.count());
  }

  Plan plan(Freedom freedom, int threads) {
    return Plan.of(threads, builder -> prepare(builder, freedom));
  }

  private void prepare(PlanBuilder builder, Freedom freedom) {
    if (!Slide.touches(window, images)) {
      throw new Library.RefusedException("a window has nothing but padding");
    }
    long x = Slide.layout(builder, images);
    long w = builder.layout(kernelSizes(), kernelStrides());
    long y = Slide.layout(builder, output);
    long b = biased ? builder.denseLayout(output.size(-1)) : 0;
    builder.tensor(direction.images, direction == Direction.IMAGES, x);
    builder.tensor(direction.kernel, direction == Direction.KERNEL, w);
    builder.tensor(direction.output, direction == Direction.OUTPUT, y);
    if (biased) {
      builder.tensor(direction.bias, direction == Direction.KERNEL, b);
    }
    if (freedom != Freedom.NONE) {
      w = builder.anyLayout(kernelSizes());
    }
    if (freedom == Freedom.ALL) {
      x = builder.anyLayout(Slide.channelsFirst(images.toArray()));
      y = builder.anyLayout(Slide.channelsFirst(output.toArray()));
    }
    builder.apply(describe(builder, x, w, b, y));
  }

  private long describe(PlanBuilder builder, long x, long w, long b, long y) {
    long[] slide = Slide.of(window, images).arrays(builder);
    long engine = Library.ENGINE;
    long attributes = builder.attributes(relu);
    // A gradient's description takes that of the convolution as a hint.
    long forward =
        builder.describe(
            "dnnl_convolution_forward_primitive_desc_create",
            new long[] {engine, INFERENCE, DIRECT, x, w, b, y},
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
              new long[] {engine, DIRECT, x, w, b, y},
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
