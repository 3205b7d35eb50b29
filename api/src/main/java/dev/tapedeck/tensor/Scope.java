package dev.tapedeck.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * A scope that releases, when it closes, the tensors that its thread made while it was open.
 *
 * <pre>{@code
 * try (Scope scope = new Scope()) {
 *   Tensor hidden = relu(matmul(x, w));
 *   return scope.keep(hidden.sum());     // frees hidden's memory, not the sum's
 * }
 * }</pre>
 *
 * <p>Variables are never part of a scope. Scopes nest, and close in reverse order on the thread
 * that opened them.
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<Stack> OF_THREAD = ThreadLocal.withInitial(Stack::new);

  private static final int FEW = 64;

  /** Depth of nested calls that is more than leaving a scope needs. */
  private static final int CALLS_TO_LEAVE = 32;

  private final Stack stack = OF_THREAD.get();
  private final Scope outer = stack.top;
  private final boolean owning;
  private List<Storage> storages = new ArrayList<>();
  private boolean closed;
  private int released;

  /**
   * A thread's innermost open scope; leaving it is one assignment, which cannot overflow the stack.
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
    // If the stack has too little room to close the scope, it overflows here, before the scope
    // opens.
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
   * Releases a tensor's memory now, if this scope owns it.
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
   * Makes a tensor outlive this scope and returns it. If this scope or one inside it owns the
   * tensor, it passes to the enclosing scope, or to the collector if there is none.
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
   * Closes the scope without releasing anything, and returns the memory it owned: for a dataset
   * element that is made now and delivered later.
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

  /** The memory that a scope owned when it was detached. */
  @FunctionalInterface
  public interface Detached {
    /**
     * Passes the memory to the innermost scope of the calling thread, or to the collector; once.
     */
    void attach();
  }

  /**
   * Releases the tensors that the scope owns; closing it again, or after {@link #detach}, does
   * nothing.
   */
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
