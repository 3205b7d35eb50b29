package dev.tapedeck.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TapedeckWorkTest {
  /** What small tensors share, which comes back when all of them are gone. */
  private static final long CHUNK = 64 << 10;

  @ParameterizedTest
  @CsvSource({
    "EAGER, add-4",
    "EAGER, matmul-2x3x4",
    "EAGER, topk-2x100000",
    "EAGER, chaingrad-100001",
    "EAGER, linear",
    "TRACED, linear",
    "EAGER, momentum-100",
    "EAGER, mlp-4-8-2",
    "TRACED, mlp-4-8-2",
    "EAGER, cnn-2",
    "PREDICT, cnn-2",
    "CALL, cnn-2"
  })
  void aRunGivesBackWhatItMakes(Way way, String task) {
    Work work = TapedeckWork.of(way, Task.parse(task));
    work.body().run();
    work.body().run();
    long before = Memory.stats().live();
    work.body().run();
    assertTrue(Memory.stats().live() <= before + CHUNK);
  }

  @Test
  void fitRunsAnEpoch() {
    Work work = TapedeckWork.of(Way.FIT, Task.parse("mlp-4096-8"));
    work.body().run();
    assertEquals(12, work.steps());
  }
}
