package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The position of channels in images. Ops work on channels last; the other order is converted by a
 * view.
 */
public enum ImageLayout {
  /** {@code [n, spatial.., c]}, as {@code [n, h, w, c]}. */
  CHANNELS_LAST,
  /** {@code [n, c, spatial..]}, as {@code [n, c, h, w]}. */
  CHANNELS_FIRST;

  /** The maximum number of spatial axes. */
  static final int MOST_SPATIAL = 3;

  private static final String[] SPATIAL = {"w", "h, w", "d, h, w"};

  /** Returns the first axis behind that of the batch that is not the channels'. */
  public int firstSpatialAxis() {
    return this == CHANNELS_LAST ? 1 : 2;
  }

  /** Returns images of this layout with channels last, for an op. */
  public Tensor toLast(String who, int rank, Object images) {
    Tensor tensor = Operands.tensor(images);
    Checks.rank(who, "images " + name(rank), rank + 2, tensor.spec());
    return this == CHANNELS_LAST
        ? tensor
        : transposed(tensor, i -> i == 0 ? 0 : i == rank + 1 ? 1 : i + 1);
  }

  /** Returns an op's output, which has channels last, in this layout. */
  public Tensor ofLast(Tensor images) {
    int last = images.shape().rank() - 1;
    return this == CHANNELS_LAST
        ? images
        : transposed(images, i -> i == 0 ? 0 : i == 1 ? last : i - 1);
  }

  /** Returns whether images {@code [n, h, w, c]} look like square ones {@code [n, c, h, w]}. */
  public static boolean seemsFirst(Shape images) {
    return images.rank() == 4
        && (images.size(1) == 1 || images.size(1) == 3)
        && images.size(2) == images.size(3)
        && images.size(2) > 4;
  }

  private static Tensor transposed(Tensor tensor, IntUnaryOperator order) {
    return Shaping.transpose(
        tensor, IntStream.range(0, tensor.shape().rank()).map(order).toArray());
  }

  /**
   * Returns the axes of images as messages name them, {@code [n, h, w, c]}.
   *
   * @param rank number of spatial axes, from 1 to 3
   */
  public String name(int rank) {
    String spatial = SPATIAL[rank - 1];
    return this == CHANNELS_LAST ? "[n, " + spatial + ", c]" : "[n, c, " + spatial + "]";
  }

  /** Returns {@code [kh, kw, c, k]}, for messages. */
  static String kernel(int rank, String channels) {
    return "[k" + SPATIAL[rank - 1].replace(", ", ", k") + ", " + channels + "]";
  }
}
