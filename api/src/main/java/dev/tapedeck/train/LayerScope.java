package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import java.util.function.Supplier;

/** The name scope of a layer's call in a graph: the name under which its owner holds it. */
final class LayerScope {
  private static final ScopedValue<AbstractLayer<?, ?>> OWNER = ScopedValue.newInstance();

  private LayerScope() {}

  /** Returns the output of a layer's call while a function is traced. */
  static <O> O call(AbstractLayer<?, ?> layer, Supplier<O> call) {
    return Dispatch.nameScope(
        LayerNames.within(OWNER.isBound() ? OWNER.get() : null, layer),
        () -> ScopedValue.where(OWNER, layer).call(call::get));
  }
}
