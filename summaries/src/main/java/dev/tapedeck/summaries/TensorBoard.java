package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Callback that records a training for TensorBoard, in Keras's layout: the runs {@code train} and
 * {@code validation} below a folder.
 *
 * <pre>{@code
 * TensorBoard board = new TensorBoard(Path.of("runs/1")).histogramsEvery(1).samples(test.batch(8));
 * model.fit(train, FitOptions.epochs(5).validation(validation).callback(board));
 * }</pre>
 *
 * <p>After each epoch it records {@code epoch_loss}, {@code epoch_<metric>} and {@code
 * epoch_learning_rate} at the epoch's number, and {@code evaluation_<metric>_vs_iterations} at the
 * number of training steps; after the first step, the graph of the model's layers. The methods
 * below add more.
 *
 * <p>A training that {@code BackupAndRestore} resumes is shown as if it had not been interrupted,
 * if the folder is the same: events after the checkpoint are removed. A training that starts from
 * the beginning in a folder with the logs of an earlier one is warned of: TensorBoard hides those,
 * other readers show both as one curve.
 *
 * <p>What cannot be recorded, such as the graph of a model that fails on zeros, is left out with
 * one warning; the training goes on. Files are closed at its end.
 */
public final class TensorBoard implements Callback, AutoCloseable {
  private static final Logger LOG = Loggers.of(TensorBoard.class);

  private final Path logdir;
  private final RunWriters runs;
  private final List<Callback> parts = new ArrayList<>();
  private int batchScalarsEvery;
  private int histogramsEvery;
  private int gradientNormsEvery;
  private boolean graph = true;
  private boolean stepsPerSecond;
  private SamplePredictions samples;
  private boolean recordsNorms;
  private boolean isBeginning;
  private boolean wasUsed;

  /**
   * Opens the run {@code train} below a folder, which is created if missing.
   *
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public TensorBoard(Path logdir) {
    this.logdir = Objects.requireNonNull(logdir, "TensorBoard: the logdir is null");
    runs = new RunWriters(logdir);
    try {
      Path train = Files.createDirectories(logdir.resolve("train"));
      if (!Files.isWritable(train)) {
        throw new AccessDeniedException(train.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "TensorBoard: cannot write to " + logdir.toAbsolutePath() + "; choose another folder", e);
    }
  }

  /**
   * Returns the writer of a run below the folder, for more summaries of the training; it may be
   * used from the first epoch on and is closed at the end.
   *
   * @param name such as {@code validation}; empty for the folder itself
   * @throws IllegalArgumentException if the name cannot be that of a folder
   */
  public SummaryWriter run(String name) {
    return runs.run(name);
  }

  /**
   * Records {@code batch_loss} and {@code batch_<metric>}, over the epoch so far, at the training
   * steps divisible by {@code steps}.
   *
   * @return this callback
   * @throws IllegalArgumentException if {@code steps} is less than 1
   */
  public TensorBoard batchScalarsEvery(int steps) {
    batchScalarsEvery = positive("batchScalarsEvery", "steps", steps);
    return this;
  }

  /**
   * Records a histogram of each variable, {@code <path>/histogram}, after the first epoch and every
   * {@code epochs} epochs from there on.
   *
   * @return this callback
   * @throws IllegalArgumentException if {@code epochs} is less than 1
   */
  public TensorBoard histogramsEvery(int epochs) {
    histogramsEvery = positive("histogramsEvery", "epochs", epochs);
    return this;
  }

  /**
   * Records the norm of the gradient of each trainable variable, {@code gradients/<path>}, at the
   * training steps divisible by {@code steps}. Every step then computes the norms, which a model
   * with a {@code trainStep} of its own does not.
   *
   * @return this callback
   * @throws IllegalArgumentException if {@code steps} is less than 1
   */
  public TensorBoard gradientNormsEvery(int steps) {
    gradientNormsEvery = positive("gradientNormsEvery", "steps", steps);
    return this;
  }

  /**
   * Sets whether the graph of the model's layers is recorded; by default it is.
   *
   * @return this callback
   */
  public TensorBoard graph(boolean record) {
    graph = record;
    return this;
  }

