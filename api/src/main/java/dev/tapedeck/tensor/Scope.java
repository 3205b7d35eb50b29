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
  private static final ThreadLocal<Stack> OF_THREAD = ThreadLocal.withInitial(Stack::new);

  private static final int FEW = 64;

  /** More calls within each other than it takes to leave a scope. */
  private static final int CALLS_TO_LEAVE = 32;

  private final Stack stack = OF_THREAD.get();
  private final Scope outer = stack.top;
  private final boolean owning;
  private List<Storage> storages = new ArrayList<>();
  private boolean closed;
  private int released;

  /**
   * A thread's innermost open scope: to leave it is an assignment, which no overflow of the stack
   * prevents.
   */
  private static final class Stack {
    private Scope top;
  }

  /** Opens a scope on this thread. */
  public Scope() {
    this(true);
  }

  private Scope(boolean owning) {
    this.owning = owning;
    // Where the thread's stack has no room to close the scope, it overflows before this is open.
    nest(CALLS_TO_LEAVE);
    stack.top = this;
  }

  private static int nest(int calls) {
    return calls == 0 ? 0 : 1 + nest(calls - 1);
  }

  /** Opens a scope that owns nothing: what is made in it outlives the scopes around it. */
  public static Scope none() {
    return new Scope(false);
  }

  static Scope current() {
    Scope scope = OF_THREAD.get().top;
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

  /**
   * Releases a tensor's memory now, if this scope would.
   *
   * @throws IllegalStateException if this scope belongs to another thread
   */
  public void release(EagerTensor tensor) {
    requireThread("release");
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

  /**
   * Makes a tensor outlive this scope: hands it, if this scope or one inside it would release it,
   * to the scope around this one, or to the collector, and returns it.
   *
   * @throws IllegalStateException if the tensor has been released, or this scope was closed or
   *     belongs to another thread
   */
  public Tensor keep(Tensor tensor) {
    requireOpen("keep");
    if (tensor instanceof EagerTensor eager) {
      Storage storage = eager.sharedStorage();
      if (storage.isReleased()) {
        throw storage.stale();
      }
      if (surrounds(storage.scope)) {
        storage.scope = null;
        if (owning && outer != null && outer.owning) {
          outer.own(storage);
        }
      }
    }
    return tensor;
  }

  private boolean surrounds(Scope scope) {
    Scope each = scope;
    while (each != null && each != this) {
      each = each.outer;
    }
    return each == this;
  }

  /**
   * Closes the scope without releasing anything, and returns what it owned: for an element that is
   * made now and handed out later.
   *
   * @throws IllegalStateException if the scope was closed, belongs to another thread, or has an
   *     open scope inside it
   */
  public Detached detach() {
    requireOpen("detach");
    leave();
    List<Storage> owned = storages;
    storages = new ArrayList<>();
    return () -> {
      Scope scope = current();
      for (Storage storage : owned) {
        if (storage.scope == this) {
          storage.scope = null;
          if (scope != null && !storage.isReleased()) {
            scope.own(storage);
          }
        }
      }
      owned.clear();
    };
  }

  /** What a scope owned when it was detached. */
  @FunctionalInterface
  public interface Detached {
    /** Hands it to the innermost scope of the calling thread, or to the collector; once. */
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

  private void requireOpen(String who) {
    if (closed) {
      throw new IllegalStateException(
          "Scope." + who + ": the scope was closed; call it inside the try block");
    }
    requireThread(who);
  }

  private void requireThread(String who) {
    if (stack != OF_THREAD.get()) {
      throw new IllegalStateException(
          "Scope."
              + who
              + ": the scope belongs to the thread that opened it; open one on this thread");
    }
  }

  private void leave() {
    if (stack.top != this || stack != OF_THREAD.get()) {
      throw new IllegalStateException(
          "Scope: closed on another thread or out of order; use try-with-resources");
    }
    stack.top = outer;
    closed = true;
  }
}
