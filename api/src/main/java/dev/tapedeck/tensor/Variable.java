package dev.tapedeck.tensor;

import java.util.Objects;

/**
 * A tensor that can be assigned to: a parameter of a model, or a counter.
 *
 * <p>A tape records the reading of a trainable variable without being asked. An assignment writes
 * in place; reading, through a tensor obtained before, a value that has been overwritten since
 * throws, so no gradient is ever computed from the wrong one. {@link #value()} takes a copy that
 * stays.
 */
public final class Variable implements Operators {
  private final String name;
  private final boolean trainable;
  private final Storage storage;
  private final TensorSpec spec;
  private EagerTensor reading;

  private Variable(Tensor initial, String name, boolean trainable) {
    this.name = Objects.requireNonNull(name, "name");
    this.trainable = trainable;
    this.spec = initial.spec();
    try (Scope none = Scope.none()) {
      this.storage = Storage.allocate(spec.bytes());
      storage.makeLasting();
    }
    write(initial);
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

  /** Returns a copy of the present value. */
  public Tensor value() {
    EagerTensor copy = EagerTensor.allocate(spec);
    Elements.copy(reading(), copy);
    return copy;
  }

  /** Returns the variable's own memory as a tensor that is good until the next assignment. */
  public EagerTensor reading() {
    if (reading == null) {
      reading = EagerTensor.over(storage, spec);
    }
    return reading;
  }

  /** Returns the variable's own memory to be written into; readings taken before become stale. */
  public EagerTensor writing() {
    storage.overwritten(
        "variable \""
            + name
            + "\" was assigned to after this tensor was read from it; compute the gradient before the"
            + " assignment, or keep variable.value()");
    reading = null;
    return reading();
  }

  /**
   * Replaces the value.
   *
   * @return this variable
   * @throws IllegalArgumentException if the type or the shape differs from the variable's
   */
  public Variable assign(Object value) {
    Tensor tensor =
        value instanceof Number number
            ? Tensor.full(dtype(), number, shape().toArray())
            : Tensor.of(value);
    if (!tensor.spec().equals(spec)) {
      throw new IllegalArgumentException(
          "assign: variable \"" + name + "\" is " + spec + ", received " + tensor.spec());
    }
    write(tensor);
    return this;
  }

  private void write(Tensor tensor) {
    if (!(tensor instanceof EagerTensor eager)) {
      throw new IllegalStateException(
          "assign: variable \"" + name + "\" cannot be given the value of " + tensor);
    }
    EagerTensor dense = eager.contiguous();
    Storage from = dense.storage(); // throws if it is stale, before this variable's version changes
    if (from == storage) {
      EagerTensor copy = EagerTensor.allocate(spec);
      Elements.copy(dense, copy);
      dense = copy;
    }
    Elements.copy(dense, writing());
  }

  /** Adds to the value, in place, and returns this variable. */
  public Variable assignAdd(Object value) {
    return assign(add(value));
  }

  /** Subtracts from the value, in place, and returns this variable. */
  public Variable assignSub(Object value) {
    return assign(sub(value));
  }

  /** Returns {@code Variable(weight, [[1. 2.]], shape=(1, 2), dtype=float32)}. */
  @Override
  public String toString() {
    return "Variable(" + name + ", " + reading().toString().substring("Tensor(".length());
  }
}
