package dev.tapedeck.cli;

import dev.tapedeck.checkpoint.BackupAndRestore;
import dev.tapedeck.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The options of checkpoints, and the folder with them and the settings that a resumed training
 * must have. The folder is locked until this is closed.
 */
final class TrainingFolder implements AutoCloseable {
  private static final int KEPT = 5;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "DIR",
      description =
          "Save a checkpoint after each epoch, and when interrupted; the last 5 are kept.")
  private Path folder;

  @Option(
      names = "--save-every",
      paramLabel = "N",
      description = "Save a checkpoint also every N training steps.")
  private Integer saveEvery;

  @Option(
      names = "--resume",
      description =
          "Go on with the training whose checkpoints are in the folder, if there are any: all ends"
              + " as if it had not been interrupted.")
  private boolean resume;

  private FolderLock lock;

  void check() {
    if (folder == null && (resume || saveEvery != null)) {
      throw new ParameterException(
          spec.commandLine(), (resume ? "--resume" : "--save-every") + " needs --checkpoint-dir");
    }
    if (saveEvery != null) {
      Train.requirePositive(spec, "--save-every", saveEvery);
    }
  }

  boolean isUsed() {
    return folder != null;
  }

  /**
   * Prepares the folder for a training with these settings, and returns the callback that saves it.
   *
   * @param settings the options that determine the training's results
   * @param data the training's data
   * @throws IllegalStateException if another training is using the folder
   * @throws ParameterException if the folder has checkpoints and resuming is not requested, or
   *     their settings differ
   */
  BackupAndRestore open(Map<String, Object> settings, MnistData.Used data) {
    create();
    lock();
    boolean found = Checkpoint.latestCheckpoint(folder).isPresent();
    if (found && !resume) {
      throw new ParameterException(
          spec.commandLine(),
          "--checkpoint-dir: "
              + folder
              + " has the checkpoints of a training; go on with it by --resume, or choose another"
              + " folder");
    }
    if (found) {
      Map<String, Object> saved =
          TrainingSettings.read("--resume", folder, "go on without comparing settings");
      if (!saved.isEmpty()) {
        settings.forEach((name, value) -> requireSame(name, saved.get(name), value));
        data.difference(saved).ifPresent(this::refuse);
      }
    } else {
      Map<String, Object> all = new LinkedHashMap<>(settings);
      all.putAll(data.toSettings());
      TrainingSettings.write("--checkpoint-dir", folder, all);
    }
    BackupAndRestore backup = new BackupAndRestore(folder).keep(KEPT);
    return saveEvery == null ? backup : backup.saveEvery(saveEvery);
  }

  private void requireSame(String name, Object before, Object value) {
    if (!String.valueOf(before).equals(String.valueOf(value))) {
      refuse(
          String.format(
              Locale.ROOT, "had --%s %s, received %s; give the same", name, before, value));
    }
  }

  private void refuse(String difference) {
    throw new ParameterException(
        spec.commandLine(),
        String.format(Locale.ROOT, "--resume: the training in %s %s", folder, difference));
  }

  private void create() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "--checkpoint-dir: cannot make the folder " + folder + "; choose another place", e);
    }
  }

  /** Locks the folder: two trainings in one folder would overwrite each other. */
  private void lock() {
    try {
      lock = FolderLock.of(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("--checkpoint-dir: cannot write to " + folder, e);
    }
  }

  /** Unlocks the folder. */
  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("--checkpoint-dir: cannot unlock " + folder, e);
    }
  }
}
