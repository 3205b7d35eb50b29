package dev.tapedeck.datasets;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tensors as bytes: of each the name of its type, the number of its axes, their sizes, and its
 * elements as in memory, or the strings in UTF-8, each after its length.
 */
final class TensorBytes {
  private TensorBytes() {}

  static byte[] of(List<Tensor> tensors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Tensor tensor : tensors) {
        write(tensor, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not to memory
    }
    return bytes.toByteArray();
  }

  private static void write(Tensor tensor, DataOutputStream out) throws IOException {
    out.writeUTF(tensor.dtype().name());
    out.writeByte(tensor.shape().rank());
    for (long size : tensor.shape().toArray()) {
      out.writeLong(size);
    }
    if (tensor instanceof StringTensor text) {
      for (String string : text.toList()) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
      }
    } else {
      out.write(((EagerTensor) tensor).dense().elements().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /** Returns the next tensor, in the current scope. */
  static Tensor read(DataInputStream in) throws IOException {
    DType dtype = DType.valueOf(in.readUTF());
    long[] sizes = new long[in.readByte()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = in.readLong();
    }
    Shape shape = Shape.of(sizes);
    if (dtype == DType.STRING) {
      String[] strings = new String[Math.toIntExact(shape.count())];
      for (int i = 0; i < strings.length; i++) {
        strings[i] = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      }
      return StringTensor.of(strings, shape);
    }
    TensorSpec spec = new TensorSpec(dtype, shape);
    EagerTensor tensor = EagerTensor.allocate(spec);
    byte[] elements = in.readNBytes(Math.toIntExact(spec.bytes()));
    MemorySegment.copy(elements, 0, tensor.elements(), ValueLayout.JAVA_BYTE, 0, elements.length);
    return tensor;
  }
}
