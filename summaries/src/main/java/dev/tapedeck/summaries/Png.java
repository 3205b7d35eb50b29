package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A writer of PNG files of 8 bits a channel, without the desktop toolkit that {@code javax.imageio}
 * starts.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** The colour types of 1 to 4 channels: grey, grey and alpha, RGB, RGB and alpha. */
  private static final byte[] COLOR_TYPES = {0, 4, 2, 6};

  /** Bytes by index: row-major, the channels of a pixel side by side. */
  @FunctionalInterface
  interface Samples {
    byte get(int at);
  }

  private Png() {}

  static ByteString encode(int width, int height, int channels, Samples samples) {
    ByteString.Output png = ByteString.newOutput();
    try (var out = new DataOutputStream(png)) {
      out.write(SIGNATURE);
      byte[] header = {0, 0, 0, 0, 0, 0, 0, 0, 8, COLOR_TYPES[channels - 1], 0, 0, 0};
      ByteBuffer.wrap(header).putInt(width).putInt(height);
      chunk(out, "IHDR", header);
      chunk(out, "IDAT", deflated(width * channels, height, samples));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // does not happen in memory
    }
    return png.toByteString();
  }

  /** Returns the compressed rows, each after a 0 byte, which means no filter. */
  private static byte[] deflated(int rowBytes, int height, Samples samples) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(compressed)) {
      byte[] row = new byte[1 + rowBytes];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < rowBytes; x++) {
          row[1 + x] = samples.get(y * rowBytes + x);
        }
        out.write(row);
      }
    }
    return compressed.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
