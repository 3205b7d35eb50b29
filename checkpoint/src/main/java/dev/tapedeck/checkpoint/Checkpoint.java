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
 * A checkpoint of the variables of objects, saved in the format of TensorFlow's {@code
 * tf.train.Checkpoint} and restored from files that it or this class wrote.
 *
 * <pre>{@code
 * Checkpoint checkpoint =
 *     Checkpoint.of("model", model).and("optimizer", optimizer).and("step", step);
 * Path path = checkpoint.save(Path.of("runs/1/ckpt"));      // runs/1/ckpt-1
 * checkpoint.restore(path);
 * }</pre>
 *
 * <p>Objects may be variables, {@link Trackable}s (layers, models, optimizers, metrics, random
 * generators, pipelines and their iterators), any others, whose fields are searched, and lists,
 * arrays and maps of all of these. A value is identified by the path of names that leads to it,
 * {@code model/hidden/kernel}; an object that is reached twice is saved once.
 *
 * <p>Saves are atomic, even if the process is killed; so are restores.
 */
public final class Checkpoint {
  private final Map<String, Object> named;
  private final transient Variable
      saveCounter; // transient: it belongs to this checkpoint, not to one that contains this object
  private final boolean partial;

  private Checkpoint(Map<String, Object> named, Variable saveCounter, boolean partial) {
    this.named = named;
    this.saveCounter = saveCounter;
    this.partial = partial;
  }

  /**
   * Returns a checkpoint of an object.
   *
   * @throws IllegalArgumentException if the object cannot have variables
   */
  public static Checkpoint of(String name, Object object) {
    Variable counter = Variable.untrainable(0L, Keys.SAVE_COUNTER);
    return new Checkpoint(Map.of(Keys.SAVE_COUNTER, counter), counter, false).and(name, object);
  }

  /**
   * Returns a checkpoint with one more object.
   *
   * @throws IllegalArgumentException if the name is empty or taken, or the object cannot have
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
    more.remove(Keys.SAVE_COUNTER); // last, as in TensorFlow
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
   * Returns a checkpoint of the same objects whose {@link #restore} accepts variables without a
   * value in the file, and values without a variable. Where both exist they must still agree in
   * type and shape.
   */
  public Checkpoint expectPartial() {
    return new Checkpoint(named, saveCounter, true);
  }

  /** Returns the number of the latest {@link #save}, which is saved and restored itself. */
  public Variable saveCounter() {
    return saveCounter;
  }

  /**
   * Saves to {@code prefix}, a dash and the next number, and makes that the latest checkpoint of
   * its folder; a number that the folder has already is not used again.
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

  /** Increments the save counter and returns the new prefix. */
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
   * Writes the files of a prefix, {@code <prefix>.index} and {@code <prefix>.data-..}, and replaces
   * existing ones.
   *
   * @throws java.io.UncheckedIOException if they cannot be written; existing ones stay
   */
  public void write(Path prefix) {
    snapshot(false).write(prefix, Snapshot.SHARD_BYTES);
  }

  Snapshot snapshot(boolean copy) {
    return Snapshot.of(named, copy);
  }

  /**
   * Restores the variables that exist, and later those that layers create at their first call and
   * optimizers at their first step.
   *
   * @param prefix the result of {@link #save}, or a prefix that TensorFlow wrote
   * @return the status of the restore, for more checks
   * @throws CheckpointException if the files are missing or damaged
   * @throws IllegalArgumentException if they do not fit the objects, with the differences; then, as
   *     after any other error, nothing has been restored. A layer that is built later throws it
   *     when it is called.
   */
  public RestoreStatus restore(Path prefix) {
    return new RestoreStatus(CheckpointRestore.start(prefix.toAbsolutePath(), named, partial));
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
