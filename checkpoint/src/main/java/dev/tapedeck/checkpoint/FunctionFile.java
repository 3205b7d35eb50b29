package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.EagerTensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Contents of a saved function's file, a zip of {@code graph.json} and {@code weights.safetensors}.
 * The latter is not compressed, so that no file can claim more data than it has.
 *
 * @param graph the JSON as maps and lists
 * @param tensors the weights by name
 */
record FunctionFile(Object graph, Map<String, EagerTensor> tensors) {
  private static final String GRAPH = "graph.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final int LARGEST_GRAPH = 1 << 26;

  /** Time of the zip's entries: the same function gives the same bytes whenever it is saved. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  void write(Path file) throws IOException {
    byte[] json = StrictJson.write(graph);
    if (json.length > LARGEST_GRAPH) {
      throw new IllegalArgumentException(
          "SavedFunction.save: the graph makes "
              + json.length
              + " bytes of JSON, no reader takes more than "
              + LARGEST_GRAPH);
    }
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    ZipEntry weights = new ZipEntry(WEIGHTS);
    weights.setTimeLocal(TIME);
    weights.setMethod(ZipEntry.STORED);
    SafetensorsHeader header = SafetensorsHeader.of(tensors, Map.of());
    try (Counter counter = new Counter();
        CheckedOutputStream checked = new CheckedOutputStream(counter, new CRC32())) {
      SafetensorsStream.write(checked, header, tensors);
      weights.setSize(counter.bytes);
      weights.setCrc(checked.getChecksum().getValue());
    }
    AtomicFiles.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          ZipEntry entry = new ZipEntry(GRAPH);
          entry.setTimeLocal(TIME);
          zip.putNextEntry(entry);
          zip.write(json);
          zip.putNextEntry(weights);
          SafetensorsStream.write(zip, header, tensors);
          zip.finish();
        });
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes += length;
    }
  }

  /**
   * Reads a file.
   *
   * @throws CheckpointException if it is damaged or not a saved function
   */
  static FunctionFile read(Path file) throws IOException {
    // Opening a named pipe would block.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("it is no file");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      if (!entries.stream().map(ZipEntry::getName).sorted().toList().equals(List.of(GRAPH, WEIGHTS))
          || zip.size() != entries.size()) {
        throw SavedFunction.damaged(
            file,
            "it has other entries than "
                + GRAPH
                + " and "
                + WEIGHTS
                + ", or not each of them once");
      }
      return new FunctionFile(graph(file, zip), weights(file, zip));
    } catch (ZipException | EOFException e) {
      throw SavedFunction.damaged(file, "it is no zip file, or cut short: " + e.getMessage());
    }
  }

  private static Object graph(Path file, ZipFile zip) {
    ZipEntry entry = zip.getEntry(GRAPH);
    try (var in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
      byte[] json = in.readNBytes(LARGEST_GRAPH + 1);
      if (json.length > LARGEST_GRAPH) {
        throw new IOException("it is larger than " + LARGEST_GRAPH + " bytes");
      }
      requireSame(entry, in);
      return StrictJson.read(json);
    } catch (IOException | IllegalArgumentException e) {
      throw SavedFunction.damaged(file, GRAPH + " cannot be read: " + e.getMessage());
    }
  }

  private static Map<String, EagerTensor> weights(Path file, ZipFile zip) {
    ZipEntry entry = zip.getEntry(WEIGHTS);
    try (var in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
      if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > Files.size(file)) {
        throw new IOException("it is compressed; store it as it is, zip -0");
      }
      var tensors = SafetensorsStream.read(file + " " + WEIGHTS, in, entry.getSize());
      requireSame(entry, in);
      return tensors;
    } catch (IOException | IllegalArgumentException e) {
      throw SavedFunction.damaged(file, WEIGHTS + " cannot be read: " + e.getMessage());
    }
  }

  private static void requireSame(ZipEntry entry, CheckedInputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    if (in.getChecksum().getValue() != entry.getCrc()) {
      throw new IOException("its checksum is another one");
    }
  }
}
