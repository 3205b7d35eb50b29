package dev.tapedeck.summaries;

/** How much memory events take while they wait, and how many were dropped for want of it. */
final class Room {
  long bytes; // of events that are neither written nor dropped
  long dropped; // events, since there last was enough room

  /** Returns how many were dropped, and forgets them, if not more than a limit is taken now. */
  long recovered(long limit) {
    long count = bytes <= limit ? dropped : 0;
    dropped -= count;
    return count;
  }
}
