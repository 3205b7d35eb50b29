package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.savedmodel.proto.SavedModel;
import dev.tapedeck.tensor.Refusal;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a SavedModel, which is written beside its place first. */
final class ModelFolder {
  private static final String FILE = "saved_model.pb";

  private final Path folder;
  private final boolean exists;

  /**
   * Takes a place.
   *
   * @throws IllegalArgumentException if something is there that may not be replaced
   */
  ModelFolder(Path folder, boolean overwrite) {
    this.folder = folder.toAbsolutePath().normalize();
    this.exists = Files.exists(this.folder);
    if (exists && !overwrite) {
      throw Refusal.of(
          "SavedModels.export",
          "needs a new folder",
          folder + ", which exists",
          "choose another, remove it first, or have ExportArchive.overwrite() replace it");
    }
    if (exists && !Files.exists(this.folder.resolve(FILE))) {
      throw Refusal.of(
          "SavedModels.export",
          "replaces only SavedModels",
          folder + ", which has no " + FILE,
          "choose another folder, or remove it yourself");
    }
  }

  /**
   * Writes the files.
   *
   * @param checkpoint the variables; null for none
   */
  void write(SavedModel model, Checkpoint checkpoint) {
    try {
      Files.createDirectories(folder.getParent());
      Path temporary = Files.createTempDirectory(folder.getParent(), "." + folder.getFileName());
      try {
        Path content = Files.createDirectory(temporary.resolve("new"));
        if (checkpoint != null) {
          checkpoint.write(content.resolve("variables").resolve("variables"));
        }
        try (FileOutputStream out = new FileOutputStream(content.resolve(FILE).toFile())) {
          model.writeTo(out);
          out.getFD().sync();
        }
        replace(content, temporary.resolve("old"));
      } finally {
        remove(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "SavedModels.export: cannot write "
              + folder
              + "; check that its parent can be written and the disk has room",
          e);
    }
  }

  private void replace(Path content, Path old) throws IOException {
    if (exists) {
      Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(content, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (exists) {
        Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }
}
