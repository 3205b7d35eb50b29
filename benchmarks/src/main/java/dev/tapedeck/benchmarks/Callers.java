package dev.tapedeck.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Predictions that many threads ask for at once: a million requests to one process. */
final class Callers {
  /** The word with which a worker process runs this in place of rounds. */
  static final String WORD = "callers";

  private static final int THREADS = 8;
  private static final int REQUESTS = 1_000_000;
  private static final int WARM_UP = 100_000;
  private static final List<String> FIGURES =
      List.of(
          "p50 of the first tenth, us",
          "p99 of the first tenth, us",
          "p50 of the last tenth, us",
          "p99 of the last tenth, us",
          "all, s");

  private Callers() {}

  /** Makes the requests, and prints the figures. */
  static void run(Runnable request) {
    all(WARM_UP, request);
    long begin = System.nanoTime();
    long[][] times = all(REQUESTS, request);
    double seconds = (System.nanoTime() - begin) / 1e9;
    int tenth = times[0].length / 10;
    long[] first = sorted(times, 0, tenth);
    long[] last = sorted(times, times[0].length - tenth, times[0].length);
    System.out.printf(
        Locale.ROOT,
        WORD + " %.3f %.3f %.3f %.3f %.3f%n",
        first[first.length / 2] / 1e3,
        first[first.length * 99 / 100] / 1e3,
        last[last.length / 2] / 1e3,
        last[last.length * 99 / 100] / 1e3,
        seconds);
  }

  /** Returns the nanoseconds of each thread's requests. */
  private static long[][] all(int requests, Runnable request) {
    long[][] times = new long[THREADS][requests / THREADS];
    List<Thread> threads =
        Arrays.stream(times)
            .map(own -> Thread.ofPlatform().start(() -> ask(own, request)))
            .toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return times;
  }

  private static void ask(long[] times, Runnable request) {
    long last = System.nanoTime();
    for (int i = 0; i < times.length; i++) {
      request.run();
      long now = System.nanoTime();
      times[i] = now - last;
      last = now;
    }
  }

  private static long[] sorted(long[][] times, int from, int to) {
    return Arrays.stream(times)
        .flatMapToLong(own -> Arrays.stream(own, from, to))
        .sorted()
        .toArray();
  }

  /** Measures ours and ONNX Runtime's Java API, and returns a Markdown table. */
  static Table table() {
    Table table = new Table("work", "figure", "ours", "ONNX Runtime, Java", "ratio");
    for (String task : List.of("mlp-1", "cnn-1")) {
      double[] ours = measure(Way.PREDICT, task);
      double[] theirs = measure(Way.ORT, task);
      for (int i = 0; i < FIGURES.size(); i++) {
        String work = task + ", " + THREADS + " callers";
        table.row(work, FIGURES.get(i), ours[i], theirs[i], ours[i] / theirs[i]);
      }
    }
    return table;
  }

  private static double[] measure(Way way, String task) {
    Path log = Launch.log(task + "-" + WORD + "-" + way.name().toLowerCase(Locale.ROOT));
    Machine.noteOthers();
    try {
      Process process =
          Launch.of(way, InterleavedTiming.THREADS, way.name(), task, WORD)
              .redirectError(log.toFile())
              .start();
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        return out.lines()
            .filter(line -> line.startsWith(WORD + " "))
            .map(line -> line.split(" ", -1))
            .map(line -> Arrays.stream(line).skip(1).mapToDouble(Double::parseDouble).toArray())
            .findFirst()
            .orElseGet(
                () -> {
                  System.err.printf(Locale.ROOT, "no answer from a process; see %s%n", log);
                  return IntStream.range(0, FIGURES.size()).mapToDouble(_ -> Double.NaN).toArray();
                });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
