package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import java.util.function.Supplier;

/** An interceptor of the calls of layers, in the scope that it is bound in. */
interface LayerInterceptor {
  ScopedValue<LayerInterceptor> CURRENT = ScopedValue.newInstance();

  /** Returns the output of a layer for an input, which the call computes. */
  <O> O call(AbstractLayer<?, ?> layer, Object input, Supplier<O> call);

  /** Returns the interceptor of this thread's calls; null for none. */
  static LayerInterceptor current() {
    // A traced call runs later, as ops.
    return CURRENT.isBound() && Dispatch.executingEagerly() ? CURRENT.get() : null;
  }
}
