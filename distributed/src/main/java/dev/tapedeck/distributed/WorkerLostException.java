package dev.tapedeck.distributed;

/**
 * The error of a training whose worker is gone or does not answer; a training that is resumed from
 * its last checkpoint ends with the same weights.
 */
public final class WorkerLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes an error; the cause may be null. */
  public WorkerLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
