package dev.tapedeck.tracking;

import java.util.Map;

/**
 * An object whose state, in {@linkplain State variables}, a checkpoint saves and restores.
 *
 * <p>Fields are found automatically, so there is nothing to implement:
 *
 * <pre>{@code
 * final class Trainer implements Trackable {
 *   private final Variable step = Variable.untrainable(0L, "step");
 *   private final Layer model = new Dense(10);
 * }
 * }</pre>
 */
public interface Trackable {
  /**
   * Returns the parts that may have state, by name: variables, trackable objects, and lists,
   * arrays, maps and records of these; anything else is ignored. The default returns the values of
   * the object's fields.
   */
  default Map<String, Object> parts() {
    return TrackedFields.of(this);
  }
}
