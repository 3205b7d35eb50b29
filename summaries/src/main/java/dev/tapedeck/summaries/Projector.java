package dev.tapedeck.summaries;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/** Embeddings for TensorBoard's projector. */
public final class Projector {
  private static final String CONFIG = "projector_config.pbtxt";

  private Projector() {}

  /**
   * Writes an embedding into a run's folder; it replaces one of the same name, and others stay.
   *
   * @param logdir the run's folder, created if missing
   * @param tensor a tensor, variable or array {@code [n, d]}: a point in each row
   * @param labels a line of text for each point, or null for none
   * @throws IllegalArgumentException if the tensor is no matrix, or there are not n labels
   * @throws UncheckedIOException if a file cannot be written
   */
  public static synchronized void write(
      Path logdir, String name, Object tensor, List<String> labels) {
    TensorCopy data = TensorCopy.of("Projector.write", tensor);
    if (data.shape().rank() != 2 || data.count() == 0) {
      throw new IllegalArgumentException(
          "Projector.write: expected a matrix with a point in each row, received " + data);
    }
    check(labels, data.shape().size(0));
    String file = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("*", "%2A");
    String entry = "embeddings {\n" + field("tensor_name", name);
    try {
      Files.createDirectories(logdir);
      replace(logdir.resolve(file + ".tsv"), rows(data));
      entry += field("tensor_path", file + ".tsv");
      if (labels != null) {
        replace(logdir.resolve(file + ".labels.tsv"), String.join("\n", labels) + "\n");
        entry += field("metadata_path", file + ".labels.tsv");
      }
      Path config = logdir.resolve(CONFIG);
      replace(config, others(config, name) + entry + "}\n");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Projector.write: cannot write the embedding \""
              + name
              + "\" to "
              + logdir
              + "; check that its files can be read and written: "
              + e,
          e);
    }
  }

  private static void check(List<String> labels, long points) {
    if (labels != null && labels.size() != points) {
      throw new IllegalArgumentException(
          "Projector.write: expected a label for each of "
              + points
              + " points, received "
              + labels.size());
    }
    for (int i = 0; labels != null && i < points; i++) {
      if (labels.get(i).isBlank() || labels.get(i).matches("(?s).*[\t\n\r].*")) {
        throw new IllegalArgumentException(
            "Projector.write: expected one line of text without tabs as label of point "
                + i
                + ", received \""
                + labels.get(i)
                + "\"");
      }
    }
  }

  private static String rows(TensorCopy data) {
    long columns = data.shape().size(1);
    var rows = new StringBuilder();
    for (int i = 0; i < data.count(); i++) {
      rows.append((float) data.get(i)).append((i + 1) % columns == 0 ? '\n' : '\t');
    }
    return rows.toString();
  }

  /** Returns the part of a configuration that is about embeddings of other names. */
  private static String others(Path config, String name) throws IOException {
    if (Files.notExists(config)) {
      return "";
    }
    String entry = Pattern.quote("embeddings {\n" + field("tensor_name", name)) + "(  .*\n)*}\n";
    try {
      return Files.readString(config).replaceAll(entry, "");
    } catch (CharacterCodingException e) {
      throw new IOException(config + " is not in UTF-8", e);
    }
  }

  private static String field(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return "  " + name + ": \"" + escaped + "\"\n";
  }

  /** Replaces a file atomically: no reader sees half of it. */
  private static void replace(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    // Not by a channel, which an interrupt of the thread would close.
    try (var out = new FileOutputStream(temporary.toFile())) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.getFD().sync();
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
