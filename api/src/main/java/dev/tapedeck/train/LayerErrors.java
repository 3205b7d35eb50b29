package dev.tapedeck.train;

import dev.tapedeck.ops.Errors;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * The path to the layer in which an error was raised, {@code Digits/features/hidden (Dense)}, as a
 * part of its message: each layer that the error passes is recorded, and the outermost call adds
 * the path.
 */
final class LayerErrors {
  private static final ThreadLocal<Passing> PASSING = new ThreadLocal<>();

  /** An error on its way out, and the layers that it has passed, the outermost first. */
  private record Passing(RuntimeException error, Deque<AbstractLayer<?, ?>> layers) {
    @SuppressWarnings("ReferenceEquality") // the same object
    boolean continuesAs(RuntimeException other) {
      return other == error || other.getCause() == error;
    }
  }

  private LayerErrors() {}

  /** Records that an error passes a layer's call. */
  static void pass(AbstractLayer<?, ?> layer, RuntimeException error) {
    Passing before = PASSING.get();
    Deque<AbstractLayer<?, ?>> layers =
        before != null && before.continuesAs(error) ? before.layers : new ArrayDeque<>();
    layers.addFirst(layer);
    PASSING.set(new Passing(error, layers));
  }

  /** Returns an error from the outermost layer as one whose message names the innermost. */
  static RuntimeException withPath(RuntimeException error) {
    Passing passing = PASSING.get();
    PASSING.remove();
    if (passing == null || !passing.continuesAs(error)) {
      return error;
    }
    String type = LayerNames.type(passing.layers.getLast());
    String message = Objects.requireNonNullElse(error.getMessage(), error.getClass().getName());
    boolean named = message.startsWith(type + ": ");
    if (passing.layers.size() > 1) {
      String says = named ? message.substring(type.length() + 2) : message;
      return Errors.withMessage(error, path(passing.layers) + " (" + type + "): " + says);
    }
    return named || !passing.layers.getLast().isNamedInOwnErrors()
        ? error
        : Errors.withMessage(error, type + ": " + message);
  }

  private static String path(Deque<AbstractLayer<?, ?>> layers) {
    StringBuilder path = new StringBuilder();
    AbstractLayer<?, ?> owner = null;
    for (AbstractLayer<?, ?> layer : layers) {
      path.append(owner == null ? LayerNames.type(layer) : "/" + LayerNames.within(owner, layer));
      owner = layer;
    }
    return path.toString();
  }
}
