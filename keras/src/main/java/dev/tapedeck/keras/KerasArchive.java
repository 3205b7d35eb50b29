package dev.tapedeck.keras;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.checkpoint.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A {@code .keras} archive that is read; its sizes and its content are not trusted. */
final class KerasArchive implements AutoCloseable {
  static final String CONFIG = "config.json";
  static final String METADATA = "metadata.json";
  static final String WEIGHTS = "model.weights.h5";

  private static final int LARGEST_TEXT = 256 << 20;

  /** The size up to which a text may be packed to any degree. */
  private static final int SMALL_TEXT = 4 << 20;

  /** The parts of a description, each of which takes some ten times its memory in the file. */
  private static final long PARTS = 4_000_000;

  private static final int IN_MEMORY = 32 << 20;
  private static final long INFLATED = 1L << 30;
  private static final int RATIO = 20;
  private static final int CHUNK = 1 << 16;

  /** The reader of JSON; deeper nesting would overflow the stack, and more parts the memory. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // as Python's json has them
              .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(200).maxTokenCount(PARTS).build())
              .build());

  /** The version of Keras whose descriptions are written. */
  private static final String KERAS = "3.15.1";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd@HH:mm:ss", Locale.ROOT);

  private final Path path;
  private final ZipFile zip;

  private KerasArchive(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
  }

  /**
   * Opens an archive.
   *
   * @throws KerasFileException if it is no zip
   * @throws UncheckedIOException if it cannot be read
   */
  static KerasArchive open(Path path) {
    try {
      return new KerasArchive(path, new ZipFile(path.toFile()));
    } catch (ZipException e) {
      throw new KerasFileException(
          "KerasFiles: " + path + " is no .keras archive (" + e.getMessage() + ")", e);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException("KerasFiles: no such file, " + path, e);
    } catch (IOException e) {
      throw new UncheckedIOException("KerasFiles: cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** Returns whether there is an entry. */
  boolean has(String name) {
    return zip.getEntry(name) != null;
  }

  /** Returns an entry of JSON. */
  JsonNode json(String name) {
    try {
      return parse(path + ", " + name, bytes(name, largestText(name)));
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  /** Parses JSON. */
  static JsonNode parse(String name, byte[] json) {
    try {
      JsonNode parsed = JSON.readTree(json);
      if (parsed == null || !parsed.isObject()) {
        throw new KerasFileException("KerasFiles: " + name + " is no JSON object");
      }
      return parsed;
    } catch (JacksonException e) {
      throw new KerasFileException(
          "KerasFiles: " + name + " is no JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an entry of text. */
  String text(String name) {
    try {
      return new String(bytes(name, largestText(name)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  /** Returns the bytes that a text may have: Keras packs none, and other programs not as much. */
  private int largestText(String name) {
    long packed = entry(name).getCompressedSize();
    return Math.clamp(RATIO * packed, SMALL_TEXT, LARGEST_TEXT);
  }

  private byte[] bytes(String name, int largest) throws IOException {
    try (InputStream in = zip.getInputStream(entry(name))) {
      byte[] bytes = in.readNBytes(largest);
      if (in.read() >= 0) {
        throw new KerasFileException(
            "KerasFiles: " + path + ", " + name + " has more than " + largest + " bytes");
      }
      return bytes;
    }
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new KerasFileException(
          "KerasFiles: " + path + " is no .keras archive, it has no " + name);
    }
    return entry;
  }

  /** Opens the weights; a large file is unpacked to a temporary one. */
  Hdf5File weights() {
    String name = path + ", " + WEIGHTS;
    ZipEntry entry = entry(WEIGHTS);
    if (entry.getSize() > Math.max(INFLATED, RATIO * entry.getCompressedSize())) {
      throw new KerasFileException(
          "KerasFiles: " + name + " is packed too well for weights, " + entry.getSize() + " bytes");
    }
    try {
      if (entry.getSize() <= IN_MEMORY) {
        return Hdf5File.open(name, ByteBuffer.wrap(bytes(WEIGHTS, IN_MEMORY)));
      }
      Path unpacked = Files.createTempFile("tapedeck", ".h5");
      boolean opened = false;
      try {
        unpack(entry, unpacked);
        Hdf5File file = Hdf5File.openTemporary(name, unpacked);
        opened = true;
        return file;
      } finally {
        if (!opened) {
          Files.deleteIfExists(unpacked);
        }
      }
    } catch (IOException e) {
      throw damaged(WEIGHTS, e);
    }
  }

  private void unpack(ZipEntry entry, Path to) throws IOException {
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(to)) {
      byte[] chunk = new byte[CHUNK];
      long left = entry.getSize();
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        left -= count;
        if (left < 0) {
          throw new ZipException("it is longer than it says");
        }
        out.write(chunk, 0, count);
      }
    }
  }

  /** Writes an archive; it appears complete or not at all. */
  static void write(Path path, Map<String, Object> config, Hdf5Writer weights) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("keras_version", KERAS);
    metadata.put("date_saved", DATE.format(LocalDateTime.now(ZoneId.systemDefault())));
    try {
      byte[] description = JSON.writeValueAsBytes(config);
      AtomicFiles.write(
          path,
          out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, METADATA, JSON.writeValueAsBytes(metadata));
            put(zip, CONFIG, description);
            CheckedOutputStream checked =
                new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
            weights.writeTo(checked);
            put(zip, WEIGHTS, weights.size(), checked.getChecksum().getValue());
            weights.writeTo(zip);
            zip.finish();
          });
    } catch (IOException e) {
      throw new UncheckedIOException("KerasFiles: cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /** Writes weights alone. */
  static void write(Path path, Hdf5Writer weights) {
    try {
      AtomicFiles.write(path, weights::writeTo);
    } catch (IOException e) {
      throw new UncheckedIOException("KerasFiles: cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    put(zip, name, content.length, checksum.getValue());
    zip.write(content);
  }

  private static void put(ZipOutputStream zip, String name, long size, long checksum)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(size);
    entry.setCrc(checksum);
    zip.putNextEntry(entry);
  }

  private KerasFileException damaged(String name, IOException e) {
    return new KerasFileException(
        "KerasFiles: " + path + ", " + name + " is damaged (" + e.getMessage() + ")", e);
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
