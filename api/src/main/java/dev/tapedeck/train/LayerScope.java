package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;

/** The part of a graph that a layer's call makes, under the name by which its owner holds it. */
final class LayerScope {
  private static final ScopedValue<Layer> OWNER = ScopedValue.newInstance();

  private LayerScope() {}

  /** Calls a layer while a function is traced. */
  static Tensor call(Layer layer, Supplier<Tensor> call) {
    return Dispatch.nameScope(
        name(OWNER.isBound() ? OWNER.get() : null, layer),
        () -> ScopedValue.where(OWNER, layer).call(call::get));
  }

  /** Returns the name by which an owner, if there is one, holds a layer. */
  static String name(Layer owner, Layer layer) {
    Map<String, Layer> held = owner == null ? Map.of() : owner.children();
    return held.entrySet().stream()
        .filter(child -> child.getValue().equals(layer))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> Sequential.defaultName(layer));
  }

  /** Returns the name of a layer's class. */
  static String type(Layer layer) {
    String name = layer.getClass().getSimpleName();
    return name.isEmpty() ? layer instanceof Model ? "Model" : "Layer" : name;
  }
}
