package dev.tapedeck.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A process that does one task in one way, on request; see {@link Work#serve}. */
final class Worker implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final String[] ready;

  private Worker(Process process, Path log) {
    this.process = process;
    out = process.inputReader(StandardCharsets.UTF_8);
    in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    String answer = answer("ready");
    ready = answer == null ? null : answer.split(" ", -1);
    if (ready == null) {
      System.err.printf(Locale.ROOT, "no answer from a process; see %s%n", log);
    }
  }

  /** Starts a process with a number of threads, and returns when it has warmed up. */
  static Worker start(Way way, Task task, int threads) {
    try {
      Path log = Launch.log(task.text() + "-" + way.name().toLowerCase(Locale.ROOT));
      ProcessBuilder builder = Launch.of(way, threads, way.name(), task.text());
      return new Worker(builder.redirectError(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the times, given those of the best steps. */
  InterleavedTiming.Times times(Round best) {
    return ready == null
        ? new InterleavedTiming.Times(Round.NONE, Double.NaN, Double.NaN)
        : new InterleavedTiming.Times(
            best, Double.parseDouble(ready[0]), Double.parseDouble(ready[1]));
  }

  long pid() {
    return process.pid();
  }

  /** Runs a round of {@code seconds}; without an answer if the process has ended. */
  Round round(double seconds) {
    in.println(seconds);
    String answer = answer("round");
    if (answer == null) {
      return Round.NONE;
    }
    String[] figures = answer.split(" ", -1);
    return new Round(
        Double.parseDouble(figures[0]),
        Double.parseDouble(figures[1]),
        Double.parseDouble(figures[2]));
  }

  private String answer(String word) {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(word + " ")) {
          return line.substring(word.length() + 1);
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
