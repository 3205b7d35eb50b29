package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.function.Consumer;

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

  /** Takes all images, of a computation that writes them at once. */
  default void takeAll(Consumer<EagerTensor> computation) {
    long count = shape().size(0);
    EagerTensor all = memory(0, count);
    computation.accept(all);
    take(0, count, all);
  }

  /** Returns a sink whose images stay in a tensor. */
  static ImageSink into(EagerTensor all) {
    return new ImageSink() {
      @Override
      public Shape shape() {
        return all.shape();
      }

      @Override
      public EagerTensor memory(long from, long to) {
        return all.part(0, from, to);
      }

      @Override
      public void take(long from, long to, EagerTensor images) {}
    };
  }
}
