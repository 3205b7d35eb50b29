package dev.tapedeck.summaries;

/** Memory of the waiting events, and the number of events dropped because it was spent. */
final class QueueBudget {
  long bytes; // of the events that are neither written nor dropped
  long dropped; // number of events dropped since the budget last sufficed

  /**
   * Returns and resets the number of dropped events if at most {@code limit} bytes are taken;
   * otherwise 0.
   */
  long recovered(long limit) {
    long count = bytes <= limit ? dropped : 0;
    dropped -= count;
    return count;
  }
}
