package dev.tapedeck.examples;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;

/** Custom layer, whose variable is created when the first input shows the size. */
public final class CustomLayer extends Layer {
  private final int units;
  private Variable kernel;

  /** Makes a layer with {@code units} outputs. */
  public CustomLayer(int units) {
    this.units = units;
  }

  @Override
  protected void build(Shape input) {
    kernel = addVariable("kernel", Initializers.glorotUniform(), input.size(-1), units);
  }

  @Override
  protected Tensor call(Tensor x) {
    return x.matmul(kernel);
  }

  /** Applies the layer to zeros. */
  public static void main(String[] args) {
    CustomLayer layer = new CustomLayer(10);
    System.out.println(layer.apply(Tensor.zeros(DType.FLOAT32, 10, 5)).shape());
    layer.namedVariables().forEach((name, v) -> System.out.println(name + ": " + v.spec()));
  }
}
