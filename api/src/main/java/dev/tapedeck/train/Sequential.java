package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A model that applies layers one after the other; they are named {@code dense}, {@code dense_1}.
 */
public final class Sequential extends Model {
  private final List<Layer> layers;

  /**
   * Creates a model of layers.
   *
   * @throws NullPointerException if one is null
   */
  public Sequential(Layer... layers) {
    Objects.requireNonNull(layers, "Sequential: the layers are null; give them one by one");
    for (int i = 0; i < layers.length; i++) {
      int number = i;
      Objects.requireNonNull(
          layers[i],
          () ->
              String.format(
                  Locale.ROOT,
                  "Sequential: layer %d of %d is null; is its field set before the model is made?",
                  number + 1,
                  layers.length));
    }
    this.layers = List.of(layers);
  }

  @Override
  protected Tensor call(Tensor input) {
    Tensor value = input;
    for (Layer layer : layers) {
      value = layer.apply(value);
    }
    return value;
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> named = new LinkedHashMap<>();
    for (Layer layer : layers) {
      String name = LayerNames.defaultName(layer);
      String unique = name;
      for (int i = 1; named.containsKey(unique); i++) {
        unique = name + "_" + i;
      }
      named.put(unique, layer);
    }
    return named;
  }
}
