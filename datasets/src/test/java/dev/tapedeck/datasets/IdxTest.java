package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.IdxFiles.concat;
import static dev.tapedeck.datasets.IdxFiles.counting;
import static dev.tapedeck.datasets.IdxFiles.gzip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdxTest {
  private static final byte[] IMAGES = counting(5, 4, 3);
  private static final byte[] PIXELS = Arrays.copyOfRange(IMAGES, 16, IMAGES.length);

  @TempDir Path folder;

  static Stream<byte[]> encodings() {
    return Stream.of(
        IMAGES,
        gzip(IMAGES),
        concat(gzip(Arrays.copyOf(IMAGES, 10)), gzip(Arrays.copyOfRange(IMAGES, 10, 76))),
        concat(gzip(IMAGES), gzip(new byte[0])),
        withEveryHeaderField(gzip(IMAGES)));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void readsRawAndGzippedWhateverTheName(byte[] file) throws IOException {
    for (String name : new String[] {"images", "images.gz"}) {
      Idx idx = Idx.read(Files.write(folder.resolve(name), file), 3);
      assertArrayEquals(new int[] {5, 4, 3}, idx.dims());
      assertArrayEquals(PIXELS, idx.data());
    }
    assertArrayEquals(PIXELS, fromStream(new ByteArrayInputStream(file), 3).data());
    assertArrayEquals(PIXELS, fromStream(new Trickle(file), 3).data());
  }

  @Test
  void growsToWhatArrives() throws IOException {
    byte[] file = counting(1000, 28, 28);
    byte[] data = Arrays.copyOfRange(file, 16, file.length);
    assertArrayEquals(data, fromStream(new ByteArrayInputStream(file), 3).data());
    assertArrayEquals(data, Idx.read(Files.write(folder.resolve("a"), gzip(file)), 3).data());
  }

  static Stream<Arguments> damaged() {
    byte[] zipped = gzip(IMAGES);
    byte[] wrongCrc = zipped.clone();
    wrongCrc[zipped.length - 8] ^= 1;
    byte[] wrongLength = zipped.clone();
    wrongLength[zipped.length - 4] ^= 1;
    return Stream.of(
        Arguments.of(3, new byte[0], "expected an IDX header of 16 bytes, received 0: the file"),
        Arguments.of(3, bytes("1f"), "expected an IDX header of 16 bytes, received 1: the file"),
        Arguments.of(3, Arrays.copyOf(IMAGES, 9), "header of 16 bytes, received 9"),
        Arguments.of(3, bytes("89504e470d0a"), "starting with 00 00 08 03, received 89 50 4e 47"),
        Arguments.of(
            3, bytes("00000d030000000100000001"), "unsigned bytes (IDX type 08), received type 0d"),
        Arguments.of(3, counting(5), "expected 3 dimensions (images), received 1"),
        Arguments.of(1, IMAGES, "expected 1 dimension (labels), received 3"),
        Arguments.of(
            3,
            Arrays.copyOf(IMAGES, 70),
            "expected 60 bytes of data (5 x 4 x 3), received 54: the file is cut short"),
        Arguments.of(3, Arrays.copyOf(IMAGES, 16), "received 0: the file is cut short"),
        Arguments.of(3, concat(IMAGES, new byte[1]), "the file is too long"),
        Arguments.of(3, IdxFiles.of(PIXELS, -5, 4, 3), "expected dimensions from 1"),
        Arguments.of(3, IdxFiles.of(PIXELS, 5, 0, 3), "received 5 x 0 x 3"),
        Arguments.of(
            3,
            IdxFiles.of(PIXELS, 0x7fffffff, 0x7fffffff, 0x7fffffff),
            "at most 2147483639 bytes of data"),
        Arguments.of(
            3, IdxFiles.of(PIXELS, 65536, 65536, 65536), "at most 2147483639 bytes of data"),
        Arguments.of(3, IdxFiles.of(PIXELS, 1000, 1000, 2000), "expected 2000000000 bytes of data"),
        Arguments.of(
            3, gzip(IdxFiles.of(PIXELS, 1000, 1000, 2000)), "received 60: the file is cut short"),
        Arguments.of(3, gzip(concat(IMAGES, new byte[1])), "received more: the file is too long"),
        Arguments.of(3, gzip(Arrays.copyOf(IMAGES, 70)), "received 54: the file is cut short"),
        Arguments.of(3, gzip(zipped), "received 1f 8b 08 00"),
        Arguments.of(3, Arrays.copyOf(zipped, 2), "the gzip data is cut short"),
        Arguments.of(3, Arrays.copyOf(zipped, 30), "the gzip data is cut short"),
        Arguments.of(3, Arrays.copyOf(zipped, zipped.length - 1), "the gzip data is cut short"),
        Arguments.of(3, concat(zipped, bytes("1f")), "the gzip data is cut short"),
        Arguments.of(3, concat(zipped, new byte[1]), "extra bytes follow the gzip data"),
        Arguments.of(3, concat(zipped, zipped), "received more: the file is too long"),
        Arguments.of(3, wrongCrc, "the gzip checksum does not match"),
        Arguments.of(3, wrongLength, "the gzip checksum does not match"),
        Arguments.of(3, bytes("1f8b0900000000000003"), "the gzip header is damaged"),
        Arguments.of(3, bytes("1f8b0800000000000003ffffff"), "the gzip data is damaged"));
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void saysWhatIsWrong(int rank, byte[] file, String expected) throws IOException {
    Path path = Files.write(folder.resolve("some\nimages"), file);
    String message = assertThrows(DatasetException.class, () -> Idx.read(path, rank)).getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains("some images: "), message);
    assertFalse(message.contains("\n"), message);

    message =
        assertThrows(DatasetException.class, () -> fromStream(new ByteArrayInputStream(file), rank))
            .getMessage();
    assertTrue(message.startsWith("stream: "), message);
  }

  @Test
  void saysWhatCannotBeOpened() {
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": cannot be read: no such file",
        assertThrows(DatasetException.class, () -> Idx.read(missing, 3)).getMessage());
    assertEquals(
        folder + ": expected a file, received something else",
        assertThrows(DatasetException.class, () -> Idx.read(folder, 3)).getMessage());
  }

  @Test
  void stopsAtTheFirstByteTooMany() throws IOException {
    InputStream in = new ByteArrayInputStream(concat(IMAGES, new byte[1000]));
    assertThrows(DatasetException.class, () -> fromStream(in, 3));
    assertEquals(999, in.available());
  }

  private static Idx fromStream(InputStream in, int rank) {
    return Idx.read("stream", in, rank, 0);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** Rewrites the plain ten-byte header of a gzip file to one with all the optional fields. */
  private static byte[] withEveryHeaderField(byte[] gzip) {
    byte[] header = Arrays.copyOf(gzip, 10);
    header[3] = 2 | 4 | 8 | 16;
    byte[] fields = concat(header, bytes("0300aabbcc" + "6e616d6500" + "7465787400"));
    CRC32 crc = new CRC32();
    crc.update(fields);
    byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    return concat(fields, check, Arrays.copyOfRange(gzip, 10, gzip.length));
  }

  /** Serves one byte at a time, and claims that none is available. */
  private static final class Trickle extends InputStream {
    private final byte[] bytes;
    private int position;

    Trickle(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return position < bytes.length ? Byte.toUnsignedInt(bytes[position++]) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int value = read();
      if (value < 0) {
        return -1;
      }
      target[offset] = (byte) value;
      return 1;
    }
  }
}
