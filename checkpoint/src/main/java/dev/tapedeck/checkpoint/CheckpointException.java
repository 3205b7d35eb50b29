package dev.tapedeck.checkpoint;

import java.nio.file.Path;

/**
 * Thrown when a checkpoint is missing, damaged, or not supported; the message names the file and
 * what to do.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes an exception; the message says what is wrong and what to do. */
  public CheckpointException(String message) {
    super(message);
  }

  static CheckpointException damaged(Path file, String how) {
    return new CheckpointException(
        "checkpoint: "
            + file
            + " is damaged: "
            + how
            + "; use an earlier checkpoint, or a fresh copy of this one");
  }
}
