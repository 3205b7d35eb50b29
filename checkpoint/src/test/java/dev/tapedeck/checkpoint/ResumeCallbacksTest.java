package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.callbacks.CSVLogger;
import dev.tapedeck.callbacks.EarlyStopping;
import dev.tapedeck.callbacks.LearningRateScheduler;
import dev.tapedeck.callbacks.ReduceLROnPlateau;
import dev.tapedeck.callbacks.SwapEMAWeights;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.MultiOptimizer;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.ScriptedModel;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callbacks of a training that was interrupted and goes on do what they do in one that was not; the
 * logs are prescribed.
 */
class ResumeCallbacksTest {
  private static final float[][] X = {{0}, {0}, {0}};
  private static final int STEPS = 3; // of one row
  private static final List<Double> LOSSES =
      List.of(1.0, 0.5, 0.75, 0.625, 0.375, 0.4375, 0.5, 0.40625, 0.75, 1.5);

  @TempDir Path temp;

  /**
   * What one run of the program did: the rate and the loss of the validation of each complete
   * epoch, its files, its weight.
   */
  private record Run(List<String> epochs, Map<String, String> files, double weight) {}

  private record StopAfter(int epoch, int step) implements Callback {
    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int done, Map<String, Double> logs) {
      if (model.progress().epoch() == epoch && done == step) {
        model.stopTraining();
      }
    }
  }

  private record Recorder(List<String> epochs) implements Callback {
    @Override
    public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
      if (model.progress().epoch() > epoch) {
        double rate = model.optimizer().learningRate().value().item();
        epochs.add(epoch + " " + rate + " " + logs.get("val_loss"));
      }
    }
  }

  private record StopInValidation(int epoch) implements Callback {
    @Override
    public void onTestBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      if (model.progress().epoch() == epoch) {
        model.stopTraining();
      }
    }
  }

  /** Learns that its weight, 1 at first, is to be 0, and keeps an average of it. */
  private static final class Averaged extends Model {
    private final Variable weight = Variable.of(1f, "weight");

    Averaged() {
      compile(
          new SGD(0.0625).momentum(0.5).useEma(true).emaMomentum(0.75), Losses.meanSquaredError());
    }

    @Override
    protected Tensor call(Tensor x) {
      return x.add(weight);
    }
  }

  /** As {@link Averaged}, with an optimizer among several, and a layer that is yet to be built. */
  private static Model unbuilt() {
    Model model = new Sequential(new Dense(1).kernelInitializer(Initializers.ones()));
    Optimizer averaging = new SGD(0.0625).useEma(true).emaMomentum(0.75);
    model.compile(
        new MultiOptimizer(new SGD(0.125), Map.of(".*bias", averaging)),
        (_, outputs) -> Maths.square(outputs.add(1)).mean());
    return model;
  }

  private static Model scripted() {
    Model model =
        new ScriptedModel(LOSSES.stream().map(x -> Map.of("loss", x / 2, "val_loss", x)).toList());
    model.compile(new SGD(0.5));
    return model;
  }

  private Run train(
      Function<Path, ? extends List<? extends Callback>> callbacks, Path folder, Callback... others)
      throws IOException {
    return train(ResumeCallbacksTest::scripted, callbacks, folder, others);
  }

  /** Runs what a fresh process would run. */
  private Run train(
      Supplier<Model> models,
      Function<Path, ? extends List<? extends Callback>> callbacks,
      Path folder,
      Callback... others)
      throws IOException {
    Model model = models.get();
    List<String> epochs = new ArrayList<>();
    Path files = folder.resolve("files");
    Files.createDirectories(files);
    FitOptions options =
        FitOptions.epochs(LOSSES.size())
            .batchSize(1)
            .validation(X, X)
            .verbosity(Verbosity.SILENT)
            .callback(new Recorder(epochs));
    for (Callback callback : callbacks.apply(files)) {
      options = options.callback(callback);
    }
    for (Callback other : others) {
      options = options.callback(other);
    }
    model.fit(X, X, options);
    double weight = model.variables().getLast().memory().item();
    return new Run(epochs, contents(files), weight);
  }

  /** Returns the text of each log, and the weight in each checkpoint. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".csv")) {
          contents.put(name, Files.readString(file));
        } else if (name.endsWith(".index")) {
          Path saved = Path.of(file.toString().replace(".index", ""));
          try (CheckpointReader reader = CheckpointReader.open(saved)) {
            double weight = reader.tensor("model/weight").item();
            contents.put(saved.getFileName().toString(), Double.toString(weight));
          }
        }
      }
    }
    return contents;
  }

  static Stream<Arguments.ArgumentSet> callbacks() {
    return Stream.of(
        row("stops", _ -> List.of(new EarlyStopping().patience(3).restoreBestWeights(true))),
        row("stops late", _ -> List.of(new EarlyStopping().patience(5).restoreBestWeights(true))),
        row("stops without weights", _ -> List.of(new EarlyStopping().patience(2))),
        row(
            "reduces, writes and saves the best",
            folder ->
                List.of(
                    new ReduceLROnPlateau().patience(2).factor(0.5),
                    new CSVLogger(folder.resolve("log.csv")),
                    new ModelCheckpoint(folder.resolve("{epoch:02d}-{val_loss:.2f}"))
                        .saveBestOnly(true))),
        row(
            "halves, rests and saves after steps",
            folder ->
                List.of(
                    new LearningRateScheduler((_, rate) -> rate * 0.5),
                    new ReduceLROnPlateau().patience(1).factor(0.5).cooldown(2),
                    new ModelCheckpoint(folder.resolve("{epoch}-{batch:02d}")).saveFreq(4))),
        argumentSet(
            "evaluates with averages",
            (Supplier<Model>) Averaged::new,
            (Function<Path, List<? extends Callback>>) _ -> List.of(new SwapEMAWeights())),
        argumentSet(
            "saves averages between epochs",
            (Supplier<Model>) Averaged::new,
            (Function<Path, List<? extends Callback>>)
                folder ->
                    List.of(
                        new SwapEMAWeights().swapOnEpoch(true),
                        new ModelCheckpoint(folder.resolve("{epoch}")))));
  }

  private static Arguments.ArgumentSet row(
      String name, Function<Path, List<? extends Callback>> callbacks) {
    return argumentSet(name, (Supplier<Model>) ResumeCallbacksTest::scripted, callbacks);
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void goOnAfterAStop(Supplier<Model> models, Function<Path, List<Callback>> callbacks)
      throws IOException {
    Run whole = train(models, callbacks, temp.resolve("whole"));
    for (Callback stop :
        List.of(
            new StopAfter(0, 0),
            new StopAfter(2, 2),
            new StopAfter(3, 0),
            new StopInValidation(1),
            new StopAfter(7, 1))) {
      Path folder = temp.resolve(stop.toString());
      Path backup = folder.resolve("backup");
      Run first = train(models, callbacks, folder, new BackupAndRestore(backup), stop);
      Run second = train(models, callbacks, folder, new BackupAndRestore(backup));
      List<String> epochs = new ArrayList<>(first.epochs);
      epochs.addAll(second.epochs);
      assertEquals(whole, new Run(epochs, second.files, second.weight), folder::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void goOnFromACheckpointOfAKilledProcess(
      Supplier<Model> models, Function<Path, List<Callback>> callbacks) throws IOException {
    Run whole = train(models, callbacks, temp.resolve("whole"));
    for (int saves :
        new int[] {1, 3, 6, 12}) { // after a step, the last of an epoch, or between epochs
      Path folder = temp.resolve("killed " + saves);
      Path backup = folder.resolve("backup");
      Function<Path, List<Callback>> afterBackup = // restored before the others begin
          files ->
              Stream.concat(
                      Stream.of(new BackupAndRestore(backup).saveEvery(1).keep(100)),
                      callbacks.apply(files).stream())
                  .toList();
      train(models, afterBackup, folder);
      List<Path> all =
          CheckpointFolder.at(backup).list().stream().map(CheckpointFolder.Saved::prefix).toList();
      all.subList(saves, all.size()).forEach(CheckpointFolder.at(backup)::delete);
      Run resumed = train(models, afterBackup, folder);
      int done = whole.epochs.size() - resumed.epochs.size();
      assertEquals(saves / (STEPS + 1), done);
      assertEquals(whole.epochs.subList(done, whole.epochs.size()), resumed.epochs);
      assertEquals(whole.files, resumed.files);
      assertEquals(whole.weight, resumed.weight);
    }
  }

  /** What is saved holds the weights, and the averages that are in place meanwhile beside them. */
  @Test
  void weightsThatAreSwappedAreSavedAsWeights() throws IOException {
    List<String> saved = new ArrayList<>();
    for (List<Callback> swapping :
        List.of(List.<Callback>of(), List.<Callback>of(new SwapEMAWeights().swapOnEpoch(true)))) {
      Path backup = temp.resolve("backup " + swapping.size());
      train(Averaged::new, _ -> swapping, temp, new BackupAndRestore(backup).keep(1));
      try (CheckpointReader reader = CheckpointReader.open(backup)) {
        saved.add(
            reader.tensor("model/weight").item()
                + " "
                + reader.tensor("model/weight/.OPTIMIZER_SLOT/optimizer/average").item());
      }
    }
    assertEquals(saved.getFirst(), saved.getLast());
  }

  /** Also with variables that are made by a first call, of which there is none. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrainingThatWasOverEndsWithTheAverages(boolean lazy) throws IOException {
    Supplier<Model> models = lazy ? ResumeCallbacksTest::unbuilt : Averaged::new;
    Function<Path, List<Callback>> swapping = _ -> List.of(new SwapEMAWeights());
    Path backup = temp.resolve("backup");
    Run whole = train(models, swapping, temp, new BackupAndRestore(backup).keep(1));
    Run ended = train(models, swapping, temp, new BackupAndRestore(backup).keep(1));
    assertEquals(List.of(), ended.epochs);
    assertEquals(whole.weight, ended.weight);
  }

  @Test
  void aTrainingThatWasEndedEndsAtOnce() throws IOException {
    Function<Path, List<Callback>> callback =
        _ -> List.of(new EarlyStopping().restoreBestWeights(true));
    Run whole = train(callback, temp, new BackupAndRestore(temp.resolve("backup")));
    Run again = train(callback, temp, new BackupAndRestore(temp.resolve("backup")));
    assertEquals(List.of(), again.epochs);
    assertEquals(whole.weight, again.weight);
  }

  @Test
  void checkpointsHaveNumbersInTheirNames() throws IOException {
    Path names = temp.resolve("files").resolve("{epoch:02d}-{val_loss:.2f}-{loss:8.1e}");
    ModelCheckpoint saving = new ModelCheckpoint(names).saveBestOnly(true).saveWeightsOnly(true);
    Run run = train(_ -> List.of(saving), temp);
    List<String> saved = List.copyOf(run.files.keySet());
    assertEquals(List.of("01-1.00- 5.0e-01", "02-0.50- 2.5e-01", "05-0.38- 1.9e-01"), saved);
    assertEquals(
        Optional.of(temp.resolve("files").resolve(saved.getLast())), saving.bestCheckpoint());
    ScriptedModel model = new ScriptedModel(List.of());
    Checkpoint.of("model", model).restore(saving.bestCheckpoint().orElseThrow());
    assertEquals(5, model.weight());
  }

  @Test
  void theFirstOfTheBestIsBetterThanTheThreshold() throws IOException {
    Run run =
        train(
            files ->
                List.of(
                    new ModelCheckpoint(files.resolve("{epoch}"))
                        .monitor("loss")
                        .saveBestOnly(true)
                        .initialValueThreshold(0.25)),
            temp);
    assertEquals(List.of("5"), List.copyOf(run.files.keySet()));
  }

  @Test
  void namesThatCannotBePrintedAreRefused() {
    refused(
        "ModelCheckpoint: the name of the file has names of [epoch, loss, val_loss], received"
            + " \"{epoch}-{acc:.2f}\"; use these, or plain text",
        () ->
            train(files -> List.of(new ModelCheckpoint(files.resolve("{epoch}-{acc:.2f}"))), temp));
    refused(
        "ModelCheckpoint: numbers are printed with f or e, received {loss:02d}; write"
            + " {val_loss:.2f}",
        () -> train(files -> List.of(new ModelCheckpoint(files.resolve("{loss:02d}"))), temp));
    refused(
        "ModelCheckpoint: whole numbers are printed with d, received {epoch:.2f}; write"
            + " {epoch:02d}",
        () -> train(files -> List.of(new ModelCheckpoint(files.resolve("{epoch:.2f}"))), temp));
    refused(
        "ModelCheckpoint: maxToKeep is for checkpoints that are numbered in a folder, received"
            + " {epoch}; give a folder, or leave maxToKeep out",
        () -> new ModelCheckpoint(Path.of("{epoch}")).maxToKeep(1));
    refused(
        "ModelCheckpoint: saveFreq is 1 or more steps, received 0; leave it out for epochs",
        () -> new ModelCheckpoint(temp).saveFreq(0));
    refused(
        "ModelCheckpoint: needs \"acc\" in the logs of the epoch, received [loss, val_loss];"
            + " monitor one of them",
        () ->
            train(
                files ->
                    List.of(
                        new ModelCheckpoint(files.resolve("a")).monitor("acc").saveBestOnly(true)),
                temp));
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
