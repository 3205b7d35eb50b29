package dev.tapedeck.datasets;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The header of a {@code .npy} file: a magic string, the version of the format, the length of a
 * text, and the text, a literal of Python:
 *
 * <pre>{@code
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }
 * }</pre>
 *
 * @param spec type and shape of the array
 * @param fortranOrder whether the first axis is the innermost one
 * @param byteOrder order of the bytes of an element
 * @param length length of the header in bytes, after which the elements begin
 */
record NpyHeader(TensorSpec spec, boolean fortranOrder, ByteOrder byteOrder, int length) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  /** The longest text; those of numbers and shapes have some hundred bytes. */
  private static final int LONGEST = 0xffff;

  /** Characters that NumPy leaves free for the number of rows to grow. */
  private static final int ROW_DIGITS = 21;

  /**
   * Reads the header at the start of a file.
   *
   * @throws DatasetException if it is damaged, or the file is not as long as it says
   */
  static NpyHeader read(String name, RandomAccessFile file) throws IOException {
    byte[] start = bytes(name, file, MAGIC.length + 2);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DatasetException(
          name + ": is no .npy file: it does not begin with \\x93NUMPY; save it by numpy.save");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3 || start[MAGIC.length + 1] != 0) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected version 1.0, 2.0 or 3.0 of the format, received %d.%d",
              name,
              Byte.toUnsignedInt(start[MAGIC.length]),
              Byte.toUnsignedInt(start[MAGIC.length + 1])));
    }
    ByteBuffer size =
        ByteBuffer.wrap(bytes(name, file, version == 1 ? Short.BYTES : Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    long length = version == 1 ? size.getShort() & 0xffffL : size.getInt() & 0xffffffffL;
    if (length > LONGEST) {
      throw new DatasetException(
          name + ": its header would have " + length + " bytes, expected at most " + LONGEST);
    }
    Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    NpyHeader header =
        new NpyHeaderText(name, new String(bytes(name, file, (int) length), charset))
            .parse((int) file.getFilePointer());
    header.requireLength(name, file.length());
    return header;
  }

  private static byte[] bytes(String name, RandomAccessFile file, int count) throws IOException {
    if (file.length() - file.getFilePointer() < count) {
      throw new DatasetException(
          name + ": its header is cut short: the file has " + file.length() + " bytes");
    }
    byte[] bytes = new byte[count];
    file.readFully(bytes);
    return bytes;
  }

  private void requireLength(String name, long size) {
    if (size - length != spec.bytes()) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected %d bytes of data (%s), received %d: the file %s",
              name,
              spec.bytes(),
              spec,
              size - length,
              size - length < spec.bytes() ? "is cut short" : "is too long"));
    }
  }

  /**
   * Returns the bytes of the header of an array that is written, those that NumPy writes.
   *
   * @throws IllegalArgumentException if NumPy has no such type
   */
  static byte[] of(TensorSpec spec) {
    StringBuilder text = new StringBuilder("{'descr': '");
    text.append(code(spec.dtype())).append("', 'fortran_order': False, 'shape': (");
    long[] sizes = spec.shape().toArray();
    for (int axis = 0; axis < sizes.length; axis++) {
      text.append(axis == 0 ? "" : " ").append(sizes[axis]);
      text.append(axis < sizes.length - 1 || axis == 0 ? "," : "");
    }
    text.append("), }");
    if (sizes.length > 0) {
      text.repeat(' ', ROW_DIGITS - Long.toString(sizes[0]).length());
    }
    int start = MAGIC.length + 2 + Short.BYTES;
    int end = Math.ceilDiv(start + text.length() + 1, ALIGNMENT) * ALIGNMENT;
    text.repeat(' ', end - start - text.length() - 1).append('\n');
    return ByteBuffer.allocate(end)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put(new byte[] {1, 0})
        .putShort((short) text.length())
        .put(text.toString().getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  private static String code(DType dtype) {
    return switch (dtype) {
      case FLOAT16, FLOAT32, FLOAT64 -> "<f" + dtype.bytes();
      case INT16, INT32, INT64 -> "<i" + dtype.bytes();
      case UINT16 -> "<u2";
      case INT8 -> "|i1";
      case UINT8 -> "|u1";
      case BOOL -> "|b1";
      case BFLOAT16 ->
          throw Refusal.of("npy", "has types that NumPy has", dtype, "cast it to float32 first");
      case STRING ->
          throw Refusal.of(
              "npy", "has tensors of numbers", dtype, "keep the strings in a text file");
    };
  }

  /** Returns the type of a code such as {@code f4}. */
  static DType dtype(String name, String code) {
    return switch (code) {
      case "f2" -> DType.FLOAT16;
      case "f4" -> DType.FLOAT32;
      case "f8" -> DType.FLOAT64;
      case "i1" -> DType.INT8;
      case "i2" -> DType.INT16;
      case "i4" -> DType.INT32;
      case "i8" -> DType.INT64;
      case "u1" -> DType.UINT8;
      case "u2" -> DType.UINT16;
      case "b1" -> DType.BOOL;
      default -> throw unknown(name, code);
    };
  }

  private static DatasetException unknown(String name, String code) {
    String what =
        switch (code.charAt(0)) {
          case 'O' -> "pickled Python objects, which would run code; save an array of numbers";
          case 'S', 'U' -> "strings; keep them in a text file";
          case 'c' -> "complex numbers; save x.real and x.imag";
          case 'M', 'm' -> "times; save x.astype('int64')";
          case 'V' -> "raw bytes, as those of bfloat16; save x.astype('float32')";
          case 'u' -> "wide unsigned numbers; save x.astype('int64')";
          case 'f' -> "wide floating numbers; save x.astype('float64')";
          default -> "an unknown type; save x.astype('float32')";
        };
    return new DatasetException(name + ": its type " + code + " is of " + what);
  }

  /** Returns a shape. */
  static Shape shape(String name, long... sizes) {
    try {
      return Shape.of(sizes);
    } catch (IllegalArgumentException e) {
      throw new DatasetException(name + ": no array has the shape of its header", e);
    }
  }
}
