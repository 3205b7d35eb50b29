package dev.tapedeck.train;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.TensorSpec;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Bound of the memory of the variables that layers create while a model is read from a file, which
 * may ask for any sizes.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class VariableBudget {
  private static final ScopedValue<AtomicLong> LEFT = ScopedValue.newInstance();

  private VariableBudget() {}

  /**
   * Runs code in which layers create variables of so many bytes at most. Those that are trained
   * begin as zeros, since the file has a value for each.
   *
   * @throws IllegalArgumentException if they need more
   */
  public static <T> T within(long bytes, Supplier<T> code) {
    return ScopedValue.where(LEFT, new AtomicLong(bytes)).call(code::get);
  }

  /** Returns whether there is a budget: then the file's values replace those of the variables. */
  static boolean isSet() {
    return LEFT.isBound();
  }

  /** Takes the bytes of a variable from the budget, if there is one. */
  static void take(String layer, TensorSpec spec) {
    if (!isSet()) {
      return;
    }
    double bytes = spec.dtype().bytes();
    for (long size : spec.shape().toArray()) {
      bytes *= size; // a double, which does not overflow
    }
    if (bytes > LEFT.get().get()) {
      throw Refusal.of(
          layer,
          "needs no more variables than the file has values for, " + LEFT.get() + " bytes left",
          spec,
          "use a file that fits its own description");
    }
    LEFT.get().addAndGet(-(long) bytes);
  }
}
