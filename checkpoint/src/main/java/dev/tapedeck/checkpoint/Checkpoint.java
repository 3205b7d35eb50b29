package dev.tapedeck.checkpoint;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.tracking.TrackedFields;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Saves the variables of objects to files that TensorFlow's {@code tf.train.Checkpoint} reads, and
 * restores them from files that it or this class wrote.
 *
 * <pre>{@code
 * Checkpoint checkpoint =
 *     Checkpoint.of("model", model).and("optimizer", optimizer).and("step", step);
 * Path path = checkpoint.save(Path.of("runs/1/ckpt"));      // runs/1/ckpt-1
 * checkpoint.restore(path);
 * }</pre>
 *
 * <p>Objects are variables, {@link Trackable} ones (layers, models, optimizers, metrics, random
 * generators, pipelines and their iterators), any others by their fields, and lists, arrays and
 * maps of all of these. A value belongs to the path of names that leads to it, {@code
 * model/hidden/kernel}; an object that is reached twice is saved once.
 *
 * <p>A save is complete or not there at all, whatever ends the process; so is a restore.
 */
public final class Checkpoint {
  private final Map<String, Object> named;
  private final transient Variable saveCounter; // of the checkpoint, not of who has one
  private final boolean partial;

  private Checkpoint(Map<String, Object> named, Variable saveCounter, boolean partial) {
    this.named = named;
    this.saveCounter = saveCounter;
    this.partial = partial;
  }

  /**
   * Returns a checkpoint of an object.
   *
   * @throws IllegalArgumentException if the object can have no variables
   */
  public static Checkpoint of(String name, Object object) {
    Variable counter = Variable.untrainable(0L, Keys.SAVE_COUNTER);
    return new Checkpoint(Map.of(Keys.SAVE_COUNTER, counter), counter, false).and(name, object);
  }

  /**
   * Returns a checkpoint of one more object.
   *
   * @throws IllegalArgumentException if the name is empty or taken, or the object can have no
   *     variables
   */
  public Checkpoint and(String name, Object object) {
    Objects.requireNonNull(name, "Checkpoint: the name is null");
    Objects.requireNonNull(object, () -> "Checkpoint: the object named \"" + name + "\" is null");
    if (name.isEmpty() || named.containsKey(name)) {
      throw new IllegalArgumentException(
          "Checkpoint: the name \"" + name + "\" is empty or taken; choose another");
    }
    Map<String, Object> more = new LinkedHashMap<>(named);
    more.remove(Keys.SAVE_COUNTER); // to come last, as TensorFlow has it
    more.put(name, trackable(name, object));
    more.put(Keys.SAVE_COUNTER, saveCounter);
    return new Checkpoint(more, saveCounter, partial);
  }

  private static Object trackable(String name, Object object) {
    return switch (object) {
      case Variable variable -> variable;
      case Trackable trackable -> trackable;
      case List<?> list -> list;
      case Map<?, ?> map -> map;
      case Object[] array -> array;
      case null -> throw refused(name, "null");
      case Object other when other.getClass().getClassLoader() == null ->
          throw refused(name, other.getClass().getSimpleName());
      case Object other -> new ByFields(other);
    };
  }

  private record ByFields(Object object) implements Trackable {
    @Override
    public Map<String, Object> parts() {
      return TrackedFields.of(object);
    }
  }

  private static IllegalArgumentException refused(String name, String what) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Checkpoint: \"%s\" is %s, which has no variables; keep what is to be saved in a Variable",
            name,
            what));
  }

  /**
   * Returns a checkpoint of the same objects whose {@link #restore} accepts variables that have no
   * value in the file, and values that no variable wants. What has a value must still fit it.
   */
  public Checkpoint expectPartial() {
    return new Checkpoint(named, saveCounter, true);
  }

  /** Returns the number of the latest {@link #save}; it is saved too, and restored. */
  public Variable saveCounter() {
    return saveCounter;
  }

  /**
   * Saves to a new prefix, that of {@code prefix} with a dash and the next number, and makes it the
   * latest of its folder; a number that the folder has already is not used again.
   *
   * @return the new prefix, to restore from
   * @throws java.io.UncheckedIOException if the files cannot be written
   */
  public Path save(Path prefix) {
    Path numbered = next(prefix);
    write(numbered);
    CheckpointFolder.of(numbered).add(numbered);
    return numbered;
  }

  /** Counts a save, and returns its prefix. */
  Path next(Path prefix) {
    Path absolute = prefix.toAbsolutePath();
    if (absolute.getFileName() == null) {
      throw new IllegalArgumentException(
          "Checkpoint: the prefix " + prefix + " has no name; give a path such as runs/1/ckpt");
    }
    CheckpointFolder folder =
        CheckpointFolder.at(absolute.getParent(), absolute.getFileName().toString());
    long number = 1 + Math.max((long) saveCounter.reading().item(), folder.lastNumber());
    saveCounter.assign(number);
    return prefix.resolveSibling(prefix.getFileName() + "-" + number);
  }

  /**
   * Writes the files of a prefix, {@code <prefix>.index} and {@code <prefix>.data-..}, in place of
   * those that are there.
   *
   * @throws java.io.UncheckedIOException if they cannot be written; what was there before stays
   */
  public void write(Path prefix) {
    snapshot(false).write(prefix, Snapshot.SHARD_BYTES);
  }

  Snapshot snapshot(boolean copy) {
    return Snapshot.of(named, copy);
  }

  /**
   * Restores the variables there are, and those that are made later by layers at their first call
   * and by optimizers at their first step.
   *
   * @param prefix what {@link #save} returned, or TensorFlow's
   * @return what has become of it, for more checks
   * @throws CheckpointException if the files are missing or damaged
   * @throws IllegalArgumentException if they do not fit the objects, with the differences; then, as
   *     after any other error, nothing has been restored. A layer built later throws it when it is
   *     called.
   */
  public Restored restore(Path prefix) {
    return new Restored(Restoration.start(prefix.toAbsolutePath(), named, partial));
  }

  /**
   * Returns the prefix of the newest complete checkpoint in a folder.
   *
   * @throws java.io.UncheckedIOException if the folder cannot be read
   */
  public static Optional<Path> latestCheckpoint(Path folder) {
    return CheckpointFolder.at(folder).latest();
  }
}
