package dev.tapedeck.summaries;

import java.nio.file.Path;

/** The runs of a training, each opened when it is first written to. */
final class Runs implements AutoCloseable {
  private final Path logdir;
  private SummaryWriter train;
  private SummaryWriter validation;

  Runs(Path logdir) {
    this.logdir = logdir;
  }

  SummaryWriter train() {
    train = train == null ? SummaryWriter.open(logdir.resolve("train")) : train;
    return train;
  }

  SummaryWriter validation() {
    validation = validation == null ? SummaryWriter.open(logdir.resolve("validation")) : validation;
    return validation;
  }

  /** Closes what is open; later summaries go to new files. */
  @Override
  public void close() {
    if (train != null) {
      train.close();
    }
    if (validation != null) {
      validation.close();
    }
    train = null;
    validation = null;
  }
}
