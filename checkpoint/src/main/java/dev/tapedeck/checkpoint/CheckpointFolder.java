package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.Loggers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * The checkpoints in a folder, as listed in its file {@code checkpoint}; the one it names as latest
 * is the newest.
 *
 * <p>A process may have been killed between saving a checkpoint and listing it. Unlisted
 * checkpoints of higher numbers that were written after the list are therefore newer still, unless
 * the list was written by hand.
 */
final class CheckpointFolder {
  private static final Logger LOG = Loggers.of(CheckpointManager.class);
  private static final Pattern NUMBERED = Pattern.compile("(.+)-(\\d{1,18})\\.index");

  /** Names of index files. U+FFFD marks names that Java cannot pass back to the file system. */
  private static final Pattern INDEX = Pattern.compile("[^.\ufffd][^\ufffd]*\\.index");

  /** An existing checkpoint, and the time of its save in seconds since 1970. */
  record Saved(Path prefix, double time) {}

  private final Path folder;
  private final String name; // null for all names

  private CheckpointFolder(Path folder, String name) {
    this.folder = folder.toAbsolutePath();
    this.name = name;
  }

  static CheckpointFolder at(Path folder) {
    return new CheckpointFolder(folder, null);
  }

  /**
   * Returns a folder in which only the checkpoints of a name are considered, {@code name-1} and so
   * on.
   */
  static CheckpointFolder at(Path folder, String name) {
    return new CheckpointFolder(folder, name);
  }

  /** Returns the folder of a prefix. */
  static CheckpointFolder of(Path prefix) {
    return at(prefix.toAbsolutePath().getParent());
  }

  /**
   * Returns the checkpoints that exist, oldest first.
   *
   * @throws CheckpointException if the list is malformed, or names a checkpoint that does not exist
   */
  List<Saved> list() {
    Optional<CheckpointState> state = CheckpointState.read(folder);
    List<Saved> all = new ArrayList<>();
    state.ifPresent(s -> addListed(s, all));
    if (state.isPresent() && state.get().isByHand() && isLookedAt(index(latest(state.get())))) {
      requireThere(state.get(), all);
      return all;
    }
    double listed = all.isEmpty() ? 0 : modified(CheckpointState.file(folder));
    long last = all.stream().mapToLong(saved -> number(index(saved.prefix()))).max().orElse(0);
    Set<String> names = all.stream().map(s -> name(index(s.prefix()))).collect(Collectors.toSet());
    indexes().stream()
        .filter(index -> number(index) > last)
        .filter(this::isLookedAt)
        .filter(index -> names.isEmpty() || names.contains(name(index)))
        .filter(index -> modified(index) >= listed)
        .sorted(Comparator.comparingLong(CheckpointFolder::number))
        .forEach(index -> all.add(new Saved(prefix(index), modified(index))));
    return all;
  }

  private void requireThere(CheckpointState state, List<Saved> all) {
    if (all.isEmpty()) {
      throw new CheckpointException(
          "checkpoint: "
              + CheckpointState.file(folder)
              + " names "
              + Mismatch.quoted(state.latest())
              + ", which is not there; name one that is, or remove the file");
    }
  }

  private boolean isLookedAt(Path index) {
    return name == null || name(index).equals(name);
  }

  private Path latest(CheckpointState state) {
    return prefix(state.latest());
  }

  /** Returns the prefix of a path in the list, which is relative to the folder. */
  private Path prefix(String path) {
    Path prefix = folder.resolve(path);
    Path inFolder = folder.resolve(prefix.getFileName());
    return prefix.normalize().equals(inFolder.normalize()) ? inFolder : prefix;
  }

  private void addListed(CheckpointState state, List<Saved> all) {
    List<String> names = new ArrayList<>(state.all());
    names.remove(state.latest());
    names.add(state.latest());
    for (String name : names) {
      Path prefix = prefix(name);
      Path index = index(prefix);
      if (isLookedAt(index) && Files.exists(index)) {
        int place = state.all().indexOf(name);
        boolean timed = state.timestamps().size() == state.all().size() && place >= 0;
        all.add(new Saved(prefix, timed ? state.timestamps().get(place) : modified(index)));
      }
    }
  }

