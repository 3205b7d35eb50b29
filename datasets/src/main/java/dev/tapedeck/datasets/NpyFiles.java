package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Functions that read and write NumPy's {@code .npy} files, of one array each, as {@code
 * numpy.load} and {@code numpy.save} do.
 *
 * <pre>{@code
 * Tensor images = NpyFiles.read(Path.of("images.npy"));
 * NpyFiles.write(Path.of("scores.npy"), model.predict(images));
 * }</pre>
 *
 * <p>NumPy has no bfloat16, and Tapedeck no uint32, uint64 or complex numbers; these, texts, times
 * and pickled Python objects are refused by name. {@link NpyReader} and {@link NpyWriter} hold a
 * part of an array in memory at a time.
 */
public final class NpyFiles {
  private NpyFiles() {}

  /**
   * Reads an array of either byte order, and of rows or columns first.
   *
   * @throws DatasetException if the file cannot be read, is damaged, or has elements of another
   *     type
   */
  public static Tensor read(Path file) {
    try (Scope scope = new Scope();
        NpyReader reader = new NpyReader(file)) {
      return scope.keep(reader.readAll());
    }
  }

  /**
   * Writes a tensor; its folder is created if missing, and the file appears complete or not at all.
   *
   * @param values a tensor, a variable, or what {@link Tensor#of} takes
   * @throws IllegalArgumentException if the tensor is of bfloat16, of text, or has no values yet
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void write(Path file, Object values) {
    Tensor tensor = Tensor.of(values);
    try (NpyWriter writer = new NpyWriter(file, tensor.spec())) {
      writer.add(tensor);
      writer.finish();
    }
  }
}
