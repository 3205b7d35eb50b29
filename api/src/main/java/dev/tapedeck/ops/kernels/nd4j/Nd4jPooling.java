package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.PoolingKernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowMaxima;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** Pooling kernels: by ND4J where it is correct, else in Java. */
final class Nd4jPooling implements PoolingKernels {
  /** Returns the arguments for averages without padding, of NHWC images. */
  private static long[] arguments(NativeWindow window) {
    return window.arguments(0, 1);
  }

  @Override
  public void max(Window window, EagerTensor images, EagerTensor output) {
    if (NativeWindow.serves(window)) {
      NativeWindow plain = new NativeWindow(window);
      EagerTensor x = plain.covered(images);
      if (isFinite(x)) {
        NativeCalls.run("maxpool2d", arguments(plain), NativeWindow.lifted(output, 1), x);
        return;
      }
      // ND4J's ignores NaN and -infinity.
    }
    EagerTensor all = images.dense();
    MemorySegment from = all.elements();
    MemorySegment to = output.elements();
    DType dtype = output.dtype();
    long[] largest = WindowMaxima.of(window, all);
    for (int i = 0; i < largest.length; i++) {
      double value =
          largest[i] < 0 ? Double.NEGATIVE_INFINITY : Elements.getDouble(dtype, from, largest[i]);
      Elements.setDouble(dtype, to, i, value);
    }
  }

  @Override
  public void maxGradient(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    EagerTensor g = upstream.dense();
    if (NativeWindow.serves(window)) {
      NativeWindow plain = new NativeWindow(window);
      EagerTensor x = plain.covered(images);
      if (isFinite(x)) {
        EagerTensor part = EagerTensor.allocate(x.spec());
        NativeCalls.run("maxpool2d_bp", arguments(plain), part, x, NativeWindow.lifted(g, 1));
        plain.spread(part, output);
        part.release();
        return;
      }
    }
    MemorySegment from = g.elements();
    MemorySegment to = output.elements().fill((byte) 0);
    DType dtype = output.dtype();
    long[] largest = WindowMaxima.of(window, images.dense());
    for (int i = 0; i < largest.length; i++) {
      if (largest[i] >= 0) {
        double sum = Elements.getDouble(dtype, to, largest[i]) + Elements.getDouble(dtype, from, i);
        Elements.setDouble(dtype, to, largest[i], sum);
      }
    }
  }

  private static boolean isFinite(EagerTensor x) {
    MemorySegment elements = x.elements();
    long count = x.shape().count();
    if (x.dtype() == DType.FLOAT32) {
      return Float32Loops.isFinite(elements, count);
    }
    boolean finite = true;
    for (long i = 0; i < count; i++) {
      finite &= Double.isFinite(elements.getAtIndex(Elements.DOUBLE, i));
    }
    return finite;
  }

  @Override
  public void average(Window window, EagerTensor images, EagerTensor output) {
    if (NativeWindow.serves(window)) {
      NativeWindow plain = new NativeWindow(window);
      NativeCalls.run(
          "avgpool2d", arguments(plain), NativeWindow.lifted(output, 1), plain.covered(images));
      return;
    }
    EagerTensor x = images.dense();
    WindowRuns runs = new WindowRuns(window, x.shape());
    DType dtype = x.dtype();
    long channels = runs.channels();
    MemorySegment from = x.elements();
    MemorySegment to = output.elements().fill((byte) 0);
    runs.forEach(
        (place, element, pixel, count) -> {
          for (long i = pixel; i < pixel + count; i++) {
            Elements.add(dtype, from, i * channels, to, place * channels, channels);
          }
        });
    divide(output, window, x.shape());
  }

  @Override
  public void averageGradient(Window window, EagerTensor upstream, EagerTensor output) {
    if (NativeWindow.serves(window)) {
      NativeWindow plain = new NativeWindow(window);
      EagerTensor part = zeros(plain.covered(output).spec());
      EagerTensor none = zeros(part.spec());
      EagerTensor g = NativeWindow.lifted(upstream.dense(), 1);
      NativeCalls.run("avgpool2d_bp", arguments(plain), part, none, g);
      plain.spread(part, output);
      part.release();
      none.release();
      return;
    }
    EagerTensor shares = EagerTensor.allocate(upstream.spec());
    Elements.copy(upstream, shares);
    divide(shares, window, output.shape());
    WindowRuns runs = new WindowRuns(window, output.shape());
    DType dtype = output.dtype();
    long channels = runs.channels();
    MemorySegment from = shares.elements();
    MemorySegment to = output.elements().fill((byte) 0);
    runs.forEach(
        (place, element, pixel, count) -> {
          for (long i = pixel; i < pixel + count; i++) {
            Elements.add(dtype, from, place * channels, to, i * channels, channels);
          }
        });
    shares.release();
  }

  private static EagerTensor zeros(TensorSpec spec) {
    EagerTensor zeros = EagerTensor.allocate(spec);
    zeros.elements().fill((byte) 0);
    return zeros;
  }

  /** Divides a number for each window by the window's elements that are not padding. */
  private static void divide(EagerTensor ofWindows, Window window, Shape images) {
    WindowRuns runs = new WindowRuns(window, images.with(0, 1));
    long[] counts = new long[Math.toIntExact(runs.windows())];
    runs.forEach((place, element, pixel, count) -> counts[(int) place] += count);
    DType dtype = ofWindows.dtype();
    MemorySegment memory = ofWindows.elements();
    long channels = runs.channels();
    for (long i = 0; i < ofWindows.shape().count(); i++) {
      double mean =
          Elements.getDouble(dtype, memory, i) / counts[(int) (i / channels % counts.length)];
      Elements.setDouble(dtype, memory, i, mean);
    }
  }
}
