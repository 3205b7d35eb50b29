package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file of safetensors: 8 bytes with the length of the header, the header, the tensors' elements.
 *
 * <p>Elements are read in the machine's byte order, which is little-endian, as in the format,
 * wherever ND4J runs.
 */
final class SafetensorsFile implements AutoCloseable {
  private final Path file;
  private final InputFile input;
  private final SafetensorsHeader header;
  private final long start;

  private SafetensorsFile(Path file, InputFile input) throws IOException {
    this.file = file;
    this.input = input;
    long size = input.size();
    long length = Long.BYTES <= size ? headerLength() : -1;
    if (length < 2 || length > SafetensorsHeader.MAX_BYTES || length > size - Long.BYTES) {
      throw new CheckpointException(
          file
              + ": not a file of safetensors, or cut short: it has "
              + size
              + " bytes"
              + (length == -1 ? "" : ", of which its header would be " + length));
    }
    start = Long.BYTES + length;
    byte[] json = new byte[(int) length];
    read("the header", MemorySegment.ofArray(json), Long.BYTES);
    header = SafetensorsParser.parse(file.toString(), json, size - start);
  }

  private long headerLength() throws IOException {
    byte[] length = new byte[Long.BYTES];
    read("the header", MemorySegment.ofArray(length), 0);
    return ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Opens a file and reads its header. */
  static SafetensorsFile open(Path file) throws IOException {
    InputFile input = new InputFile(file);
    try {
      return new SafetensorsFile(file, input);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  SafetensorsHeader header() {
    return header;
  }

  /** Returns all tensors, in the order of the file. */
  Map<String, Tensor> readAll() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.entries().entrySet()) {
      tensors.put(entry.getKey(), read(entry.getKey(), entry.getValue()));
    }
    return tensors;
  }

  EagerTensor read(String name, SafetensorsHeader.Entry entry) throws IOException {
    EagerTensor tensor = EagerTensor.allocate(entry.spec());
    MemorySegment elements = tensor.elements();
    read("tensor " + Mismatch.quoted(name), elements, start + entry.begin());
    requireBools(file.toString(), name, tensor);
    return tensor;
  }

  /** Throws if a tensor of bools has bytes other than 0 and 1. */
  static void requireBools(String file, String name, EagerTensor tensor) {
    if (tensor.dtype() == DType.BOOL) {
      MemorySegment elements = tensor.elements();
      for (long i = 0; i < elements.byteSize(); i++) {
        if ((elements.get(Elements.BYTE, i) & ~1) != 0) {
          throw new CheckpointException(
              file
                  + ": tensor "
                  + Mismatch.quoted(name)
                  + " is bool, but has bytes other than 0 and 1");
        }
      }
    }
  }

  private void read(String what, MemorySegment into, long from) throws IOException {
    try {
      input.read(from, into);
    } catch (EOFException e) {
      throw new CheckpointException(file + ": " + what + " is cut short");
    }
  }

  /** Writes the tensors that a header was made of to a file; its folder is created if missing. */
  static void write(Path file, SafetensorsHeader header, Map<String, EagerTensor> tensors)
      throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    AtomicFiles.write(file, out -> SafetensorsStream.write(out, header, tensors));
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
