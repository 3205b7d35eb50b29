package dev.tapedeck.keras;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    ByteBuffer block = buffer(SUPERBLOCK_BYTES);
    block.put(SIGNATURE);
    block.put((byte) 2).put((byte) Long.BYTES).put((byte) Long.BYTES).put((byte) 0);
    block.putLong(0).putLong(UNDEFINED).putLong(size).putLong(groups.get(root));
    return checked(block);
  }

  private byte[] header(Hdf5Group group) {
    List<byte[]> messages = new ArrayList<>();
    ByteBuffer info = buffer(18);
    info.put((byte) 0).put((byte) 0).putLong(UNDEFINED).putLong(UNDEFINED);
    messages.add(message(Message.LINK_INFO, info.array()));
    messages.add(message(Message.GROUP_INFO, new byte[2]));
    group.groups().forEach((name, inner) -> messages.add(link(name, groups.get(inner))));
    group.datasets().forEach((name, tensor) -> messages.add(link(name, headers.get(tensor))));
    group.attributes().forEach((name, value) -> messages.add(attribute(name, value)));
    return header(messages);
  }

  private byte[] header(EagerTensor tensor) {
    ByteBuffer layout = buffer(18);
    layout.put((byte) 3).put((byte) 1); // contiguous
    Long address = data.get(tensor);
    layout.putLong(address == null || bytes(tensor) == 0 ? UNDEFINED : address);
    layout.putLong(bytes(tensor));
    return header(
        List.of(
            message(Message.DATASPACE, dataspace(tensor.shape().toArray())),
            message(Message.DATATYPE, datatype(tensor.dtype())),
            message(Message.FILL_VALUE, new byte[] {3, 0x0a}), // the default one
            message(Message.LAYOUT, layout.array())));
  }

  private static byte[] header(List<byte[]> messages) {
    int length = messages.stream().mapToInt(message -> message.length).sum();
    ByteBuffer header = buffer(length + 14);
    header.put("OHDR".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 2).put((byte) 2).putInt(length); // the length takes four bytes
    messages.forEach(header::put);
    return checked(header);
  }

  private static byte[] message(int type, byte... content) {
    ByteBuffer message = buffer(content.length + 4);
    return message
        .put((byte) type)
        .putShort((short) content.length)
        .put((byte) 0)
        .put(content)
        .array();
  }

  private static byte[] link(String name, Long address) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer link = buffer(text.length + 13);
    link.put((byte) 1).put((byte) 0x11); // with the character set, and two bytes for the length
    link.put((byte) 1).putShort((short) text.length).put(text); // UTF-8
    link.putLong(address == null ? UNDEFINED : address);
    return message(Message.LINK, link.array());
  }

  private static byte[] attribute(String name, String value) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    ByteBuffer type = buffer(8);
    type.put((byte) 0x13).put((byte) 0x11).putShort((short) 0).putInt(Math.max(1, text.length));
    byte[] scalar = dataspace();
    ByteBuffer attribute =
        buffer(9 + key.length + 1 + type.capacity() + scalar.length + Math.max(1, text.length));
    attribute.put((byte) 3).put((byte) 0);
    attribute.putShort((short) (key.length + 1)).putShort((short) type.capacity());
    attribute.putShort((short) scalar.length).put((byte) 1);
    attribute.put(key).put((byte) 0).put(type.array()).put(scalar).put(text);
    return message(Message.ATTRIBUTE, attribute.array());
  }

  private static byte[] dataspace(long... shape) {
    ByteBuffer space = buffer(4 + Long.BYTES * shape.length);
    space.put((byte) 2).put((byte) shape.length).put((byte) 0);
    space.put((byte) (shape.length == 0 ? 0 : 1));
    for (long axis : shape) {
      space.putLong(axis);
    }
    return space.array();
  }

  /** Returns the description of an element type, little-endian. */
  private static byte[] datatype(DType dtype) {
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

  private static byte[] floating(int bytes, int sign, int mantissa, int exponent, int bias) {
    ByteBuffer type = buffer(20);
    type.put((byte) 0x11).put((byte) 0x20).put((byte) sign).put((byte) 0).putInt(bytes);
    type.putShort((short) 0).putShort((short) (8 * bytes));
    type.put((byte) mantissa).put((byte) exponent).put((byte) 0).put((byte) mantissa);
    return type.putInt(bias).array();
  }

  private static byte[] whole(int bytes, int signed) {
    ByteBuffer type = buffer(12);
    type.put((byte) 0x10).put((byte) signed).putShort((short) 0).putInt(bytes);
    return type.putShort((short) 0).putShort((short) (8 * bytes)).array();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Puts the checksum of what a buffer holds at its end. */
  private static byte[] checked(ByteBuffer buffer) {
    return buffer.putInt(Lookup3.hash(buffer.array(), buffer.position())).array();
  }
}
