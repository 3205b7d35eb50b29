package dev.tapedeck.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class TaskTest {
  @Test
  void namesHoldSizes() {
    assertArrayEquals(new long[] {128, 784, 10}, Task.parse("matmul-128x784x10").shape());
    Task task = Task.parse("mlp-32-512-3");
    assertEquals(32, task.batch());
    assertEquals(512, task.width());
    assertEquals(3, task.depth());
    assertEquals(128, Task.parse("mlp-32").width());
    assertEquals(0, Task.parse("cnn-32").depth());
  }

  @Test
  void productsAreCounted() {
    assertEquals(2.0 * 2 * 3 * 4, Task.parse("matmul-2x3x4").flops());
    assertEquals(
        2.0 * 5 * (2 * 784 * 16 + 3 * 16 * 16 + 3 * 16 * 10), Task.parse("mlp-5-16-2").flops());
  }

  @Test
  void otherNamesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Task.parse("mlp"));
    assertThrows(IllegalArgumentException.class, () -> Task.parse("add-4-4"));
  }
}
