package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.tensor.Refusal;
import java.util.List;

/** What layers of categories return: ids, or vectors with a place for each id. */
public enum OutputMode {
  /** The ids themselves, in the shape of the input. */
  INT,
  /** A vector for each id: 1 at its place, 0 elsewhere. */
  ONE_HOT,
  /** A vector for the ids along the last axis: 1 at the places of those that occur. */
  MULTI_HOT,
  /** A vector for the ids along the last axis: how often each occurs. */
  COUNT,
  /** As {@link #COUNT}, times a weight for each id that is smaller the more documents have it. */
  TF_IDF;

  /** Checks that a layer has a mode. */
  static void check(String who, OutputMode mode, OutputMode... possible) {
    if (mode == null || !List.of(possible).contains(mode)) {
      throw Refusal.of(
          who, "has the output modes " + List.of(possible), mode, "choose one of them");
    }
  }
}
