package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/**
 * What takes the images {@code [n, spatial.., c]} that a kernel computes, some at a time, so that
 * further work finds them in the cache. Several threads may call it, each for images of its own.
 */
public interface ImageSink {
  /** Returns the shape of all images together. */
  Shape shape();

  /** Returns memory for images, from one up to, not including, another. */
  EagerTensor memory(long from, long to);

  /** Takes images, on the thread that has computed them in the memory that it was given. */
  void take(long from, long to, EagerTensor images);

  /** Returns a sink whose images stay in a tensor. */
  static ImageSink into(EagerTensor all) {
    return new ImageSink() {
      @Override
      public Shape shape() {
        return all.shape();
      }

      @Override
      public EagerTensor memory(long from, long to) {
        return part(all, from, to);
      }

      @Override
      public void take(long from, long to, EagerTensor images) {}
    };
  }

  /** Returns a part of a tensor along its first axis. */
  static EagerTensor part(EagerTensor all, long from, long to) {
    long[] strides = all.strides();
    return all.view(all.shape().with(0, to - from), strides, all.offset() + from * strides[0]);
  }
}
