package dev.tapedeck.keras;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writer of HDF5 files of groups, contiguous datasets and texts as attributes, from the memory of
 * tensors and without copies of them.
 *
 * <p>The layout is that of the HDF5 File Format Specification, version 3: a superblock of version
 * 2, object headers of version 2, links within the headers of groups.
 */
final class Hdf5Writer {
  private static final int CHUNK = 1 << 16;
  private static final int SUPERBLOCK_BYTES = 48;
  private static final long UNDEFINED = -1;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** Types of header messages. */
  private static final class Message {
    static final int DATASPACE = 1;
    static final int LINK_INFO = 2;
    static final int DATATYPE = 3;
    static final int FILL_VALUE = 5;
    static final int LINK = 6;
    static final int LAYOUT = 8;
    static final int GROUP_INFO = 10;
    static final int ATTRIBUTE = 12;

    private Message() {}
  }

  private final Hdf5Group root;
  private final Map<Hdf5Group, Long> groups = new LinkedHashMap<>();
  private final Map<EagerTensor, Long> headers = new LinkedHashMap<>();
  private final Map<EagerTensor, Long> data = new LinkedHashMap<>();
  private final long size;

  /** Plans the file: the place of each header, and then of each dataset. */
  Hdf5Writer(Hdf5Group root) {
    this.root = root;
    long end = place(root, SUPERBLOCK_BYTES);
    for (EagerTensor tensor : headers.keySet()) {
      end = (end + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
      data.put(tensor, end);
      end += bytes(tensor);
    }
    size = end;
  }

  /** Gives a group and what is within it places from an address on, and returns the end. */
  private long place(Hdf5Group group, long address) {
    groups.put(group, address);
    long end = address + header(group).length;
    for (EagerTensor tensor : group.datasets().values()) {
      headers.put(tensor, end);
      end += header(tensor).length;
    }
    for (Hdf5Group inner : group.groups().values()) {
      end = place(inner, end);
    }
    return end;
  }

  private static long bytes(EagerTensor tensor) {
    return tensor.shape().count() * tensor.dtype().bytes();
  }

  /** Returns the number of bytes of the file. */
  long size() {
    return size;
  }

  /** Writes the file. */
  void writeTo(OutputStream out) throws IOException {
    out.write(superblock());
    long written = SUPERBLOCK_BYTES;
    for (Map.Entry<Hdf5Group, Long> group : groups.entrySet()) {
      written += write(out, header(group.getKey()));
      for (EagerTensor tensor : group.getKey().datasets().values()) {
        written += write(out, header(tensor));
      }
    }
    for (Map.Entry<EagerTensor, Long> dataset : data.entrySet()) {
      written += write(out, new byte[(int) (dataset.getValue() - written)]);
      written += write(out, dataset.getKey());
    }
  }

  private static int write(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    return bytes.length;
  }

  private static long write(OutputStream out, EagerTensor tensor) throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (Scope _ = new Scope()) {
      MemorySegment elements = tensor.dense().elements();
      for (long done = 0; done < elements.byteSize(); ) {
        int count = (int) Math.min(CHUNK, elements.byteSize() - done);
        MemorySegment.copy(elements, done, MemorySegment.ofArray(chunk), 0, count);
        out.write(chunk, 0, count);
        done += count;
      }
      return elements.byteSize();
    }
  }

  private byte[] superblock() {
    return new LittleEndian()
        .bytes(SIGNATURE)
        .u8(2, Long.BYTES, Long.BYTES, 0)
        .u64(0, UNDEFINED, size, groups.get(root))
        .checksum()
        .toArray();
  }

