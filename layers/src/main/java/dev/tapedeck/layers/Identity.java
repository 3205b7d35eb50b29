package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;

/** A layer that returns its input, with its mask. */
public final class Identity extends BuiltIn<Identity.Arguments, Identity> {
  /** The arguments of an {@link Identity}: none. */
  public record Arguments() {}

  private Identity(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer. */
  public Identity() {
    this(new Arguments());
  }

  @Override
  protected Tensor call(Tensor x) {
    return x;
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
