package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Tensor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A watch over the scalars whose gradients tapes are asked for: the losses of a training step. */
public final class TargetWatch {
  private static final ScopedValue<Consumer<Tensor>> CURRENT = ScopedValue.newInstance();

  private TargetWatch() {}

  /** Runs an action, in which a watch is given each target before its gradients are computed. */
  public static <T> T call(Consumer<Tensor> watch, Supplier<T> action) {
    return ScopedValue.where(CURRENT, watch).call(action::get);
  }

  static void see(Tensor target) {
    if (CURRENT.isBound() && target.shape().isScalar()) {
      Object _ =
          Dispatch.unrecorded(
              () -> {
                CURRENT.get().accept(target);
                return target;
              });
    }
  }
}
