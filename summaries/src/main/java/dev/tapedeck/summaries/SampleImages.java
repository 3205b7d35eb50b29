package dev.tapedeck.summaries;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/** Images of samples, framed green for right predictions and red for wrong ones. */
final class SampleImages {
  private static final int FRAMES_ACROSS = 28;
  private static final float[] GREEN = {0.2f, 0.7f, 0.3f};
  private static final float[] RED = {0.9f, 0.2f, 0.2f};

  private SampleImages() {}

  /** Returns whether inputs are images, grey (with or without a channel axis) or coloured. */
  static boolean are(Tensor inputs) {
    int rank = inputs.shape().rank();
    boolean values = inputs.dtype().isFloating() || inputs.dtype() == DType.UINT8;
    long channels = rank == 3 ? 1 : inputs.shape().size(-1);
    return values && (rank == 3 || rank == 4) && (channels == 1 || channels == 3);
  }

  /** Returns images {@code [n, height, width, 3]}, in frames unless {@code right} is null. */
  static Tensor of(Tensor inputs, boolean[] right) {
    int count = (int) inputs.shape().size(0);
    int height = (int) inputs.shape().size(1);
    int width = (int) inputs.shape().size(2);
    int channels = inputs.shape().rank() == 3 ? 1 : (int) inputs.shape().size(3);
    float white = inputs.dtype() == DType.UINT8 ? 255 : 1;
    float[] pixels = inputs.toFloatArray();
    int frame = right == null ? 0 : 1 + Math.min(height, width) / FRAMES_ACROSS;
    float[][][][] framed = new float[count][height + 2 * frame][width + 2 * frame][];
    for (int i = 0; i < count; i++) {
      for (float[][] row : framed[i]) {
        Arrays.fill(row, right != null && right[i] ? GREEN : RED);
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int at = ((i * height + y) * width + x) * channels;
          float[] pixel = new float[3];
          for (int c = 0; c < pixel.length; c++) {
            pixel[c] = pixels[at + c % channels] / white;
          }
          framed[i][frame + y][frame + x] = pixel;
        }
      }
    }
    return Tensor.of(framed);
  }
}
