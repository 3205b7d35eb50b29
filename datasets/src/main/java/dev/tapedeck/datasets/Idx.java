package dev.tapedeck.datasets;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A file of unsigned bytes in LeCun's IDX format, raw or gzipped.
 *
 * <p>The header is not trusted: memory grows with the bytes read, not with the size the header
 * claims.
 *
 * @param name the file, for messages
 */
@SuppressWarnings("ArrayRecordComponent") // Not copied, never compared.
record Idx(String name, int[] dims, byte[] data) {
  /** Largest array length that every JVM can allocate. */
  static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final int UNSIGNED_BYTE = 0x08;
  private static final int FIRST_BLOCK = 1 << 16;

  /** Reads a file; gzip is recognized by its first bytes, not by the name. */
  static Idx read(Path file, int rank) {
    String name = file.toString();
    // Opening a named pipe would block.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new DatasetException(name + ": expected a file, received something else");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(name, in, rank, Files.size(file), true);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param upFront bytes that may be allocated before they are read, because the header says so
   */
  static Idx read(String name, InputStream in, int rank, long upFront) {
    try {
      return read(name, in, rank, upFront, false);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static Idx read(String name, InputStream in, int rank, long size, boolean sizeIsExact)
      throws IOException {
    PushbackInputStream raw = new PushbackInputStream(in, 2);
    byte[] start = raw.readNBytes(2);
    raw.unread(start);
    if (!Gunzip.isGzip(start)) {
      return parse(name, raw, rank, size, sizeIsExact);
    }
    try (Gunzip gunzip = new Gunzip(raw)) {
      return parse(name, gunzip, rank, size, false);
    }
  }

  private static Idx parse(String name, InputStream in, int rank, long size, boolean sizeIsExact)
      throws IOException {
    int[] dims = header(name, in, rank);
    long promised = 1;
    for (int dim : dims) {
      // Each factor is below 2^31 and the product so far too: no overflow.
      promised *= dim;
      if (dim <= 0 || promised > MAX_BYTES) {
        throw new DatasetException(
            String.format(
                Locale.ROOT,
                "%s: expected dimensions from 1 and at most %d bytes of data, received %s",
                name,
                MAX_BYTES,
                shape(dims)));
      }
    }
    long header = headerBytes(rank);
    if (sizeIsExact && size != header + promised) {
      throw wrongLength(
          name, dims, promised, Long.toString(size - header), size - header > promised);
    }
    byte[] data = body(name, in, dims, (int) promised, size);
    if (in.read() >= 0) {
      throw wrongLength(name, dims, promised, "more", true);
    }
    return new Idx(name, dims, data);
  }

  private static int[] header(String name, InputStream in, int rank) throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length < 4) {
      throw shortHeader(name, headerBytes(rank), magic.length);
    }
    if (magic[0] != 0 || magic[1] != 0) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected an IDX file, starting with 00 00 08 %02x, received %s",
              name,
              rank,
              HexFormat.ofDelimiter(" ").formatHex(magic)));
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected unsigned bytes (IDX type 08), received type %02x",
              name,
              magic[2]));
    }
    if (magic[3] != rank) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected %d dimension%s (%s), received %d",
              name,
              rank,
              rank == 1 ? "" : "s",
              rank == 1 ? "labels" : "images",
              Byte.toUnsignedInt(magic[3])));
    }
    byte[] bytes = in.readNBytes(Integer.BYTES * rank);
    if (bytes.length < Integer.BYTES * rank) {
      throw shortHeader(name, headerBytes(rank), 4 + bytes.length);
    }
    int[] dims = new int[rank];
    ByteBuffer.wrap(bytes).asIntBuffer().get(dims);
    return dims;
  }

  private static byte[] body(String name, InputStream in, int[] dims, int promised, long upFront)
      throws IOException {
    byte[] data = new byte[0];
    long room = Math.max(FIRST_BLOCK, upFront);
    while (data.length < promised) {
      int filled = data.length;
      data = grow(name, data, (int) Math.min(promised, room));
      int read = in.readNBytes(data, filled, data.length - filled);
      if (filled + read < data.length) {
        throw wrongLength(name, dims, promised, Integer.toString(filled + read), false);
      }
      room = 2L * data.length;
    }
    return data;
  }

  private static byte[] grow(String name, byte[] data, int length) {
    try {
      return Arrays.copyOf(data, length);
    } catch (OutOfMemoryError e) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: no room for %d bytes of data; give Java a larger heap (-Xmx)",
              name,
              length),
          e);
    }
  }

  private static int headerBytes(int rank) {
    return 4 + Integer.BYTES * rank;
  }

  private static DatasetException shortHeader(String name, int expected, int received) {
    return new DatasetException(
        String.format(
            Locale.ROOT,
            "%s: expected an IDX header of %d bytes, received %d: the file is cut short",
            name,
            expected,
            received));
  }

  private static DatasetException wrongLength(
      String name, int[] dims, long expected, String received, boolean tooLong) {
    return new DatasetException(
        String.format(
            Locale.ROOT,
            "%s: expected %d bytes of data (%s), received %s: the file %s",
            name,
            expected,
            shape(dims),
            received,
            tooLong ? "is too long" : "is cut short"));
  }

  static DatasetException unreadable(String name, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "no such file";
          case AccessDeniedException _ -> "permission denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          case EOFException _ -> "the gzip data is cut short";
          default -> e.getMessage();
        };
    return new DatasetException(name + ": cannot be read: " + reason, e);
  }

  private static String shape(int[] dims) {
    return Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
  }
}
