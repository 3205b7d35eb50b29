package dev.tapedeck.applications;

import dev.tapedeck.layers.BuiltInOf;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that adds a scaled tensor: {@code y = x0 + scale * x1}, of a list of two tensors of one
 * shape.
 *
 * <p>The name is that of the layer in Keras's {@code InceptionResNetV2}.
 */
public final class CustomScaleLayer
    extends BuiltInOf<List<Tensor>, Tensor, CustomScaleLayer.Arguments, CustomScaleLayer> {
  /**
   * The arguments of a {@link CustomScaleLayer}.
   *
   * @param scale factor of the second tensor
   */
  public record Arguments(double scale) {}

  private CustomScaleLayer(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer of a factor. */
  public CustomScaleLayer(double scale) {
    this(new Arguments(scale));
  }

  @Override
  protected Tensor call(List<Tensor> inputs) {
    if (inputs.size() != 2) {
      throw Refusal.of(
          "CustomScaleLayer", "needs two tensors", inputs.size(), "give a list of two");
    }
    return inputs.get(0).add(inputs.get(1).mul(args().scale()));
  }
}
