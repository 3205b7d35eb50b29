package dev.tapedeck.layers;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Shapes of the draws of dropout: a size is 1 where all elements along an axis share a draw. */
final class NoiseShapes {
  private NoiseShapes() {}

  /**
   * Returns a checked shape; null for that of the input. A size that is null, as files of Keras
   * have it, is -1.
   */
  static List<Integer> checked(String who, List<Integer> noiseShape) {
    if (noiseShape == null) {
      return null;
    }
    List<Integer> sizes = noiseShape.stream().map(size -> size == null ? -1 : size).toList();
    if (sizes.stream().anyMatch(size -> size < 1 && size != -1)) {
      throw Refusal.of(
          who,
          "needs a noiseShape of sizes of 1 or more, or -1 for the input's",
          sizes,
          "use 1 for the axes that share a draw");
    }
    return sizes;
  }

  static List<Integer> of(int... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  /** Returns the axes of an input along which elements share a draw. */
  static int[] sharedAxes(String who, List<Integer> noiseShape, Shape input) {
    if (noiseShape == null) {
      return new int[0];
    }
    Shape noise = Shape.of(noiseShape.stream().mapToLong(Integer::longValue).toArray());
    boolean fits = noise.rank() == input.rank();
    for (int axis = 0; fits && axis < noise.rank(); axis++) {
      fits = noise.size(axis) == 1 || noise.slice(axis, axis + 1).fits(input.slice(axis, axis + 1));
    }
    if (!fits) {
      throw Refusal.of(
          who,
          "needs a noiseShape " + noise + " whose sizes are the input's, or 1",
          input,
          "use -1 for axes of any size");
    }
    return IntStream.range(0, noise.rank()).filter(axis -> noise.size(axis) == 1).toArray();
  }
}
