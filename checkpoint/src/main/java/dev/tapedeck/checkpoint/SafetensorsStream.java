package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reading and writing of safetensors within another file. */
final class SafetensorsStream {
  private static final int CHUNK = 1 << 16;

  private SafetensorsStream() {}

  /** Writes the tensors that a header was made of. */
  static void write(OutputStream out, SafetensorsHeader header, Map<String, EagerTensor> tensors)
      throws IOException {
    byte[] json = header.toBytes();
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0, json.length)
            .array());
    out.write(json);
    byte[] chunk = new byte[CHUNK];
    for (String name : header.entries().keySet()) {
      try (Scope _ = new Scope()) {
        MemorySegment elements = tensors.get(name).dense().elements();
        for (long done = 0; done < elements.byteSize(); ) {
          int count = (int) Math.min(CHUNK, elements.byteSize() - done);
          MemorySegment.copy(elements, done, MemorySegment.ofArray(chunk), 0, count);
          out.write(chunk, 0, count);
          done += count;
        }
      }
    }
  }

  /**
   * Reads all tensors.
   *
   * @param who name of the file, for messages
   * @param size largest number of bytes to read
   */
  static Map<String, EagerTensor> read(String who, InputStream in, long size) throws IOException {
    byte[] first = in.readNBytes(Long.BYTES);
    long length =
        first.length < Long.BYTES
            ? -1
            : ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > SafetensorsHeader.MAX_BYTES || length > size - Long.BYTES) {
      throw new IOException("no safetensors, or cut short");
    }
    byte[] json = in.readNBytes((int) length);
    if (json.length < length) {
      throw new EOFException("it is cut short");
    }
    SafetensorsHeader header = SafetensorsParser.parse(who, json, size - Long.BYTES - length);
    Map<String, EagerTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
      EagerTensor tensor = EagerTensor.allocate(entry.getValue().spec());
      read(in, tensor.elements());
      SafetensorsFile.requireBools(who, entry.getKey(), tensor);
      tensors.put(entry.getKey(), tensor);
    }
    return tensors;
  }

  private static void read(InputStream in, MemorySegment elements) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, elements.byteSize())];
    for (long done = 0; done < elements.byteSize(); ) {
      int count = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, elements.byteSize() - done));
      if (count == 0) {
        throw new EOFException("it is cut short");
      }
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, elements, done, count);
      done += count;
    }
  }
}
