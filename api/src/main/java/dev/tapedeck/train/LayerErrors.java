package dev.tapedeck.train;

import dev.tapedeck.ops.Errors;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Says in which layer of a model an error was raised: {@code Digits/features/hidden (Dense)}. Each
 * layer that the error leaves is noted, and the outermost call tells the path.
 */
final class LayerErrors {
  private static final ThreadLocal<Passing> PASSING = new ThreadLocal<>();

  /** An error on its way out, and the layers that it has left, the outermost first. */
  private record Passing(RuntimeException error, Deque<Layer> layers) {
    @SuppressWarnings("ReferenceEquality") // the very one
    boolean goesOnAs(RuntimeException other) {
      return other == error || other.getCause() == error;
    }
  }

  private LayerErrors() {}

  /** Notes that an error leaves a layer's call. */
  static void leaves(Layer layer, RuntimeException error) {
    Passing before = PASSING.get();
    Deque<Layer> layers =
        before != null && before.goesOnAs(error) ? before.layers : new ArrayDeque<>();
    layers.addFirst(layer);
    PASSING.set(new Passing(error, layers));
  }

  /** Returns an error that leaves the outermost layer as one that names the innermost. */
  static RuntimeException told(RuntimeException error) {
    Passing passing = PASSING.get();
    PASSING.remove();
    if (passing == null || !passing.goesOnAs(error)) {
      return error;
    }
    String type = LayerScope.type(passing.layers.getLast());
    String message = Objects.requireNonNullElse(error.getMessage(), error.getClass().getName());
    boolean named = message.startsWith(type + ": ");
    if (passing.layers.size() > 1) {
      String says = named ? message.substring(type.length() + 2) : message;
      return Errors.withMessage(error, path(passing.layers) + " (" + type + "): " + says);
    }
    // Who calls a layer itself knows which one it is.
    return named || !(passing.layers.getLast() instanceof Model)
        ? error
        : Errors.withMessage(error, type + ": " + message);
  }

  private static String path(Deque<Layer> layers) {
    StringBuilder path = new StringBuilder();
    Layer owner = null;
    for (Layer layer : layers) {
      path.append(owner == null ? LayerScope.type(layer) : "/" + LayerScope.name(owner, layer));
      owner = layer;
    }
    return path.toString();
  }
}
