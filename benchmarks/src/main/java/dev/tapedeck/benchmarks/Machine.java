package dev.tapedeck.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The machine that the measurements run on. */
final class Machine {
  /** Load of an idle system. */
  private static final double QUIET = 0.05;

  private static double othersLoad;

  private Machine() {}

  /** Returns a line with date, machine and versions, for below a table. */
  static String description() {
    return String.format(
        Locale.ROOT,
        "%s, %s, %d cores, %.0f GiB; JDK %s, Tapedeck %s; %s, DJL %s, DL4J %s%n",
        LocalDate.now(ZoneOffset.UTC),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        system().getTotalMemorySize() / 0x1p30,
        Runtime.version(),
        commit(),
        output(Launch.python(), Launch.SCRIPTS.resolve("peers.py").toString(), "versions"),
        Launch.build("djl"),
        Launch.build("dl4j"));
  }

  private static String commit() {
    boolean changed =
        !output("git", "status", "--porcelain", "--", ":!docs/benchmarks.md", ":!docs/scaling.md")
            .isEmpty();
    return output("git", "rev-parse", "--short", "HEAD") + (changed ? " with changes" : "");
  }

  private static OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 2))
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // not Linux
    }
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the processor time of all threads of this process so far. */
  static double processorSeconds() {
    return system().getProcessCpuTime() / 1e9;
  }

  /** Measures how much of the processor other programs use while all of ours wait. */
  static void noteOthers() {
    system().getCpuLoad();
    LockSupport.parkNanos(300_000_000);
    double load = system().getCpuLoad();
    if (load > QUIET) {
      System.err.printf(Locale.ROOT, "other programs use %.0f %% of the processor%n", 100 * load);
    }
    othersLoad = Math.max(othersLoad, load);
  }

  /** Returns and clears a warning that other programs disturbed the times; empty if none did. */
  static String others() {
    double most = othersLoad;
    othersLoad = 0;
    return most <= QUIET
        ? ""
        : String.format(
            Locale.ROOT,
            "%nSpoilt by other programs, which used up to %.0f %% of the processor.%n",
            100 * most);
  }

  /**
   * Returns the resident memory of a process in MiB; NaN if Linux's {@code /proc} does not have it.
   */
  static double residentMemory(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
