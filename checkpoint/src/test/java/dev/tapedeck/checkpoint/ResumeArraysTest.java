package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training on arrays, or with steps per epoch, that was interrupted ends with the same bits. */
class ResumeArraysTest {
  @TempDir Path temp;

  /** Stops after a number of steps, or in the validation that follows. */
  private static final class Stop implements Callback {
    private final int after;
    private final boolean validating;
    private int taken;

    Stop(int after, boolean validating) {
      this.after = after;
      this.validating = validating;
    }

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      taken++;
      stop(model, !validating);
    }

    @Override
    public void onTestBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      stop(model, validating);
    }

    private void stop(Trainable<?, ?> model, boolean here) {
      if (here && taken == after) {
        model.stopTraining();
      }
    }
  }

  /** Batches that can only be read again. */
  private record Plain(List<Example> examples) implements Dataset {
    @Override
    public long cardinality() {
      return examples.size();
    }

    @Override
    public Iterator<Example> iterator() {
      return examples.iterator();
    }
  }

  /** What a run ends with. */
  private record Outcome(List<String> weights, Map<String, Double> logs) {}

  /** Runs what a fresh process would run: 4 epochs of 3 batches each, 5 or 7 make a pass. */
  private static Outcome train(String data, Callback... callbacks) {
    RandomKey.seed(5);
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 49, 4);
    Tensor y = x.get(Index.ELLIPSIS, 0).greater(0).cast(DType.INT32);
    Model model = new Sequential(new Dense(8), new Dropout(0.3), new Dense(2));
    model.compile(new Adam(0.01), Losses.sparseCategoricalCrossentropy().fromLogits());
    FitOptions options = FitOptions.epochs(4).verbosity(FitOptions.Verbosity.SILENT);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    History history =
        switch (data) {
          case "arrays" -> model.fit(x, y, options.batchSize(14).validationSplit(0.2));
          case "steps of arrays" ->
              model.fit(x, y, options.batchSize(8).stepsPerEpoch(3).validation(x, y));
          case "steps of a dataset" ->
              model.fit(plain(x, y), options.stepsPerEpoch(3).validation(x, y));
          default -> throw new IllegalArgumentException(data);
        };
    return new Outcome(
        model.variables().stream().map(v -> Arrays.toString(v.value().toDoubleArray())).toList(),
        history.epochs().getLast());
  }

  private static Plain plain(Tensor x, Tensor y) {
    return new Plain(
        IntStream.range(0, 5)
            .mapToObj(i -> Index.range(8L * i, 8L * i + 8))
            .map(rows -> new Example(x.get(rows), y.get(rows)))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "arrays, 2, false",
    "arrays, 3, false",
    "arrays, 6, true",
    "arrays, 8, false",
    "steps of arrays, 2, false",
    "steps of arrays, 3, true",
    "steps of arrays, 4, false",
    "steps of arrays, 6, false",
    "steps of arrays, 7, false",
    "steps of arrays, 9, false",
    "steps of a dataset, 4, false",
    "steps of a dataset, 5, false",
    "steps of a dataset, 6, false",
    "steps of a dataset, 8, true",
  })
  void endsAsOneThatWasNot(String data, int steps, boolean validating) {
    Outcome whole = train(data);
    train(data, new BackupAndRestore(temp), new Stop(steps, validating));
    assertTrue(Checkpoint.latestCheckpoint(temp).isPresent());
    assertEquals(whole, train(data, new BackupAndRestore(temp)));
  }

  /** The position in the data is saved between epochs, too. */
  @ParameterizedTest
  @CsvSource({"arrays, 3", "steps of arrays, 4", "steps of arrays, 8", "steps of a dataset, 4"})
  void endsAsOneThatWasNotFromAnyCheckpoint(String data, int saves) {
    Outcome whole = train(data);
    train(data, new BackupAndRestore(temp).saveEvery(1).keep(100));
    List<Path> all =
        CheckpointFolder.at(temp).list().stream().map(CheckpointFolder.Saved::prefix).toList();
    all.subList(saves, all.size()).forEach(CheckpointFolder.at(temp)::delete);
    assertEquals(whole, train(data, new BackupAndRestore(temp).keep(3)));
  }
}
