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
import java.util.function.UnaryOperator;

/**
 * A tensor that can be assigned to: a parameter of a model, or a counter.
 *
 * <p>A tape watches trainable variables automatically, however they are read: what is computed from
 * {@link #value()}, {@link #reading()} or {@link Tensor#of} has a gradient for the variable. A
 * value that was read before the tape was opened is a constant to it.
 *
 * <p>An assignment writes in place. A {@link #reading()} taken before becomes stale and throws, so
 * no gradient is ever computed from the wrong value; {@link #value()} is a copy that stays valid.
 * An op of another thread throws, too, if an assignment begins before it ends: threads that read
 * while another assigns need a lock.
 */
public final class Variable implements Operators, HasValue, State {
  private final String name;
  private final Storage storage;
  private final TensorSpec spec;
  private EagerTensor memory;
  private UnaryOperator<Tensor> constraint;
  private boolean autocast;
  private volatile boolean trainable;

  private Variable(Tensor initial, String name, boolean trainable) {
    this.name = Objects.requireNonNull(name, "name");
    this.trainable = trainable;
    this.spec = initial.spec();
    try (Scope none = Scope.none()) {
      this.storage = Storage.allocate(spec.bytes());
      storage.pinFor(this);
    }
    write(Assignment.known(name, initial));
  }

  /**
   * Makes a trainable variable named {@code variable}, of a value as for {@link Tensor#of(Object)}.
   */
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

  /** Returns the name; a model makes paths of names, such as {@code hidden/kernel}. */
  public String name() {
    return name;
  }

  /** Returns whether tapes watch this variable automatically and optimizers update it. */
  public boolean trainable() {
    return trainable;
  }

  /** Sets whether tapes watch this variable automatically and optimizers update it. */
  public Variable trainable(boolean mayTrain) {
    trainable = mayTrain;
    return this;
  }

  /** Sets whether a layer in mixed precision reads this weight in the type it computes in. */
  public Variable autocast(boolean casts) {
    autocast = casts;
    return this;
  }

  /** Returns whether a layer in mixed precision reads it in the type it computes in. */
  public boolean autocast() {
    return autocast;
  }

  /** Sets the projection that optimizers apply to the value after each step; null for none. */
  public Variable constraint(UnaryOperator<Tensor> projection) {
    constraint = projection;
    return this;
  }

  /** Returns the projection that optimizers apply to the value; null for none. */
  public UnaryOperator<Tensor> constraint() {
    return constraint;
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

  /** Returns a copy of the current value, which stays valid; gradients pass to this variable. */
  @Override
  public Tensor value() {
    return Assignment.value(this);
  }

  /**
   * Returns the current value without copying it: a tensor that is valid until the next assignment.
   * Gradients pass to this variable.
   */
  public Tensor reading() {
    return Operands.reading(this);
  }

  /**
   * Returns the variable's memory as a tensor that is valid until the next assignment. It is for
   * ops and files: tapes and traces do not connect it with the variable.
   */
  public EagerTensor memory() {
    EagerTensor present = memory; // read once: another thread may replace it
    if (present == null || present.isStale()) {
      present = EagerTensor.over(storage, spec);
      memory = present;
    }
    return present;
  }

  /** Returns the variable's memory, to be written; earlier readings become stale. */
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

  /** Writes a value of the variable's type and shape; it may share the variable's memory. */
  public void write(EagerTensor value) {
    EagerTensor from = independent(value);
    Elements.copy(from, writing());
  }

  /** Writes into a part; the value broadcasts to it, and may share the variable's memory. */
  public void write(List<Index> indices, EagerTensor value) {
    EagerTensor from = independent(value);
    Elements.copy(
        from.broadcastTo(Selection.shape(shape(), indices)), Selection.view(writing(), indices));
  }

  /** Returns whether a tensor is a current reading of this variable. */
  public boolean isReading(EagerTensor tensor) {
    return tensor.storage() == storage && tensor.spec().equals(spec) && tensor.isContiguous();
  }

  /** Returns a value, or a copy if it shares this variable's memory. */
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

  /** Returns a part of this variable, to be assigned to; see {@link Index}. */
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
     * @param value the new value, of the part's shape or one that broadcasts to it
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
