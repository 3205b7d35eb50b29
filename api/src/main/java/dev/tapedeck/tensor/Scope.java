package dev.tapedeck.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Releases the tensors that its thread makes while it is open, when it closes.
 *
 * <pre>{@code
 * try (Scope scope = new Scope()) {
 *   Tensor hidden = relu(matmul(x, w));
 *   return scope.keep(hidden.sum());     // hidden's memory goes back, the sum's does not
 * }
 * }</pre>
 *
 * <p>Variables are never part of a scope. Scopes nest, and close in reverse order on the thread
 * that opened them.
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

  private static final int FEW = 64;

  private final Scope outer = CURRENT.get();
  private final boolean owning;
  private List<Storage> storages = new ArrayList<>();
  private boolean closed;
  private int released;

  /** Opens a scope on this thread. */
  public Scope() {
    this(true);
  }

  private Scope(boolean owning) {
    this.owning = owning;
    CURRENT.set(this);
  }

  /** Opens a scope that owns nothing: what is made in it outlives the scopes around it. */
  public static Scope none() {
    return new Scope(false);
  }

  static Scope current() {
    Scope scope = CURRENT.get();
    return scope == null || !scope.owning ? null : scope;
  }

  void own(Storage storage) {
    storage.scope = this;
    storages.add(storage);
  }

  /** Returns whether this scope will release a tensor's memory. */
  public boolean owns(EagerTensor tensor) {
    return tensor.storage().scope == this && !tensor.storage().isLasting();
  }

  /** Releases a tensor's memory now, if this scope would. */
  public void release(EagerTensor tensor) {
    Storage storage = tensor.sharedStorage();
    if (storage.scope == this && !storage.isLasting()) {
      storage.release("tensor: used after its memory was given back");
      storage.scope = null;
      if (++released > FEW && 2 * released > storages.size()) { // a long loop would fill the list
        storages.removeIf(known -> known.scope != this);
        released = 0;
      }
    }
  }

  /** Hands a tensor to the scope around this one, or to the collector, and returns it. */
  public Tensor keep(Tensor tensor) {
    if (tensor instanceof EagerTensor eager && eager.sharedStorage().scope == this) {
      eager.sharedStorage().scope = null;
      if (outer != null && outer.owning) {
        outer.own(eager.sharedStorage());
      }
    }
    return tensor;
  }

  /**
   * Closes the scope without releasing anything, and returns what it owned: for an element that is
   * made now and handed out later.
   */
  public Detached detach() {
    leave();
    List<Storage> owned = storages;
    storages = new ArrayList<>();
    return () -> {
      Scope scope = current();
      for (Storage storage : owned) {
        storage.scope = null;
        if (scope != null) {
          scope.own(storage);
        }
      }
    };
  }

  /** What a scope owned when it was detached. */
  @FunctionalInterface
  public interface Detached {
    /** Hands it to the innermost scope of the calling thread, or to the collector. */
    void attach();
  }

  /** Releases what the scope owns; closing it again, or after {@link #detach}, does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    leave();
    for (Storage storage : storages) {
      if (storage.scope == this && !storage.isLasting()) {
        storage.release(
            "tensor: used after the Scope it was made in was closed; hand it out with scope.keep(tensor)");
      }
    }
    storages.clear();
  }

  private void leave() {
    if (CURRENT.get() != this) {
      throw new IllegalStateException(
          "Scope: closed on another thread or out of order; use try-with-resources");
    }
    CURRENT.set(outer);
    closed = true;
  }
}
