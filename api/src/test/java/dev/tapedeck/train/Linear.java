package dev.tapedeck.train;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/** The layer of these tests: {@code x * kernel}, which starts at 0. */
final class Linear extends Layer {
  private final int units;
  private Variable kernel;

  Linear(int units) {
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
