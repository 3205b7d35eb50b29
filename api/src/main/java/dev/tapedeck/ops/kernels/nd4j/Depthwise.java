package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Depthwise convolutions, where each channel is a group, as sums of products of whole pixels;
 * matrix products of one column would be slow. For several filters per channel, the channels are
 * repeated.
 */
final class Depthwise {
  private final WindowRuns runs;
  private final Shape images;
  private final int filters;
  private final long repeats;

  Depthwise(Window window, Shape images, Shape kernel) {
    this.runs = new WindowRuns(window, images);
    this.images = images;
    this.filters = Math.toIntExact(kernel.size(-1));
    this.repeats = filters / images.size(-1);
  }

  static boolean serves(int groups, Shape kernel) {
    return groups > 1 && kernel.size(-2) == 1;
  }

  void conv(EagerTensor source, EagerTensor kernel, EagerTensor output) {
    EagerTensor x = repeated(source.dense());
    EagerTensor k = kernel.dense();
    DType dtype = output.dtype();
    MemorySegment pixels = x.elements();
    MemorySegment weights = k.elements();
    MemorySegment results = output.elements().fill((byte) 0);
    pairs(
        (window, element, pixel) ->
            VectorSums.addProducts(
                dtype, pixels, pixel, weights, element, results, window, filters));
    release(x);
  }

  void toImages(EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    EagerTensor sums =
        repeats == 1 ? output : EagerTensor.allocate(new TensorSpec(output.dtype(), repeated()));
    EagerTensor g = upstream.dense();
    EagerTensor k = kernel.dense();
    DType dtype = output.dtype();
    MemorySegment gradients = g.elements();
    MemorySegment weights = k.elements();
    MemorySegment pixels = sums.elements().fill((byte) 0);
    pairs(
        (window, element, pixel) ->
            VectorSums.addProducts(
                dtype, gradients, window, weights, element, pixels, pixel, filters));
    if (repeats > 1) {
      NativeCalls.run("reduce_sum", new long[] {images.rank()}, output, sums);
    }
    release(sums);
  }

  void toKernel(EagerTensor source, EagerTensor upstream, EagerTensor output) {
    EagerTensor x = repeated(source.dense());
    EagerTensor g = upstream.dense();
    DType dtype = output.dtype();
    MemorySegment pixels = x.elements();
    MemorySegment gradients = g.elements();
    // In double: a weight's gradient sums over all windows of all images, too many for float32.
    double[] sums = new double[Math.toIntExact(output.shape().count())];
    pairs(
        (window, element, pixel) -> {
          for (int k = 0; k < filters; k++) {
            sums[(int) element + k] +=
                Elements.getDouble(dtype, pixels, pixel + k)
                    * Elements.getDouble(dtype, gradients, window + k);
          }
        });
    for (int i = 0; i < sums.length; i++) {
      Elements.setDouble(dtype, output.elements(), i, sums[i]);
    }
    release(x);
  }

  /** A visitor of pairs of vectors, by the indices of their first elements. */
  @FunctionalInterface
  private interface Pair {
    void take(long window, long element, long pixel);
  }

  private void pairs(Pair action) {
    runs.forEach(
        (window, element, pixel, count) -> {
          for (long i = 0; i < count; i++) {
            action.take(window * filters, (element + i) * filters, (pixel + i) * filters);
          }
        });
  }

  private Shape repeated() {
    return images.concat(repeats);
  }

  /** Returns contiguous images with each channel repeated for its filters. */
  private EagerTensor repeated(EagerTensor dense) {
    Shape single = images.concat(1);
    return repeats == 1
        ? dense
        : dense.view(single, single.strides(), dense.offset()).broadcastTo(repeated()).dense();
  }

  private void release(EagerTensor copy) {
    if (repeats > 1 && images.count() > 0) { // of no pixels there is no copy
      copy.release();
    }
  }
}
