package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.checkpoint.BackupAndRestore;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.RandomKey;
import dev.tapedeck.ops.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.summaries.TensorBoard;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Losses;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The logs of a training that was killed and goes on are as if it had not been.
 *
 * <p>What a killed process leaves are its files as they are at a moment: a copy is made of them.
 */
class ResumedLogsTest {
  private static final int STEPS = 7; // of an epoch

  @TempDir Path temp;

  /**
   * Trains for three epochs in a folder, as a fresh process does, goes on with what there is, and
   * saves after every third step.
   */
  private static void train(Path folder, UnaryOperator<FitOptions> more) {
    RandomKey.seed(5);
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 50, 4);
    Tensor y = x.get(Index.ELLIPSIS, 0).greater(0).cast(DType.INT32);
    Model model = new Sequential(new Dense(8), new Dense(2));
    model.compile(
        new Adam(0.01),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    TensorBoard board =
        new TensorBoard(folder.resolve("logs")).batchScalarsEvery(1).histogramsEvery(1);
    model.fit(
        Pipeline.of(x, y).shuffle(50).batch(8),
        more.apply(
                FitOptions.epochs(3)
                    .validation(Pipeline.of(x, y).batch(16))
                    .verbosity(Verbosity.SILENT)
                    .callback(new BackupAndRestore(folder.resolve("checkpoints")).saveEvery(3).keep(9))
                    .callback(board)));
  }

  /** Copies the folder of a training at many moments, each named after what is being told. */
  private record Killed(Path folder, Path copies, List<String> moments) implements Callback {
    private void at(String moment) {
      try {
        // Every second one with all that was recorded on disk, if the thread that writes is quick.
        Thread.sleep(0);
        copy(folder, copies.resolve(moment));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      moments.add(moment);
    }
  }
}
