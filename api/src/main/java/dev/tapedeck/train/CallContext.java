package dev.tapedeck.train;

import dev.tapedeck.ops.Context;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Context of the calls of layers within one outermost call.
 *
 * @param training whether layers run as in training
 * @param losses losses that the layers add
 */
record CallContext(boolean training, List<Tensor> losses) {
  private static final ScopedValue<CallContext> CURRENT = ScopedValue.newInstance();

  static {
    Context.keep(CURRENT);
  }

  /** Returns the context of the calling layer; null outside of any layer's call. */
  static CallContext current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /** Returns the context of the outermost call of a layer. */
  static CallContext outermost(boolean training) {
    return new CallContext(training, new ArrayList<>());
  }

  /** Returns the context of calls with another flag. */
  CallContext withTraining(boolean flag) {
    return new CallContext(flag, losses);
  }

  /** Runs a call in this context. */
  <O> O call(ScopedValue.CallableOp<O, RuntimeException> call) {
    return ScopedValue.where(CURRENT, this).call(call);
  }
}
