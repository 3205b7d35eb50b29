package dev.tapedeck.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Resolution of a user's path to a checkpoint. */
final class CheckpointPath {
  private static final int SHOWN = 10;

  /** Suffixes after the prefix: those of files, and what a shell's completion leaves of them. */
  private static final Pattern FILE =
      Pattern.compile("(.+?)(\\.index|\\.meta|\\.data-\\d{5,}-of-\\d{5,}|\\.)", Pattern.DOTALL);

  private CheckpointPath() {}

  static boolean isSafetensors(Path path) {
    return path.toString().endsWith(".safetensors") && !isPrefix(path);
  }

  /**
   * Returns the prefix, or the file of safetensors, that a path stands for.
   *
   * @throws CheckpointException if the path leads to neither
   */
  static Path find(Path path) {
    if (Files.isDirectory(path)) {
      return CheckpointFolder.at(path).latest().orElseThrow(() -> none(path));
    }
    if (isPrefix(path) || (isSafetensors(path) && Files.exists(path))) {
      return path;
    }
    Path name = path.getFileName();
    Matcher file = FILE.matcher(name == null ? "" : name.toString());
    if (file.matches()) {
      Path prefix = path.resolveSibling(file.group(1));
      if (isPrefix(prefix)) {
        return prefix;
      }
      throw missing("there is no file " + BundleFiles.index(prefix));
    }
    throw missing(
        path
            + (Files.exists(path)
                ? " is neither a checkpoint nor a .safetensors file"
                : " does not exist, nor does " + path + ".index"));
  }

  private static boolean isPrefix(Path path) {
    return path.getFileName() != null && Files.isRegularFile(BundleFiles.index(path));
  }

  private static CheckpointException missing(String what) {
    return new CheckpointException(
        "checkpoint: "
            + what
            + "; give a folder, a prefix such as runs/ckpt-3, or a .safetensors file");
  }

  private static CheckpointException none(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      List<Path> files = list.sorted().toList();
      List<String> names = files.stream().limit(SHOWN + 1).map(CheckpointPath::shown).toList();
      String held =
          names.isEmpty()
              ? "nothing"
              : String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                  + (names.size() > SHOWN ? ", .." : "");
      String within =
          files.stream()
              .filter(CheckpointPath::hasCheckpoint)
              .findFirst()
              .map(file -> "; give the folder " + file + ", which has one")
              .orElse("");
      return new CheckpointException(
          "checkpoint: the folder " + folder + " has no checkpoint; it has " + held + within);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint: cannot list " + folder + "; check that it may be read", e);
    }
  }

  private static String shown(Path file) {
    String name = Mismatch.oneLine(file.getFileName().toString());
    return Files.isDirectory(file) ? name + "/" : name;
  }

  private static boolean hasCheckpoint(Path file) {
    try {
      return Files.isDirectory(file) && CheckpointFolder.at(file).latest().isPresent();
    } catch (CheckpointException | UncheckedIOException e) {
      return false; // reported when the user names it
    }
  }
}
