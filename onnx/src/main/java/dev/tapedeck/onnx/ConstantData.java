package dev.tapedeck.onnx;

import dev.tapedeck.onnx.proto.StringStringEntryProto;
import dev.tapedeck.onnx.proto.TensorProto;
import dev.tapedeck.onnx.proto.TensorProto.DataLocation;
import dev.tapedeck.tensor.EagerTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements of the constants of a model: in its file, or in another one beside it, since
 * protobuf has no more than 2 GB.
 */
final class ConstantData {
  /** Constants start at multiples, for readers that map the file into memory. */
  private static final long ALIGNMENT = 4096;

  /** The least size that is worth a place in the other file. */
  private static final long LEAST = 1024;

  private static final int PART = 1 << 20;

  private final String location;
  private final List<EagerTensor> tensors = new ArrayList<>();
  private long size;

  /**
   * Makes an empty one.
   *
   * @param location name of the other file; null if there is none
   */
  ConstantData(String location) {
    this.location = location;
  }

  private static long bytes(EagerTensor tensor) {
    return tensor.shape().count() * tensor.dtype().bytes();
  }

  /** Puts a dense tensor's elements into a message, or a reference to where they will be. */
  void put(TensorProto.Builder into, EagerTensor dense) {
    if (location == null || bytes(dense) < LEAST) {
      into.setRawData(ModelWriter.bytes(dense));
      return;
    }
    long offset = Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
    into.setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", String.valueOf(offset)))
        .addExternalData(entry("length", String.valueOf(bytes(dense))));
    tensors.add(dense);
    size = offset + bytes(dense);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  boolean isEmpty() {
    return tensors.isEmpty();
  }

  /** Writes the other file. */
  void writeTo(OutputStream out) throws IOException {
    long at = 0;
    for (EagerTensor tensor : tensors) {
      long offset = Math.ceilDiv(at, ALIGNMENT) * ALIGNMENT;
      out.write(new byte[(int) (offset - at)]);
      write(tensor.elements(), out);
      at = offset + bytes(tensor);
    }
  }

  /** Writes elements in parts: a buffer has no more than 2 GB. */
  private static void write(MemorySegment elements, OutputStream out) throws IOException {
    byte[] part = new byte[PART];
    for (long from = 0; from < elements.byteSize(); from += PART) {
      int length = (int) Math.min(PART, elements.byteSize() - from);
      MemorySegment.copy(elements, ValueLayout.JAVA_BYTE, from, part, 0, length);
      out.write(part, 0, length);
    }
  }
}
