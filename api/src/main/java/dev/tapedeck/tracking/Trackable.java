package dev.tapedeck.tracking;

import java.util.Map;

/**
 * An object whose state, in {@linkplain State variables}, a checkpoint saves and restores.
 *
 * <p>Fields are found by themselves, so there is nothing to write:
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
   * Returns by name what may have state: variables, trackable objects, and lists, arrays, maps and
   * records of these; anything else is ignored. By itself what the object's fields hold.
   */
  default Map<String, Object> parts() {
    return TrackedFields.of(this);
  }
}
