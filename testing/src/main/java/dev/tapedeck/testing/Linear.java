package dev.tapedeck.testing;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;

/**
 * A small layer for tests: {@code x * kernel}, which starts at 0.
 *
 * @hidden for Tapedeck's own tests
 */
public final class Linear extends Layer {
  private final int units;
  private Variable kernel;

  /** Makes a layer of so many outputs. */
  public Linear(int units) {
    this.units = units;
  }

  @Override
  protected void build(Shape input) {
    kernel = addVariable("kernel", Initializers.zeros(), input.size(-1), units);
  }

  @Override
  protected Tensor call(Tensor x) {
    return x.matmul(kernel);
  }
}
