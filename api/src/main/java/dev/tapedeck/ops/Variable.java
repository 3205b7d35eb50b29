package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.HasValue;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Operators;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Selection;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Storage;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tracking.State;
import java.util.List;
import java.util.Objects;

/**
 * A tensor that can be assigned to: a parameter of a model, or a counter.
 *
 * <p>A tape records the reading of a trainable variable without being asked, by whatever method:
 * gradients of what is computed from {@link #value()}, {@link #reading()} or {@link Tensor#of} are
 * gradients of the variable. What was read before the tape was opened is a constant to it.
 *
 * <p>An assignment writes in place; reading, through a tensor obtained before, a value that has
 * been overwritten since throws, so no gradient is ever computed from the wrong one. {@link
 * #value()} takes a copy that stays. An op that another thread runs on the variable throws too if
 * an assignment begins before it ends; threads that read while another one is assigning need a
 * lock.
 */
public final class Variable implements Operators, HasValue, State {
  private final String name;
  private final boolean trainable;
  private final Storage storage;
  private final TensorSpec spec;
  private EagerTensor memory;

  private Variable(Tensor initial, String name, boolean trainable) {
    this.name = Objects.requireNonNull(name, "name");
    this.trainable = trainable;
    this.spec = initial.spec();
    try (Scope none = Scope.none()) {
      this.storage = Storage.allocate(spec.bytes());
      storage.pin();
    }
    write(Assignment.known(name, initial));
  }

  /** Makes a trainable variable named {@code variable}; the value as {@link Tensor#of(Object)}. */
  public static Variable of(Object initial) {
    return of(initial, "variable");
  }

  /** Makes a trainable variable. */
  public static Variable of(Object initial, String name) {
    return new Variable(Tensor.of(initial), name, true);
  }

  /** Makes a variable that tapes do not watch and optimizers leave alone. */
  public static Variable untrainable(Object initial, String name) {
    return new Variable(Tensor.of(initial), name, false);
  }

  /** Returns the name; within a model, paths such as {@code hidden/kernel} are made of them. */
  public String name() {
    return name;
  }

  /** Returns whether tapes watch this variable by themselves and optimizers update it. */
  public boolean trainable() {
    return trainable;
  }

  /** Returns the element type and shape, which never change. */
  public TensorSpec spec() {
    return spec;
  }

  /** Returns the element type. */
  public DType dtype() {
    return spec.dtype();
  }

  /** Returns the shape. */
  public Shape shape() {
    return spec.shape();
  }

  /** Returns a copy of the present value, which stays; gradients pass to this variable. */
  @Override
  public Tensor value() {
    return Assignment.value(this);
  }

  /**
   * Returns the present value without copying it: a tensor that is good until the next assignment.
   * Gradients pass to this variable.
   */
  public Tensor reading() {
    return Operands.tensor(this);
  }

  /**
   * Returns the variable's own memory as a tensor that is good until the next assignment. It is for
   * ops and files: no tape and no trace knows it as the variable's value.
   */
  public EagerTensor memory() {
    EagerTensor present = memory; // once: another thread may be writing, or have kept a former one
    if (present == null || present.isStale()) {
      present = EagerTensor.over(storage, spec);
      memory = present;
    }
    return present;
  }

  /** Returns the variable's own memory to be written into; readings taken before become stale. */
  public EagerTensor writing() {
    storage.overwritten(
        "variable \""
            + name
            + "\" was assigned to after this tensor was read from it; compute the gradient before the"
            + " assignment, or keep variable.value()");
    memory = null;
    return memory();
  }

  /**
   * Replaces the value.
   *
   * @return this variable
   * @throws IllegalArgumentException if the type or the shape differs from the variable's
   */
  public Variable assign(Object value) {
    Assignment.assign(this, value);
    return this;
  }

  /** Writes a value of the variable's type and shape; it may lie in the variable's own memory. */
  public void write(EagerTensor value) {
    EagerTensor from = independent(value);
    Elements.copy(from, writing());
  }

  /** Writes into a part; the value broadcasts to it, and may lie in the variable's own memory. */
  public void write(List<Index> indices, EagerTensor value) {
    EagerTensor from = independent(value);
    Elements.copy(
        from.stretchedTo(Selection.shape(shape(), indices)), Selection.view(writing(), indices));
  }

  /** Returns whether a tensor is this variable's present value, as it lies in memory. */
  public boolean isReading(EagerTensor tensor) {
    return tensor.storage() == storage && tensor.spec().equals(spec) && tensor.isContiguous();
  }

  /** Returns a value that stays while this variable is written to. */
  public EagerTensor independent(EagerTensor value) {
    Storage from = value.storage(); // throws if it is stale, before this variable's version changes
    if (from != storage) {
      return value;
    }
    EagerTensor copy = EagerTensor.allocate(value.spec());
    Elements.copy(value, copy);
    return copy;
  }

  /** Adds to the value, in place, and returns this variable. */
  public Variable assignAdd(Object value) {
    return assign(add(value));
  }

  /** Subtracts from the value, in place, and returns this variable. */
  public Variable assignSub(Object value) {
    return assign(sub(value));
  }

  /** Returns the part of this variable that indices name, to be assigned to; see {@link Index}. */
  public Part at(Object... indices) {
    return new Part(Index.list(indices));
  }

  /** A part of a variable. */
  public final class Part {
    private final List<Index> indices;

    private Part(List<Index> indices) {
      this.indices = indices;
    }

    /**
     * Replaces this part of the variable's value.
     *
     * @param value of the part's shape, or one that broadcasts to it
     * @throws IllegalArgumentException if the type or the shape does not fit
     */
    public void assign(Object value) {
      Assignment.assign(Variable.this, indices, value);
    }

    /** Adds to this part. */
    public void assignAdd(Object value) {
      assign(get(indices.toArray()).add(value));
    }

    /** Subtracts from this part. */
    public void assignSub(Object value) {
      assign(get(indices.toArray()).sub(value));
    }
  }

  /** Returns {@code Variable(weight, [[1. 2.]], shape=(1, 2), dtype=float32)}. */
  @Override
  public String toString() {
    return "Variable(" + name + ", " + memory().toString().substring("Tensor(".length());
  }
}
