package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.checkpoint.CheckpointManager.Best;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interrupt of the thread that saves or reads changes nothing, and stays set. */
class InterruptedSaveTest {
  @TempDir Path temp;

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static void interrupted(Runnable work) {
    Thread.currentThread().interrupt();
    work.run();
    assertTrue(Thread.interrupted(), "the interrupt is lost");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void checkpointsAreWholeAndListed(boolean asynchronous) {
    Variable x = Variable.of(new float[100_000], "x");
    Checkpoint checkpoint = Checkpoint.of("x", x);
    CheckpointManager manager =
        new CheckpointManager(checkpoint, temp).maxToKeep(2).keepBest(Best.MAX);
    if (asynchronous) {
      manager.asynchronous();
    }
    for (int i = 1; i <= 5; i++) {
      x.assign(i);
      int metric = i;
      interrupted(() -> manager.save(metric));
    }
    interrupted(manager::close);
    interrupted(() -> assertEquals(2, manager.checkpoints().size()));
    x.assign(-1);
    interrupted(() -> assertEquals(temp.resolve("ckpt-5"), manager.restoreLatest().orElseThrow()));
    assertEquals(5, x.value().min().item());
    CheckpointManager fresh = new CheckpointManager(checkpoint, temp).keepBest(Best.MAX);
    interrupted(() -> assertEquals(manager.checkpoints().getLast(), fresh.bestCheckpoint().get()));
    interrupted(() -> checkpoint.save(temp.resolve("other/ckpt")));
    interrupted(() -> assertTrue(Checkpoint.latestCheckpoint(temp.resolve("other")).isPresent()));
  }

  @Test
  void otherFilesAreWhole() {
    Path weights = temp.resolve("w.safetensors");
    interrupted(() -> Safetensors.save(Map.of("a", Tensor.of(3f)), Map.of(), weights));
    interrupted(() -> assertEquals(3, Safetensors.load(weights).get("a").item()));
    ConcreteFunction twice =
        TracedFunction.of("twice", (Tensor x) -> x.mul(2f))
            .concreteFunction(Tensor.of(new float[2]));
    Path function = temp.resolve("twice.tapedeck");
    interrupted(() -> SavedFunction.save(twice, function));
    interrupted(
        () ->
            assertArrayEquals(
                new float[] {2, 4},
                ((Tensor) SavedFunction.load(function).call(Tensor.of(new float[] {1, 2})))
                    .toFloatArray()));
  }

  @Test
  void interruptsAtAnyTimeOfASaveLoseNothing() throws Exception {
    Variable x = Variable.of(new float[300_000], "x");
    Checkpoint checkpoint = Checkpoint.of("x", x);
    CheckpointManager manager = new CheckpointManager(checkpoint, temp).maxToKeep(2);
    Thread saving = Thread.currentThread();
    AtomicBoolean done = new AtomicBoolean();
    Thread interrupting =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    saving.interrupt();
                    Thread.onSpinWait();
                  }
                });
    try {
      for (int i = 1; i <= 20; i++) {
        x.assign(i);
        Path saved = manager.save();
        x.assign(-1);
        assertEquals(Optional.of(saved), manager.restoreLatest());
        assertEquals(i, x.value().max().item());
      }
    } finally {
      done.set(true);
      while (interrupting.isAlive()) {
        Thread.interrupted();
        Thread.onSpinWait();
      }
    }
  }

  /** Tells when steps have been taken. */
  private static final class Signal implements Callback {
    private final CountDownLatch begun = new CountDownLatch(3);

    @Override
    public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
      begun.countDown();
    }
  }

  private static Model compiled() {
    Model model = new Sequential(new Dense(2));
    model.compile(new SGD(0.01), Losses.sparseCategoricalCrossentropy().fromLogits());
    return model;
  }

  private static Pipeline data() {
    Tensor x = Tensor.zeros(DType.FLOAT32, 6400, 4);
    return Pipeline.of(x, Tensor.zeros(DType.INT32, 6400)).batch(8).prefetch(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrainingWhoseThreadIsInterruptedEndsSaved(boolean cancelled) throws Exception {
    Model model = compiled();
    Signal signal = new Signal();
    AtomicBoolean stillSet = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> training =
          executor.submit(
              () -> {
                model.fit(
                    data(),
                    FitOptions.epochs(1_000_000)
                        .verbosity(Verbosity.SILENT)
                        .callback(new BackupAndRestore(temp).saveEvery(5))
                        .callback(signal));
                stillSet.set(Thread.currentThread().isInterrupted());
                ended.countDown();
              });
      signal.begun.await();
      if (cancelled) {
        training.cancel(true);
      } else {
        executor.shutdownNow();
      }
      assertTrue(ended.await(1, TimeUnit.MINUTES), "goes on, or threw");
      if (cancelled) {
        assertThrows(CancellationException.class, training::get);
      }
    }
    assertTrue(stillSet.get());
    assertTrue(model.isStopping());
    List<Path> saved =
        new CheckpointManager(Checkpoint.of("m", model), temp, "backup").checkpoints();
    try (CheckpointReader reader = CheckpointReader.open(saved.getLast())) {
      assertEquals(List.of(), reader.verify());
      assertEquals(model.progress().epoch(), reader.tensor("progress/epoch").item());
      assertEquals((double) model.progress().step(), reader.tensor("progress/step").item());
    }
  }
}
