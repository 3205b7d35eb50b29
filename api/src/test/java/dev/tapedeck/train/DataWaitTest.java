package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The share of an epoch's time that is spent on its data. */
class DataWaitTest {
  private static final long SECOND = 1_000_000_000;

  private long now;

  private int take(long nanos) {
    now += nanos;
    return 1;
  }

  private double epoch(DataWait wait, int steps, long data, long step) {
    wait.beginEpoch();
    for (int i = 0; i < steps; i++) {
      wait.during(() -> take(data));
      take(step);
      wait.endStep();
    }
    return wait.endSteps();
  }

  @Test
  void isOfTheStepsAfterTheFirst() {
    DataWait wait = new DataWait(() -> now);
    assertEquals(0.25, epoch(wait, 5, SECOND, 3 * SECOND));
    wait.beginEpoch();
    wait.during(() -> take(100 * SECOND));
    wait.endStep();
    wait.during(() -> take(SECOND));
    take(SECOND);
    wait.endStep();
    assertEquals(0.5, wait.endSteps());
  }

  @Test
  void isNothingOfAShortEpoch() {
    DataWait wait = new DataWait(() -> now);
    assertEquals(0, epoch(wait, 9, SECOND / 20, SECOND / 20));
    assertEquals(0, epoch(wait, 1, SECOND, SECOND));
    assertEquals(0, epoch(wait, 0, SECOND, SECOND));
    assertEquals(0.5, epoch(wait, 11, SECOND / 20, SECOND / 20));
  }
}
