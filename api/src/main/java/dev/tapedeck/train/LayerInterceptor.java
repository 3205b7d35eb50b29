package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Tensor;
import java.util.function.Supplier;

/** Looks at the calls of layers, where one is set. */
interface LayerInterceptor {
  ScopedValue<LayerInterceptor> CURRENT = ScopedValue.newInstance();

  /** Returns the output of a layer for an input, which the call computes. */
  Tensor call(Layer layer, Tensor input, Supplier<Tensor> call);

  /** Returns what looks at the layers that this thread calls, or null. */
  static LayerInterceptor current() {
    // A traced function is run later, as the ops it is made of.
    return CURRENT.isBound() && Dispatch.executingEagerly() ? CURRENT.get() : null;
  }
}