  private byte[] header(Hdf5Group group) {
    List<byte[]> messages = new ArrayList<>();
    LittleEndian info = new LittleEndian().u8(0, 0).u64(UNDEFINED, UNDEFINED);
    messages.add(message(Message.LINK_INFO, info));
    messages.add(message(Message.GROUP_INFO, new LittleEndian().u8(0, 0)));
    group.groups().forEach((name, inner) -> messages.add(link(name, groups.get(inner))));
    group.datasets().forEach((name, tensor) -> messages.add(link(name, headers.get(tensor))));
    group.attributes().forEach((name, value) -> messages.add(attribute(name, value)));
    return header(messages);
  }

  private byte[] header(EagerTensor tensor) {
    Long address = data.get(tensor);
    LittleEndian layout =
        new LittleEndian()
            .u8(3, 1) // contiguous
            .u64(address == null || bytes(tensor) == 0 ? UNDEFINED : address, bytes(tensor));
    return header(
        List.of(
            message(Message.DATASPACE, dataspace(tensor.shape().toArray())),
            message(Message.DATATYPE, datatype(tensor.dtype())),
            message(Message.FILL_VALUE, new LittleEndian().u8(3, 0x0a)), // the default one
            message(Message.LAYOUT, layout)));
  }

  private static byte[] header(List<byte[]> messages) {
    LittleEndian header =
        new LittleEndian()
            .bytes("OHDR".getBytes(StandardCharsets.US_ASCII))
            .u8(2, 2) // the length takes four bytes
            .u32(messages.stream().mapToInt(message -> message.length).sum());
    messages.forEach(header::bytes);
    return header.checksum().toArray();
  }

  private static byte[] message(int type, LittleEndian content) {
    byte[] bytes = content.toArray();
    return new LittleEndian().u8(type).u16(bytes.length).u8(0).bytes(bytes).toArray();
  }

  private static byte[] link(String name, Long address) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    LittleEndian link =
        new LittleEndian()
            .u8(1, 0x11, 1) // two bytes for the length of a name in UTF-8
            .u16(text.length)
            .bytes(text)
            .u64(address == null ? UNDEFINED : address);
    return message(Message.LINK, link);
  }

  private static byte[] attribute(String name, String value) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    byte[] type = new LittleEndian().u8(0x13, 0x11, 0, 0).u32(text.length).toArray();
    byte[] scalar = dataspace().toArray();
    LittleEndian attribute =
        new LittleEndian()
            .u8(3, 0)
            .u16(key.length + 1)
            .u16(type.length)
            .u16(scalar.length)
            .u8(1) // a name in UTF-8
            .bytes(key)
            .u8(0)
            .bytes(type)
            .bytes(scalar)
            .bytes(text);
    return message(Message.ATTRIBUTE, attribute);
  }

  private static LittleEndian dataspace(long... shape) {
    return new LittleEndian().u8(2, shape.length, 0, shape.length == 0 ? 0 : 1).u64(shape);
  }

  /** Returns the description of an element type, little-endian. */
  private static LittleEndian datatype(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> floating(2, 15, 10, 5, 15);
      case FLOAT32 -> floating(4, 31, 23, 8, 127);
      case FLOAT64 -> floating(8, 63, 52, 11, 1023);
      case INT8, INT16, INT32, INT64 -> whole(dtype.bytes(), 0x08);
      case UINT8, UINT16 -> whole(dtype.bytes(), 0);
      case BFLOAT16, BOOL, STRING ->
          throw Refusal.of(
              "HDF5", "has no element type " + dtype, dtype, "cast the values to float32");
    };
  }

  private static LittleEndian floating(int bytes, int sign, int mantissa, int exponent, int bias) {
    return new LittleEndian()
        .u8(0x11, 0x20, sign, 0)
        .u32(bytes)
        .u16(0)
        .u16(Byte.SIZE * bytes)
        .u8(mantissa, exponent, 0, mantissa)
        .u32(bias);
  }

  private static LittleEndian whole(int bytes, int signed) {
    return new LittleEndian().u8(0x10, signed, 0, 0).u32(bytes).u16(0).u16(Byte.SIZE * bytes);
  }
}
