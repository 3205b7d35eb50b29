package dev.tapedeck.checkpoint;

import java.util.List;
import java.util.Locale;

/** The status of a restore, for checks; TensorFlow's {@code CheckpointLoadStatus}. */
public final class RestoreStatus {
  private final CheckpointRestore restore;

  RestoreStatus(CheckpointRestore restore) {
    this.restore = restore;
  }

  /**
   * Checks that every value of the checkpoint has been restored, including those deferred until
   * variables were created.
   *
   * @return this
   * @throws IllegalStateException with the names of the values left
   */
  public RestoreStatus assertConsumed() {
    return require(
        restore.unused(),
        "assertConsumed: no variable has got the value of %s; call the model once, or expectPartial()");
  }

  /**
   * Checks that every variable that exists now has been restored.
   *
   * @return this
   * @throws IllegalStateException with the names of the variables that have no value in the
   *     checkpoint
   */
  public RestoreStatus assertExistingObjectsMatched() {
    return require(
        restore.unmatched(),
        "assertExistingObjectsMatched: the checkpoint has no value for %s; leave it out of the"
            + " objects, or use another checkpoint");
  }

  private RestoreStatus require(List<String> left, String message) {
    if (!left.isEmpty()) {
      String more = left.size() > 20 ? " and " + (left.size() - 20) + " more" : "";
      throw new IllegalStateException(
          String.format(Locale.ROOT, message, left.subList(0, Math.min(left.size(), 20)) + more));
    }
    return this;
  }
}
