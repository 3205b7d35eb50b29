package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;

/** The part of a graph that a layer's call makes, under the name by which its owner holds it. */
final class LayerPart {
  private static final ScopedValue<Layer> OWNER = ScopedValue.newInstance();

  private LayerPart() {}

  /** Calls a layer while a function is traced. */
  static Tensor call(Layer layer, Supplier<Tensor> call) {
    return Dispatch.named(name(layer), () -> ScopedValue.where(OWNER, layer).call(call::get));
  }

  private static String name(Layer layer) {
    Map<String, Layer> held = OWNER.isBound() ? OWNER.get().children() : Map.of();
    return held.entrySet().stream()
        .filter(child -> child.getValue().equals(layer))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> Sequential.defaultName(layer));
  }
}
