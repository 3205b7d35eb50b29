package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.ImageSink;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;

/** An op that computes images, and can hand them on as soon as some are computed. */
public interface ImagesOp extends SimpleOp {
  /** Computes the output for a sink; no input is empty. */
  void executeFor(ImageSink sink, Kernels kernels, EagerTensor... inputs);
}
