package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.BackupAndRestore;
import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.summaries.TensorBoard;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The logs of a training that was killed and goes on are as if it had not been.
 *
 * <p>What a killed process leaves are its files as they are at a moment: they are copied.
 */
class ResumedLogsTest {
  private static final long STEPS = 7; // of an epoch

  @TempDir Path temp;
  private Path runs;
  private int copies;
  private final Set<String> neverSaved = new HashSet<>(); // killed before there was a checkpoint

  /**
   * Trains for three epochs in a folder, as a fresh process does, going on with what there is, and
   * saves after every third step.
   *
   * @param moments those at which the folder is copied
   */
  private void train(Path folder, Predicate<String> moments) {
    RandomKey.seed(5);
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 50, 4);
    Tensor y = x.get(Index.ELLIPSIS, 0).greater(0).cast(DType.INT32);
    Model model = new Sequential(new Dense(8), new Dense(2));
    model.compile(
        new Adam(0.01),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    TensorBoard board = new TensorBoard(logs(folder)).batchScalarsEvery(1).histogramsEvery(1);
    model.fit(
        Pipeline.of(x, y).shuffle(50).batch(8),
        FitOptions.epochs(3)
            .validation(Pipeline.of(x, y).batch(16))
            .verbosity(Verbosity.SILENT)
            .callback(new BackupAndRestore(folder.resolve("checkpoints")).saveEvery(3).keep(9))
            .callback(board)
            .callback(new Copying(folder, board, moments)));
  }

  private void train(Path folder) {
    train(folder, _ -> false);
  }

  private static Path logs(Path folder) {
    return folder.resolve("logs");
  }

  /** Copies a folder at moments such as {@code step-3}, {@code end-1}. */
  private final class Copying implements Callback {
    private final Path folder;
    private final TensorBoard board;
    private final Predicate<String> moments;

    Copying(Path folder, TensorBoard board, Predicate<String> moments) {
      this.folder = folder;
      this.board = board;
      this.moments = moments;
    }

    private void at(String moment) {
      if (moments.test(moment)) {
        copy("unwritten", moment);
        board.run("train").flush();
        if (Files.exists(logs(folder).resolve("validation"))) {
          board.run("validation").flush();
        }
        copy("written", moment);
      }
    }

    private void copy(String what, String moment) {
      Path to = runs.resolve("%s,%s-%s".formatted(folder.getFileName(), what, moment));
      copies++;
      if (Checkpoint.latestCheckpoint(folder.resolve("checkpoints")).isEmpty()
          || neverSaved.contains(folder.getFileName().toString())) {
        neverSaved.add(to.getFileName().toString());
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(folder.relativize(file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private long steps(Trainable<?, ?> model) {
      return STEPS * model.progress().epoch() + model.progress().step();
    }

    @Override
    public void onEpochBegin(Trainable<?, ?> model, int epoch) {
      at("begin-" + epoch);
    }

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      at("step-" + steps(model));
    }

    @Override
    public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
      at("end-" + epoch);
    }

    @Override
    public void onSave(Trainable<?, ?> model) {
      at("save-" + steps(model) + (model.progress().step() == 0 ? "-epoch" : ""));
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(runs)) {
      return folders.sorted().toList();
    }
  }

  /** Returns the points of each folder of runs. */
  private static Map<String, String> byFolder(String points) {
    return points
        .lines()
        .collect(
            Collectors.groupingBy(
                line -> line.substring(0, line.indexOf('/')),
                TreeMap::new,
                Collectors.mapping(
                    line -> line.substring(line.indexOf('/')), Collectors.joining("\n"))));
  }

  private void makeRuns() throws IOException {
    Python.command(); // or skip
    runs = Files.createDirectory(temp.resolve("runs"));
  }

  private void assertAllAreAlike() throws Exception {
    Map<String, String> points = byFolder(Points.of(temp, runs));
    String whole = points.get("whole");
    assertTrue(whole.contains("/train batch_loss [(1,"), whole);
    points.forEach((folder, found) -> assertEquals(whole, found, folder));
    assertEquals(copies + 1, points.size());
    Map<String, String> read = byFolder(Points.inScripts(temp, runs));
    read.keySet().removeAll(neverSaved);
    String wholeRead = read.get("whole");
    read.forEach((folder, found) -> assertEquals(wholeRead, found, folder));
    assertTrue(read.size() > copies / 2, "most were saved");
  }

  @Test
  void showEachPointOnceWhereverATrainingWasKilled() throws Exception {
    makeRuns();
    Random random = new Random(17);
    train(
        runs.resolve("whole"),
        moment -> moment.startsWith("step-") ? random.nextInt(3) == 0 : !moment.equals("begin-0"));
    List<Path> killedOnce = new ArrayList<>(folders());
    killedOnce.remove(runs.resolve("whole"));
    for (Path folder : killedOnce) {
      // Some are killed once more.
      train(folder, _ -> random.nextInt(60) == 0);
    }
    List<Path> killedTwice = new ArrayList<>(folders());
    killedTwice.removeAll(killedOnce);
    killedTwice.remove(runs.resolve("whole"));
    killedTwice.forEach(folder -> train(folder));
    assertTrue(killedTwice.size() > 10);
    assertAllAreAlike();
  }

  @Test
  void goOnFromAnEarlierCheckpointAndFromNone() throws Exception {
    makeRuns();
    train(runs.resolve("whole"), moment -> moment.equals("step-20"));
    Path folder = runs.resolve("whole,written-step-20");
    Path list = folder.resolve("checkpoints/checkpoint");
    for (String checkpoint : List.of("ckpt-4", "ckpt-2", "ckpt-1")) {
      Files.writeString(list, "model_checkpoint_path: \"" + checkpoint + "\"");
      train(folder);
    }
    Path other = runs.resolve("whole,unwritten-step-20");
    try (Stream<Path> checkpoints = Files.list(other.resolve("checkpoints"))) {
      for (Path file : checkpoints.toList()) {
        Files.delete(file);
      }
    }
    train(other);
    neverSaved.add(other.getFileName().toString());
    assertAllAreAlike();
  }
}
