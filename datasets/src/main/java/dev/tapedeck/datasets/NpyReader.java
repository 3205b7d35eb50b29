package dev.tapedeck.datasets;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@code .npy} file that is read by rows, so that not all of it is in memory; one whose columns
 * come first ({@code fortran_order}) is read whole.
 *
 * <pre>{@code
 * try (NpyReader images = new NpyReader(Path.of("images.npy"))) {
 *   for (long row = 0; row < images.spec().shape().size(0); row += 32) {
 *     Tensor batch = images.rows(row, Math.min(row + 32, images.spec().shape().size(0)));
 *     ..
 *   }
 * }
 * }</pre>
 *
 * <p>The header is not trusted: memory is taken only for bytes that the file has.
 */
public final class NpyReader implements AutoCloseable {
  private static final int CHUNK = 1 << 18;

  private final String name;
  private final RandomAccessFile file;
  private final NpyHeader header;
  private EagerTensor whole; // of a file whose columns come first, once it is read

  /**
   * Opens a file and reads its header.
   *
   * @throws DatasetException if it cannot be read, is damaged, or has elements of a type that
   *     tensors do not have
   */
  public NpyReader(Path path) {
    name = path.toString();
    file = open(path);
    boolean opened = false;
    try {
      header = NpyHeader.read(name, file);
      opened = true;
    } catch (IOException e) {
      throw Idx.unreadable(name, e);
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  private static RandomAccessFile open(Path path) {
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) { // opening a named pipe would block
        throw new IOException("it is no file");
      }
      return new RandomAccessFile(path.toFile(), "r");
    } catch (FileNotFoundException e) {
      try {
        Files.newInputStream(path).close(); // throws an exception with the reason
      } catch (IOException reason) {
        throw Idx.unreadable(path.toString(), reason);
      }
      throw Idx.unreadable(path.toString(), e);
    } catch (IOException e) {
      throw Idx.unreadable(path.toString(), e);
    }
  }

  /** Returns type and shape of the array. */
  public TensorSpec spec() {
    return header.spec();
  }

  /**
   * Reads the whole array.
   *
   * @throws DatasetException if the file cannot be read, or has bytes that its type has not
   */
  public Tensor readAll() {
    if (!header.fortranOrder() || spec().shape().rank() < 2) {
      return read(spec(), 0);
    }
    long[] sizes = spec().shape().toArray();
    long[] reversed = new long[sizes.length];
    long[] strides = new long[sizes.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      reversed[sizes.length - 1 - axis] = sizes[axis];
      strides[axis] = axis == 0 ? 1 : strides[axis - 1] * Math.max(1, sizes[axis - 1]);
    }
    try (Scope scope = new Scope()) {
      EagerTensor stored = read(new TensorSpec(spec().dtype(), Shape.of(reversed)), 0);
      return scope.keep(stored.view(spec().shape(), strides, 0).dense());
    }
  }

  /**
   * Reads rows, the elements of the first axis.
   *
   * @param from first row
   * @param to row after the last
   * @throws IllegalArgumentException if there are no such rows
   * @throws DatasetException as {@link #readAll}
   */
  public Tensor rows(long from, long to) {
    Shape shape = spec().shape();
    if (shape.isScalar() || from < 0 || from > to || to > shape.size(0)) {
      throw Refusal.of(
          "NpyReader.rows",
          "needs rows of the array " + shape,
          "rows " + from + " to " + to,
          "give rows from 0 to the size of the first axis");
    }
    TensorSpec part = new TensorSpec(spec().dtype(), shape.with(0, to - from));
    long rowElements = shape.slice(1, shape.rank()).count();
    if (!header.fortranOrder()) {
      return read(part, from * rowElements);
    }
    if (whole == null) {
      try (Scope _ = Scope.none()) {
        whole = (EagerTensor) readAll();
      }
    }
    return whole.view(part.shape(), whole.strides(), from * rowElements);
  }

  private EagerTensor read(TensorSpec part, long firstElement) {
    EagerTensor tensor = EagerTensor.allocate(part);
    MemorySegment elements = tensor.elements();
    int width = part.dtype().bytes();
    byte[] chunk = new byte[(int) Math.min(CHUNK, elements.byteSize())];
    try {
      file.seek(header.length() + firstElement * width);
      for (long at = 0; at < elements.byteSize(); at += chunk.length) {
        int count = (int) Math.min(chunk.length, elements.byteSize() - at);
        file.readFully(chunk, 0, count);
        decode(chunk, count, width);
        MemorySegment.copy(chunk, 0, elements, Elements.BYTE, at, count);
      }
    } catch (IOException e) {
      throw Idx.unreadable(name, e);
    }
    return tensor;
  }

  /** Brings bytes into the machine's order, after a check of those of bools. */
  private void decode(byte[] bytes, int count, int width) {
    if (spec().dtype() == DType.BOOL) {
      for (int i = 0; i < count; i++) {
        if ((bytes[i] & ~1) != 0) {
          throw new DatasetException(name + ": is bool, but has bytes other than 0 and 1");
        }
      }
    } else if (width > 1 && header.byteOrder() != ByteOrder.nativeOrder()) {
      for (int first = 0; first < count; first += width) {
        for (int i = 0; i < width / 2; i++) {
          byte low = bytes[first + i];
          bytes[first + i] = bytes[first + width - 1 - i];
          bytes[first + width - 1 - i] = low;
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("npy: cannot close " + name, e);
    }
  }
}
