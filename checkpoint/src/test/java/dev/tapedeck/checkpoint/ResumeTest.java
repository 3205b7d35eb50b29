package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.Mean;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
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
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that was interrupted and goes on ends like one that was not, to the last bit. */
class ResumeTest {
  private static final int EXAMPLES = 50;
  private static final int STEPS = 7; // batches of 8, an epoch

  @TempDir Path temp;

  /** Data that is no pipeline: only its batches can be read again. */
  private record Plain(Dataset batches) implements Dataset {
    @Override
    public Iterator<Example> iterator() {
      Iterator<Example> all = batches.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public Example next() {
          return all.next();
        }
      };
    }

    @Override
    public long cardinality() {
      return batches.cardinality();
    }
  }

  private record StopAfter(int epoch, int step) implements Callback {
    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int done, Map<String, Double> logs) {
      if (model.progress().epoch() == epoch && done == step) {
        model.stopTraining();
      }
    }
  }

  /** Reports numbers of its own: one that its step returns, and one in a field. */
  private static final class Reporting extends Model {
    private final Model layers =
        new Sequential(
            new Dense(8, Activations::relu), new Dropout(0.3), new Dropout(0.2, 9), new Dense(2));
    private final Mean input = new Mean("input");

    @Override
    protected Tensor call(Tensor x) {
      return layers.apply(x);
    }

    @Override
    protected Map<String, Tensor> trainStep(Example batch) {
      super.trainStep(batch);
      input.update(batch.x());
      return Map.of("largest", batch.x().max());
    }
  }

  /** All that a run ends with. */
  private record Outcome(
      List<String> weights, List<String> optimizer, Map<String, Double> lastLogs) {}

  /** Returns all digits of the values, which a tensor's own text rounds. */
  private static List<String> digits(Stream<Variable> variables) {
    return variables.map(v -> Arrays.toString(v.value().toDoubleArray())).toList();
  }

  /** Runs what a fresh process would run. */
  private Outcome train(UnaryOperator<Dataset> form, Callback... callbacks) {
    RandomKey.seed(5);
    Tensor x = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, EXAMPLES, 4);
    Tensor y = x.get(Index.ELLIPSIS, 0).greater(0).cast(DType.INT32);
    Model model = new Reporting();
    Adam optimizer = new Adam(0.01);
    model.compile(
        optimizer,
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    Dataset train = form.apply(Pipeline.of(x, y).shuffle(EXAMPLES).batch(8));
    Dataset test = Pipeline.of(x, y).shuffle(EXAMPLES, 3).batch(16);
    FitOptions options = FitOptions.epochs(3).validation(test).verbosity(Verbosity.SILENT);
    for (Callback callback : callbacks) {
      options = options.callback(callback);
    }
    History history = model.fit(train, options);
    return new Outcome(
        digits(model.variables().stream()),
        digits(
            Stream.concat(
                optimizer.slots().values().stream().flatMap(slots -> slots.values().stream()),
                Stream.of(optimizer.iterations()))),
        history.epochs().isEmpty() ? Map.of() : history.epochs().getLast());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 6", "1, 0", "1, 3", "1, 6", "2, 2"})
  void goesOnAfterAStop(int epoch, int step) {
    Outcome whole = train(data -> data);
    train(data -> data, new BackupAndRestore(temp), new StopAfter(epoch, step));
    assertTrue(Checkpoint.latestCheckpoint(temp).isPresent());
    assertEquals(whole, train(data -> data, new BackupAndRestore(temp)));
    assertTrue(Checkpoint.latestCheckpoint(temp).isEmpty(), "removed at the end");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, STEPS, 2 * STEPS, 17})
  void goesOnFromAnyCheckpointOfAKilledProcess(int steps) {
    Outcome whole = train(data -> data);
    // All that a process killed somewhere after these steps leaves.
    train(data -> data, new BackupAndRestore(temp).saveEvery(1).keep(100));
    List<Path> all =
        CheckpointFolder.at(temp).list().stream().map(CheckpointFolder.Saved::prefix).toList();
    assertEquals(3 * STEPS + 3, all.size());
    int saves = steps + (steps - 1) / STEPS; // those at the ends of epochs are counted too
    all.subList(saves, all.size()).forEach(CheckpointFolder.at(temp)::delete);
    assertEquals(whole, train(data -> data, new BackupAndRestore(temp).keep(3)));
    assertFalse(Checkpoint.latestCheckpoint(temp).isEmpty());
  }

  /** Stops a training before the first batch of an epoch. */
  private record StopBefore(int epoch) implements Callback {
    @Override
    public void onEpochBegin(Trainable<?, ?> model, int begun) {
      if (begun == epoch) {
        model.stopTraining();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void goesOnAfterAStopBetweenEpochs(int epoch) {
    Outcome whole = train(data -> data);
    train(data -> data, new BackupAndRestore(temp), new StopBefore(epoch));
    // Again, before the model that was restored has been called.
    train(data -> data, new BackupAndRestore(temp), new StopBefore(epoch));
    assertEquals(whole, train(data -> data, new BackupAndRestore(temp)));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "1, 6", "2, 0"})
  void drawsGoOnInFunctionsOfTheData(int epoch, int step) {
    UnaryOperator<Dataset> noisy =
        data ->
            ((Pipeline) data)
                .map(
                    e ->
                        new Example(
                            e.x()
                                .add(
                                    Randoms.normal(
                                        RandomKey.next(),
                                        DType.FLOAT32,
                                        0,
                                        1,
                                        e.x().shape().toArray())),
                            e.y()));
    Outcome whole = train(noisy);
    train(noisy, new BackupAndRestore(temp), new StopAfter(epoch, step));
    assertEquals(whole, train(noisy, new BackupAndRestore(temp)));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "1, 6", "2, 0"})
  void stepsOfAllKindsGoOn(int epoch, int step) {
    UnaryOperator<Dataset> steps =
        data -> {
          Pipeline rows = ((Pipeline) data).unbatch().map(ResumeTest::noisy, 2);
          Pipeline kept = rows.cache().shuffle(20).filter(e -> e.x().get(0).item() > -1.5);
          return Pipeline.sampleFrom(List.of(kept, rows.take(9)))
              .bucketBySequenceLength(e -> (long) e.y().item(), new long[] {1}, new int[] {7, 5})
              .prefetch(2);
        };
    Outcome whole = train(steps);
    train(steps, new BackupAndRestore(temp), new StopAfter(epoch, step));
    assertEquals(whole, train(steps, new BackupAndRestore(temp)));
  }

  private static Example noisy(Example example) {
    Tensor noise = Randoms.normal(RandomKey.next(), DType.FLOAT32, 0, 1, 4);
    return new Example(example.x().add(noise), example.y());
  }

  @Test
  void onlyItsOwnBackupsAreRemovedAndOnlyWhenAllIsDone() {
    Path others = Checkpoint.of("x", Variable.of(1f)).save(temp.resolve("ckpt"));
    train(data -> data, new BackupAndRestore(temp));
    assertEquals(others, Checkpoint.latestCheckpoint(temp).orElseThrow());

    Callback failing =
        new Callback() {
          @Override
          public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
            if (epoch == 2) {
              throw new IllegalStateException("no more");
            }
          }
        };
    assertThrows(
        IllegalStateException.class,
        () -> train(data -> data, new BackupAndRestore(temp), failing));
    // The last epoch is not over for that callback, and is gone on with.
    assertTrue(Files.exists(temp.resolve("backup-2.index")));
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "1, 6"})
  void readsAgainWhatCannotBeSkipped(int epoch, int step) {
    // Without a shuffle: what the data does in another epoch is its own affair.
    UnaryOperator<Dataset> plain =
        data -> new Plain(Pipeline.of(firstOf(data).x(), firstOf(data).y()).batch(2));
    Outcome whole = train(plain);
    train(plain, new BackupAndRestore(temp), new StopAfter(epoch, Math.min(step, 3)));
    assertEquals(whole, train(plain, new BackupAndRestore(temp)));
  }

  private static Example firstOf(Dataset data) {
    return data.iterator().next();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void modelCheckpointKeepsAllOrTheBest(boolean best) throws Exception {
    ModelCheckpoint callback = new ModelCheckpoint(temp);
    if (best) {
      callback.keepBest("val_loss", CheckpointManager.Best.MIN, 1);
    }
    train(data -> data, callback);
    assertEquals(best ? 1 : 3, CheckpointFolder.at(temp).list().size());
    assertEquals(temp.resolve("ckpt-3"), callback.bestCheckpoint().orElseThrow());
    assertTrue(Files.exists(temp.resolve("ckpt-3.index")));
  }
}
