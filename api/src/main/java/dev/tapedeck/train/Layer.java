package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * A function of a tensor with variables of its own: override {@code call(Tensor)}, and {@link
 * #build(Shape)} where variables depend on the input's shape.
 *
 * <pre>{@code
 * final class Linear extends Layer {
 *   private final int units;
 *   private Variable kernel;
 *
 *   Linear(int units) { this.units = units; }
 *
 *   @Override protected void build(Shape input) {
 *     kernel = addVariable("kernel", Initializers.glorotUniform(), input.size(-1), units);
 *   }
 *
 *   @Override protected Tensor call(Tensor x) { return x.matmul(kernel); }
 * }
 * }</pre>
 *
 * <p>Variables and layers in fields (also in lists, arrays, maps and records) are tracked
 * automatically, and named by the fields: {@code hidden/kernel}. A shared one counts once. A layer
 * of several tensors is a {@link LayerOf}.
 */
public abstract non-sealed class Layer extends AbstractLayer<Tensor, Tensor> {
  /** For subclasses. */
  protected Layer() {
    this(null);
  }

  /**
   * For subclasses that keep their arguments.
   *
   * @param arguments a record whose components are the arguments by name, from which printing,
   *     copying and files come
   */
  protected Layer(Record arguments) {
    super(arguments);
  }

  /**
   * Returns the output for an input, which may be anything that a tensor is made of; the first call
   * builds the variables. The {@code training} flag is that of the calling layer; off without one.
   */
  public final Tensor apply(Object input) {
    return run(tensor(input));
  }

  /**
   * Returns the output with the {@code training} flag set for this layer and those that it calls.
   */
  public final Tensor apply(Object input, boolean training) {
    return run(tensor(input), training);
  }

  private Tensor tensor(Object input) {
    if (input == null) {
      throw new IllegalArgumentException(
          LayerNames.type(this)
              + ": the input is null; give a tensor, or what tensors are made of");
    }
    return Operands.tensor(input);
  }

  /** Creates the variables for the first input's shape; does nothing by default. */
  protected void build(Shape input) {}

  @Override
  protected void build(Tensor input) {
    build(input.shape());
  }

  /** Returns the element type and shape of the first input, or null before the first call. */
  public final TensorSpec inputSpec() {
    return inputTree() instanceof TensorTree.Leaf(TensorSpec spec) ? spec : null;
  }

  /**
   * Returns whether the output has the input's mask where it has none of its own; false by default.
   */
  protected boolean supportsMasking() {
    return false;
  }

  /**
   * Returns the mask of an output that has none of its own, where the layer supports masking; by
   * default the input's.
   *
   * @param mask mask of the input
   * @return the mask; null for none, as where the layer leaves the masked axes out
   */
  protected Tensor computeMask(Tensor mask) {
    return mask;
  }

  @Override
  final Tensor passMask(Tensor input, Tensor output) {
    if (input.mask() == null || output.mask() != null) {
      return output;
    }
    if (!supportsMasking()) {
      warnOfDroppedMask();
      return output;
    }
    Tensor mask = computeMask(input.mask());
    return mask == null ? output : output.withMask(mask);
  }

  /** Sets the name, by default the class in snake case, numbered; returns this layer. */
  public Layer name(String given) {
    rename(given);
    return this;
  }

  /** Sets the types of variables and computation, before the first call; returns this layer. */
  public Layer dtype(DTypePolicy policy) {
    choose(policy);
    return this;
  }

  /**
   * Sets whether training changes this layer and those within it, before {@code compile}; returns
   * this layer.
   */
  public Layer trainable(boolean mayTrain) {
    freeze(mayTrain);
    return this;
  }

  /**
   * Creates the variables for inputs of a type and shape, of which sizes such as the batch's may be
   * unknown, and infers the output's.
   */
  public final void build(TensorSpec input) {
    computeOutputSpec(input);
  }

  /** Returns the type and shape of the output for those of an input, without running kernels. */
  public final TensorSpec computeOutputSpec(TensorSpec input) {
    return apply(Input.of("input", input)).spec();
  }

  @Override
  public Layer copy() {
    return LayerCopies.of(this);
  }
}
