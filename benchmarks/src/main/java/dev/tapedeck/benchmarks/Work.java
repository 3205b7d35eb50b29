package dev.tapedeck.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The work that a process of its own times.
 *
 * @param body one run
 * @param steps number of steps of a run
 * @param runs number of runs between two readings of the clock
 */
record Work(Runnable body, int steps, int runs) {
  private static final double WARM_UP_SECONDS = 10;
  private static final double BLOCK_SECONDS = 0.05;

  /**
   * Warms up, and then times a round for each line of input, which is its duration in seconds.
   *
   * <p>Prints {@code ready F W}: the first run took {@code F} milliseconds, and after {@code W}
   * milliseconds runs took at most a tenth longer than the fastest; and for each round {@code round
   * MEAN MEDIAN P99}, the microseconds of a step.
   */
  void serve() throws IOException {
    long begin = System.nanoTime();
    body.run();
    double first = (System.nanoTime() - begin) / 1e6;
    List<Double> means = new ArrayList<>();
    List<Double> ends = new ArrayList<>();
    do {
      means.add(round(BLOCK_SECONDS).mean());
      ends.add((System.nanoTime() - begin) / 1e6);
    } while (ends.getLast() < WARM_UP_SECONDS * 1e3);
    double best = Collections.min(means);
    int warm = 0;
    while (means.get(warm) > 1.1 * best) {
      warm++;
    }
    say("ready %.3f %.0f", first, ends.get(warm));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Round round = round(Double.parseDouble(line));
      say("round %.4f %.4f %.4f", round.mean(), round.median(), round.p99());
    }
  }

  /** Runs for at least {@code seconds}. */
  private Round round(double seconds) {
    List<Double> times = new ArrayList<>();
    long start = System.nanoTime();
    long last = start;
    do {
      for (int i = 0; i < runs; i++) {
        body.run();
      }
      long now = System.nanoTime();
      times.add((now - last) / 1e3 / runs / steps);
      last = now;
    } while (last - start < seconds * 1e9);
    double mean = (last - start) / 1e3 / runs / steps / times.size();
    Collections.sort(times);
    return new Round(mean, times.get(times.size() / 2), times.get(times.size() * 99 / 100));
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
    System.out.flush();
  }
}
