package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A model that applies layers one after the other; they are named {@code dense}, {@code dense_1},
 * or as they were given names.
 */
public final class Sequential extends Model {
  private final List<Layer> layers = new ArrayList<>();
  private final transient Tensor input;
  private transient FunctionalGraph<Tensor, Tensor> graph;

  /**
   * Creates a model of layers, whose variables the first call creates.
   *
   * @throws NullPointerException if one is null
   */
  public Sequential(Layer... layers) {
    this(null, layers);
  }

  /**
   * Creates a model of layers, and their variables at once.
   *
   * @param input the input, as {@code Input.of(28, 28, 1)}
   * @throws NullPointerException if a layer is null
   */
  public Sequential(Tensor input, Layer... layers) {
    Objects.requireNonNull(layers, "Sequential: the layers are null; give them one by one");
    this.input = input;
    for (int i = 0; i < layers.length; i++) {
      int number = i;
      this.layers.add(
          Objects.requireNonNull(
              layers[i],
              () ->
                  String.format(
                      Locale.ROOT,
                      "Sequential: layer %d of %d is null; is its field set before the model is made?",
                      number + 1,
                      layers.length)));
    }
    connect();
  }

  /** Adds a layer at the end; returns this model. After {@code compile}, compile it again. */
  public Sequential add(Layer layer) {
    layers.add(Objects.requireNonNull(layer, "Sequential: the layer to add is null; give one"));
    connect();
    return this;
  }

  /**
   * Removes the last layer and returns it. After {@code compile}, compile the model again.
   *
   * @throws IllegalStateException if there is none
   */
  public Layer pop() {
    if (layers.isEmpty()) {
      throw new IllegalStateException("Sequential: has no layers to remove");
    }
    Layer last = layers.removeLast();
    connect();
    return last;
  }

  private void connect() {
    if (input != null && !layers.isEmpty()) {
      graph = new FunctionalGraph<>(input, call(input));
      shapes(input, graph.outputs());
    }
  }

  @Override
  protected Tensor call(Tensor x) {
    Tensor value = x;
    for (Layer layer : layers) {
      value = layer.apply(value);
    }
    return value;
  }

  @Override
  FunctionalGraph<Tensor, Tensor> graph() {
    return graph;
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> named = new LinkedHashMap<>();
    NumberedNames names = new NumberedNames();
    for (Layer layer : layers) {
      named.put(names.of(LayerNames.held(layer)), layer);
    }
    return named;
  }

  @Override
  public Sequential copy() {
    Layer[] copies = layers.stream().map(Layer::copy).toArray(Layer[]::new);
    SymbolicCall.OfInput of = (SymbolicCall.OfInput) SymbolicCall.of(input);
    Tensor like = of == null ? null : Input.of(of.name(), input.spec());
    return LayerCopies.named(this, new Sequential(like, copies));
  }

  @Override
  public Sequential name(String given) {
    super.name(given);
    return this;
  }

  @Override
  public Sequential trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return this;
  }

  @Override
  public Sequential dtype(DTypePolicy policy) {
    super.dtype(policy);
    return this;
  }
}
