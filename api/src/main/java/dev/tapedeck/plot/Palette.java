package dev.tapedeck.plot;

import dev.tapedeck.plot.Diagram.Kind;

/**
 * The colours of a box.
 *
 * @param line the border
 * @param light the ground of the name
 * @param dark the type
 */
record Palette(String line, String light, String dark) {
  static Palette of(Kind kind) {
    return switch (kind) {
      case INPUT -> new Palette("#5b9e78", "#e0f1e6", "#2f6b48");
      case LAYER -> new Palette("#6e93bd", "#e3edf8", "#335b86");
      case MODEL -> new Palette("#8d76b8", "#ede7f6", "#59418a");
      case OP -> new Palette("#a5a69c", "#f4f4ef", "#4b4d45");
    };
  }
}
