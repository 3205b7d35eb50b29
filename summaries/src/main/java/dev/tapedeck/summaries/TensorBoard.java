package dev.tapedeck.summaries;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes what a training reports for TensorBoard, in Keras's layout: the runs {@code train} and
 * {@code validation} below a folder, with {@code epoch_loss}, {@code epoch_<metric>} and, in {@code
 * train}, {@code epoch_learning_rate}, at the number of the epoch.
 *
 * <p>Close it after {@code fit}, or leave that to the end of the training.
 */
public final class TensorBoard implements Callback, AutoCloseable {
  private static final String VALIDATION = "val_";

  private final Path logdir;
  private final SummaryWriter train;
  private SummaryWriter validation;

  /**
   * Opens the run {@code train} below a folder, which is created.
   *
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public TensorBoard(Path logdir) {
    this.logdir = logdir;
    this.train = SummaryWriter.open(logdir.resolve("train"));
  }

  @Override
  public void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {
    logs.forEach((name, value) -> write(name, value, epoch));
    train.scalar("epoch_learning_rate", model.optimizer().learningRate().reading().item(), epoch);
  }

  private void write(String name, double value, int epoch) {
    if (!name.startsWith(VALIDATION)) {
      train.scalar("epoch_" + name, value, epoch);
      return;
    }
    if (validation == null) {
      validation = SummaryWriter.open(logdir.resolve("validation"));
    }
    validation.scalar("epoch_" + name.substring(VALIDATION.length()), value, epoch);
  }

  @Override
  public void onTrainEnd(Model model) {
    close();
  }

  @Override
  public void close() {
    train.close();
    if (validation != null) {
      validation.close();
    }
  }
}
