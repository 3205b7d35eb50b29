package dev.tapedeck.tensor;

/** Runs code where its thread's stack has little room left. */
public final class Overflow {
  private final int calls;
  private final Runnable action;
  private int above = -1;

  private Overflow(int calls, Runnable action) {
    this.calls = calls;
    this.action = action;
  }

  /**
   * Runs an action so many calls above the end of the stack, and returns whether it overflowed
   * there, which depends on what it needs.
   */
  public static boolean near(int calls, Runnable action) {
    try {
      new Overflow(calls, action).descend();
      return false;
    } catch (StackOverflowError e) {
      return true;
    }
  }

  @SuppressWarnings("InfiniteRecursion") // what it is for
  private void descend() {
    try {
      descend();
    } catch (StackOverflowError e) {
      if (above >= 0) {
        throw e; // the action's
      }
    }
    above++;
    if (above == calls) {
      action.run();
    }
  }
}
