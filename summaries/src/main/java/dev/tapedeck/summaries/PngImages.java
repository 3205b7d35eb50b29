package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import dev.tapedeck.summaries.proto.TensorProto;
import dev.tapedeck.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/** Image summaries: PNG files, preceded by width and height in decimal digits. */
final class PngImages {
  static final int MAX_OUTPUTS = 3;

  private PngImages() {}

  static PendingEvent of(String tag, Object images, int maxOutputs) {
    TensorCopy data = TensorCopy.of("SummaryWriter.image", images);
    int rank = data.shape().rank();
    boolean pictures = rank == 3 || rank == 4;
    if (!pictures
        || data.shape().size(-1) < 1
        || data.shape().size(-1) > 4
        || data.shape().size(-2) == 0
        || data.shape().size(-3) == 0
        || !(data.dtype() == DType.UINT8 || data.dtype().isFloating())) {
      throw new IllegalArgumentException(
          "SummaryWriter.image: expected shape (height, width, channels) or (n, height, width,"
              + " channels) with 1 channel (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 (and"
              + " alpha), uint8 or floating in [0, 1]; received "
              + data
              + "; reshape or cast it");
    }
    if (maxOutputs < 1) {
      throw new IllegalArgumentException(
          "SummaryWriter.image: expected maxOutputs of at least 1, received " + maxOutputs);
    }
    return PendingEvent.summary(tag, "images", data.bytes(), () -> tensor(data, maxOutputs));
  }

  private static TensorProto tensor(TensorCopy data, int maxOutputs) {
    int channels = (int) data.shape().size(-1);
    int width = (int) data.shape().size(-2);
    int height = (int) data.shape().size(-3);
    long images = data.shape().rank() == 3 ? 1 : data.shape().size(0);
    List<ByteString> strings = new ArrayList<>();
    strings.add(ByteString.copyFromUtf8(Integer.toString(width)));
    strings.add(ByteString.copyFromUtf8(Integer.toString(height)));
    for (int i = 0; i < Math.min(images, maxOutputs); i++) {
      long start = (long) i * height * width * channels;
      strings.add(Png.encode(width, height, channels, at -> channel(data, start + at)));
    }
    return TensorProtos.strings(strings, strings.size());
  }

  /**
   * Returns an element as a byte; floats are scaled as by {@code tf.image.convert_image_dtype}, NaN
   * is 0.
   */
  private static byte channel(TensorCopy data, long index) {
    double value = data.get(index);
    if (data.dtype() == DType.UINT8) {
      return (byte) value;
    }
    double scaled = data.dtype() == DType.FLOAT64 ? value * 255.5 : (float) value * 255.5f;
    return (byte) Math.clamp((long) scaled, 0, 255);
  }
}
