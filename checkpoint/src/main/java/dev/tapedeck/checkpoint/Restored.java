package dev.tapedeck.checkpoint;

import java.util.List;
import java.util.Locale;

/** What has become of a restore. */
public final class Restored {
  private final Restoration restoration;

  Restored(Restoration restoration) {
    this.restoration = restoration;
  }

  /**
   * Checks that every value of the checkpoint has been restored, also those that waited for
   * variables to be made.
   *
   * @return this
   * @throws IllegalStateException that names the values which are left
   */
  public Restored assertConsumed() {
    return require(
        restoration.unused(),
        "assertConsumed: no variable has got the value of %s; call the model once, or expectPartial()");
  }

  /**
   * Checks that every variable that exists by now has been restored.
   *
   * @return this
   * @throws IllegalStateException that names the variables which have no value in the checkpoint
   */
  public Restored assertExistingObjectsMatched() {
    return require(
        restoration.unmatched(),
        "assertExistingObjectsMatched: the checkpoint has no value for %s; leave it out of the"
            + " objects, or use another checkpoint");
  }

  private Restored require(List<String> left, String message) {
    if (!left.isEmpty()) {
      String more = left.size() > 20 ? " and " + (left.size() - 20) + " more" : "";
      throw new IllegalStateException(
          String.format(Locale.ROOT, message, left.subList(0, Math.min(left.size(), 20)) + more));
    }
    return this;
  }
}
