package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StringTensorsTest {
  private static final byte[] TEXT = {1, 2, 3};

  @Test
  void lengthsThatFitAreRead() throws IOException {
    List<byte[]> strings = decode(1, 0, 2).orElseThrow();
    assertEquals(3, strings.size());
    assertArrayEquals(new byte[] {1}, strings.getFirst());
    assertArrayEquals(new byte[] {2, 3}, strings.getLast());
  }

  /** Even where all checksums are right. */
  @Test
  void otherLengthsAreRefused() throws IOException {
    for (long[] lengths :
        new long[][] {{2}, {4}, {1, 1}, {1, 3}, {-1}, {-1, 3}, {4, -1}, {Long.MAX_VALUE, 1}}) {
      assertEquals(Optional.empty(), decode(lengths));
    }
  }

  private static Optional<List<byte[]>> decode(long... lengths) throws IOException {
    var crc = new Crc32c();
    var bytes = new ByteArrayOutputStream();
    var coded = CodedOutputStream.newInstance(bytes);
    for (long length : lengths) {
      coded.writeUInt64NoTag(length);
      crc.update(littleEndian((int) length));
    }
    int lengthCrc = crc.masked();
    coded.writeFixed32NoTag(lengthCrc);
    coded.writeRawBytes(TEXT);
    coded.flush();
    crc.update(littleEndian(lengthCrc)).update(ByteBuffer.wrap(TEXT));
    return StringTensors.decode(bytes.toByteArray(), lengths.length, crc.masked());
  }

  private static ByteBuffer littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
  }
}
