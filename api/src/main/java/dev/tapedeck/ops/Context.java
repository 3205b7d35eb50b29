package dev.tapedeck.ops;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The ambient state of a call, such as whether a model is training; captured so that a function run
 * again later sees the same state.
 */
public final class Context {
  private static final List<ScopedValue<?>> KEPT = new CopyOnWriteArrayList<>();

  private final ScopedValue.Carrier bindings;

  private Context(ScopedValue.Carrier bindings) {
    this.bindings = bindings;
  }

  /** Makes a scoped value part of every context. */
  public static void keep(ScopedValue<?> value) {
    KEPT.add(value);
  }

  /** Returns the context of the caller. */
  public static Context current() {
    ScopedValue.Carrier bindings = null;
    for (ScopedValue<?> value : KEPT) {
      bindings = value.isBound() ? with(bindings, value) : bindings;
    }
    return new Context(bindings);
  }

  private static <T> ScopedValue.Carrier with(ScopedValue.Carrier bindings, ScopedValue<T> value) {
    return bindings == null
        ? ScopedValue.where(value, value.get())
        : bindings.where(value, value.get());
  }

  /** Runs an action in this context. */
  public <T> T call(Supplier<T> action) {
    return bindings == null ? action.get() : bindings.call(action::get);
  }
}
