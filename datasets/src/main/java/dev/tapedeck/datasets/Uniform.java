package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;

/** Random numbers from 0 to 1, without it, that a step draws in a pass. */
final class Uniform {
  private static final int STEPS = 1 << 30;

  private final RandomKey key;
  private long drawn;

  Uniform(RandomKey step, RandomKey pass) {
    key = step.foldIn(pass.seed()).foldIn(pass.stream());
  }

  double next() {
    return (double) key.number(drawn++, STEPS) / STEPS;
  }
}
