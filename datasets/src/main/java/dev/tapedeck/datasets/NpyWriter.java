package dev.tapedeck.datasets;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A {@code .npy} file that is written by rows; it appears when it is finished, complete or not at
 * all.
 *
 * <pre>{@code
 * try (NpyWriter scores = new NpyWriter(Path.of("scores.npy"), new TensorSpec(FLOAT32, Shape.of(1000, 10)))) {
 *   for (Tensor batch : batches) {
 *     scores.add(model.predict(batch));
 *   }
 *   scores.finish();
 * }
 * }</pre>
 */
public final class NpyWriter implements AutoCloseable {
  private static final int CHUNK = 1 << 18;

  private final Path file;
  private final Path temporary;
  private final TensorSpec spec;
  private final FileOutputStream out;
  private long missing;

  /**
   * Begins a file; its folder is created if missing.
   *
   * @param spec type and shape of the whole array
   * @throws IllegalArgumentException if NumPy has no such type, or a size is unknown
   * @throws UncheckedIOException if the file cannot be written
   */
  public NpyWriter(Path file, TensorSpec spec) {
    if (!spec.shape().isKnown()) {
      throw Refusal.of("npy", "needs known sizes", spec, "give a tensor that has values");
    }
    byte[] header = NpyHeader.of(spec);
    this.file = file.toAbsolutePath();
    this.spec = spec;
    this.missing = spec.shape().count();
    this.temporary =
        this.file.resolveSibling("." + this.file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      if (Files.isDirectory(this.file)) {
        throw new IOException("it is a folder");
      }
      Files.createDirectories(this.file.getParent());
      this.out = begin(header);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private FileOutputStream begin(byte... header) throws IOException {
    FileOutputStream stream = new FileOutputStream(temporary.toFile());
    boolean begun = false;
    try {
      stream.write(header);
      begun = true;
      return stream;
    } finally {
      if (!begun) {
        stream.close();
        Files.deleteIfExists(temporary);
      }
    }
  }

  /**
   * Writes the next rows, or the whole of an array.
   *
   * @throws IllegalArgumentException if their type or their other axes are not those of the array,
   *     or they are too many
   */
  public void add(Tensor rows) {
    Shape shape = spec.shape();
    boolean fits =
        rows.dtype() == spec.dtype()
            && rows.shape().rank() == shape.rank()
            && (shape.isScalar()
                || rows.shape().slice(1, shape.rank()).equals(shape.slice(1, shape.rank())));
    if (!fits || !(rows instanceof EagerTensor values) || values.shape().count() > missing) {
      throw Refusal.of(
          "npy",
          "needs rows of " + spec + ", " + missing + " elements are missing",
          rows.spec(),
          "give the parts of one array, in order");
    }
    MemorySegment elements = values.dense().elements();
    byte[] chunk = new byte[(int) Math.min(CHUNK, elements.byteSize())];
    try {
      for (long at = 0; at < elements.byteSize(); at += chunk.length) {
        int count = (int) Math.min(chunk.length, elements.byteSize() - at);
        MemorySegment.copy(elements, Elements.BYTE, at, chunk, 0, count);
        out.write(chunk, 0, count);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    missing -= values.shape().count();
  }

  /**
   * Puts the file in its place.
   *
   * @throws IllegalStateException if rows are missing
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public void finish() {
    if (missing > 0) {
      throw new IllegalStateException(
          "npy: " + file + " lacks " + missing + " elements; add all rows before it is finished");
    }
    try {
      out.getFD().sync();
      out.close();
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Closes the file, which is discarded unless it is finished. */
  @Override
  public void close() {
    try {
      out.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    String reason = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    return new UncheckedIOException("npy: cannot write " + file + ": " + reason, e);
  }
}
