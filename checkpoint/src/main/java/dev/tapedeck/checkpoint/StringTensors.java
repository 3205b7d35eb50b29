package dev.tapedeck.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The encoding of string tensors in data files: lengths as varints, a checksum of the lengths, the
 * strings.
 *
 * <p>Both checksums cover the lengths as 32-bit numbers, not as varints.
 */
final class StringTensors {
  private StringTensors() {}

  /** Encoded strings, and their checksum. */
  record Encoded(MemorySegment bytes, int crc) {}

  static Encoded encode(byte[] string) {
    var bytes = new ByteArrayOutputStream();
    var coded = CodedOutputStream.newInstance(bytes);
    var crc = new Crc32c().update(littleEndian(string.length));
    int lengthCrc = crc.masked();
    try {
      coded.writeUInt64NoTag(string.length);
      coded.writeFixed32NoTag(lengthCrc);
      coded.writeRawBytes(string);
      coded.flush();
    } catch (IOException e) {
      throw new AssertionError("writes to memory only", e);
    }
    crc.update(littleEndian(lengthCrc)).update(ByteBuffer.wrap(string));
    return new Encoded(MemorySegment.ofArray(bytes.toByteArray()), crc.masked());
  }

  /** Returns the strings, or nothing if the bytes are not {@code count} of them. */
  static Optional<List<byte[]>> decode(byte[] bytes, long count, int expectedCrc) {
    if (count > bytes.length) {
      return Optional.empty();
    }
    try {
      var in = CodedInputStream.newInstance(bytes);
      var crc = new Crc32c();
      long[] lengths = new long[(int) count];
      for (int i = 0; i < count; i++) {
        lengths[i] = in.readUInt64();
        crc.update(littleEndian((int) lengths[i]));
      }
      int lengthCrc = in.readFixed32();
      int start = in.getTotalBytesRead();
      if (lengthCrc != crc.masked()) {
        return Optional.empty();
      }
      crc.update(littleEndian(lengthCrc))
          .update(ByteBuffer.wrap(bytes, start, bytes.length - start));
      if (crc.masked() != expectedCrc) {
        return Optional.empty();
      }
      List<byte[]> strings = new ArrayList<>(lengths.length);
      for (long length : lengths) {
        if (length < 0 || length > bytes.length - start) {
          return Optional.empty();
        }
        strings.add(Arrays.copyOfRange(bytes, start, start + (int) length));
        start += (int) length;
      }
      return start == bytes.length ? Optional.of(strings) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ByteBuffer littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
  }
}