  /** Returns the largest number at the end of a name, 0 if there is none. */
  long lastNumber() {
    return indexes().stream()
        .filter(this::isLookedAt)
        .mapToLong(CheckpointFolder::number)
        .max()
        .orElse(0);
  }

  /** Returns the newest checkpoint. */
  Optional<Path> latest() {
    List<Saved> all = list();
    return all.isEmpty() ? newestWithoutNumber() : Optional.of(all.getLast().prefix());
  }

  private Optional<Path> newestWithoutNumber() {
    return indexes().stream()
        .filter(this::isLookedAt)
        .max(Comparator.comparingDouble(CheckpointFolder::modified))
        .map(CheckpointFolder::prefix);
  }

  /** Adds a checkpoint to the list. */
  void add(Path prefix) {
    removeDamagedList();
    List<Saved> all = new ArrayList<>(list());
    all.removeIf(saved -> saved.prefix().equals(prefix.toAbsolutePath()));
    all.add(new Saved(prefix.toAbsolutePath(), seconds(Instant.now())));
    write(all, lastPreserved().orElse(0.0));
  }

  /** Returns the time of the last checkpoint that is kept for good. */
  Optional<Double> lastPreserved() {
    return CheckpointState.read(folder)
        .map(CheckpointState::lastPreserved)
        .filter(time -> time != 0);
  }

  /** Replaces the list. */
  void write(List<Saved> all, double lastPreserved) {
    List<String> names =
        all.stream().map(saved -> folder.relativize(saved.prefix()).toString()).toList();
    List<Double> times = all.stream().map(Saved::time).toList();
    new CheckpointState(names.getLast(), names, times, lastPreserved).write(folder);
  }

  /** Removes the remaining files of checkpoints whose removal was interrupted. */
  void removeRemains() {
    CheckpointState.read(folder).stream()
        .flatMap(state -> state.all().stream())
        .map(this::prefix)
        .filter(prefix -> folder.equals(prefix.getParent()) && !Files.exists(index(prefix)))
        .forEach(this::delete);
  }

  /** Removes a damaged list, which would make saves fail; it is rebuilt from the files. */
  void removeDamagedList() {
    try {
      list();
    } catch (CheckpointException e) {
      LOG.warn("{}; it is made anew from the files", e.getMessage());
      clear();
    }
  }

  /** Removes the list. */
  void clear() {
    CheckpointState.delete(folder);
  }

  /**
   * Removes the files of a checkpoint, the index first: without it there is no checkpoint. Listed
   * checkpoints in other folders stay.
   */
  void delete(Path prefix) {
    if (!folder.equals(prefix.getParent())) {
      return;
    }
    try {
      Files.deleteIfExists(index(prefix));
      for (Path data : AtomicFiles.list(prefix.getParent(), BundleFiles.anyData(prefix))) {
        Files.deleteIfExists(data);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint: cannot remove " + prefix + "; remove its files by hand", e);
    }
  }

  static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }

  private List<Path> indexes() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try {
      return AtomicFiles.list(folder, INDEX);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint: cannot list " + folder + "; check that it may be read", e);
    }
  }

  private static double modified(Path file) {
    try {
      return seconds(Files.getLastModifiedTime(file).toInstant());
    } catch (IOException e) {
      return 0; // removed by another process
    }
  }

  private static String name(Path index) {
    Matcher name = NUMBERED.matcher(index.getFileName().toString());
    return name.matches() ? name.group(1) : "";
  }

  private static long number(Path index) {
    Matcher name = NUMBERED.matcher(index.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(2)) : 0;
  }

  private static Path index(Path prefix) {
    return BundleFiles.index(prefix);
  }

  private static Path prefix(Path index) {
    String name = index.getFileName().toString();
    return index.resolveSibling(name.substring(0, name.length() - ".index".length()));
  }
}
