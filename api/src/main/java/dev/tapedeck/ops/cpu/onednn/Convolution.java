package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A convolution of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups,
 * k]}, or a gradient of it, in oneDNN's terms.
 */
record Convolution(
    int threads,
    Direction direction,
    Window window,
    int groups,
    Shape images,
    Shape kernel,
    Shape output) {
  private static final int INFERENCE = 96;
  private static final int DIRECT = 1;

  /** So many that only a program of ever new shapes gets there. */
  private static final int MOST_CHOICES = 10_000;

  private static final Map<Convolution, Freedom> CHOICES = new ConcurrentHashMap<>();

  /** Which layouts are left to oneDNN, at the price of reordering; the plain way is tried first. */
  enum Freedom {
    NONE,
    KERNEL,
    ALL
  }

  /** Prepares the way that was chosen when this convolution was first met, whoever met it. */
  Plan fastest(Workspace workspace, EagerTensor... tensors) {
    if (CHOICES.size() >= MOST_CHOICES) {
      CHOICES.clear();
    }
    return plan(CHOICES.computeIfAbsent(this, _ -> choose(workspace, tensors)));
  }

  /**
   * Returns the way that leaves the kernel's layout to oneDNN, unless it takes at least twice as
   * long as another. Ways round differently: were a small lead enough, noise would choose, and two
   * runs of a program would differ in their last bits.
   */
  private Freedom choose(Workspace workspace, EagerTensor... tensors) {
    List<Freedom> ways = misleading() ? List.of(Freedom.NONE) : List.of(Freedom.values());
    List<Fastest.Candidate<Freedom>> candidates = ways.stream().map(this::candidate).toList();
    return Fastest.of(candidates, workspace, direction.written, tensors);
  }

  private Fastest.Candidate<Freedom> candidate(Freedom freedom) {
    return new Fastest.Candidate<>(freedom, freedom == Freedom.KERNEL ? 1 : 2, () -> plan(freedom));
  }

  /**
   * Returns whether oneDNN 3.11 may compute something else, unless the kernel is plain: the stride
   * of a single window counts for nothing, yet misleads it.
   */
  private boolean misleading() {
    Window.Axis last = window.axes().getLast();
    return direction == Direction.OUTPUT && output.size(-2) == 1 && last.stride() > 1;
  }

  private Plan plan(Freedom freedom) {
    return Plan.of(threads, builder -> prepare(builder, freedom));
  }

  private void prepare(PlanBuilder builder, Freedom freedom) {
    if (!Slide.touches(window, images)) {
      throw new Library.RefusedException("a window has nothing but padding");
    }
    long x = Slide.layout(builder, images);
    long w = builder.layout(kernelSizes(), kernelStrides());
    long y = Slide.layout(builder, output);
    builder.tensor(direction.images, direction == Direction.IMAGES, x);
    builder.tensor(direction.kernel, direction == Direction.KERNEL, w);
    builder.tensor(direction.output, direction == Direction.OUTPUT, y);
    if (freedom != Freedom.NONE) {
      w = builder.anyLayout(kernelSizes());
    }
    if (freedom == Freedom.ALL) {
      x = builder.anyLayout(Slide.channelsFirst(images.toArray()));
      y = builder.anyLayout(Slide.channelsFirst(output.toArray()));
    }
    builder.apply(describe(builder, x, w, y));
  }

  private long describe(PlanBuilder builder, long x, long w, long y) {
    long[] slide = Slide.arrays(builder, window, images);
    long engine = Library.ENGINE;
    long attributes = builder.attributes();
    // A gradient's description takes that of the convolution as a hint.
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