  /**
   * Records {@code epoch_steps_per_second} and {@code epoch_examples_per_second} of the training
   * steps, without validation, and the same for {@code batch} if batch scalars are recorded; each
   * batch counts as many examples as the first.
   *
   * @return this callback
   */
  public TensorBoard stepsPerSecond() {
    stepsPerSecond = true;
    return this;
  }

  /**
   * Records, after each epoch, what the model predicts for the first examples of a batch, eight at
   * most: a table of predicted class and probability against the label, and, if the inputs are
   * images, the images in a frame that is green if the class is right and red if it is wrong.
   *
   * <p>The batch is copied.
   *
   * @return this callback
   */
  public TensorBoard samples(Example batch) {
    samples = new SamplePredictions(runs, batch);
    return this;
  }

  /**
   * Records what the model predicts for a dataset's first batch; taking it counts as an iteration.
   *
   * @see #samples(Example)
   * @throws IllegalArgumentException if the dataset is empty
   */
  public TensorBoard samples(Dataset batches) {
    Iterator<Example> iterator = batches.iterator();
    if (!iterator.hasNext()) {
      throw new IllegalArgumentException("TensorBoard.samples: the dataset has no batches");
    }
    return samples(iterator.next());
  }

  private static int positive(String who, String what, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "TensorBoard." + who + ": expected 1 or more " + what + ", received " + count);
    }
    return count;
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    isBeginning = true;
    parts.clear();
    GlobalStep step = new GlobalStep();
    parts.add(step);
    parts.add(new EpochScalars(runs));
    if (batchScalarsEvery > 0) {
      parts.add(new BatchScalars(runs, step, batchScalarsEvery));
    }
    if (stepsPerSecond) {
      parts.add(new StepRates(runs, step, batchScalarsEvery));
    }
    if (histogramsEvery > 0) {
      parts.add(new WeightHistograms(runs, histogramsEvery));
    }
    if (gradientNormsEvery > 0) {
      recordsNorms = !model.recordGradientNorms(true);
      parts.add(new GradientScalars(runs, step, gradientNormsEvery));
    }
    if (graph) {
      parts.add(new ModelGraph(runs));
    }
    if (samples != null) {
      parts.add(samples);
    }
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    if (isBeginning) { // only now, since a checkpoint may have been restored meanwhile
      isBeginning = false;
      begin(model);
    }
    notifyParts(part -> part.onEpochBegin(model, epoch));
  }

  private void begin(Trainable<?, ?> model) {
    Position position = Position.of(model);
    boolean another = wasUsed || (position.equals(Position.START) && GlobalStep.of(model) > 0);
    wasUsed = true;
    if (another) {
      runs.begin(position); // another training of the model in the same process
    } else {
      if (position.equals(Position.START) && runs.haveEarlier()) {
        LOG.warn(
            "TensorBoard: {} has the logs of an earlier training, with which these may be shown as"
                + " one curve; give each training a folder of its own.",
            logdir);
      }
      runs.resume(position);
    }
  }

  @Override
  public void onSave(Trainable<?, ?> model) {
    runs.save(Position.of(model));
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    notifyParts(part -> part.onTrainBatchEnd(model, step, logs));
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (model.progress().epoch() > epoch) { // an interrupted epoch may be resumed
      notifyParts(part -> part.onEpochEnd(model, epoch, logs));
    }
  }

  /** Notifies the parts; one that fails is not notified again. */
  private void notifyParts(Consumer<Callback> event) {
    parts.removeIf(
        part -> {
          try {
            event.accept(part);
            return false;
          } catch (RuntimeException e) {
            LOG.warn(
                "TensorBoard: {} failed ({}) and is left out from here on; training goes on.",
                part.getClass().getSimpleName(),
                e.toString());
            LOG.debug("TensorBoard: where it failed", e);
            return true;
          }
        });
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    if (recordsNorms) {
      recordsNorms = false;
      boolean _ = model.recordGradientNorms(false);
    }
    close();
  }

  /** Closes the files; another training goes to new ones. */
  @Override
  public void close() {
    runs.close();
  }
}
