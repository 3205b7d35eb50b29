package dev.tapedeck.cli;

import dev.tapedeck.testing.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the command line as a process of its own. */
final class Cli {
  /** How a process ended and what it printed. */
  record Result(int exit, String out, String err) {}

  /** What the JVM says of its own accord, of the vectors' module. */
  private static final String WARNING =
      "WARNING: Using incubator modules: jdk.incubator.vector" + System.lineSeparator();

  private Cli() {}

  /** Returns a process yet to be started. */
  static ProcessBuilder builder(String... arguments) {
    return java(Tapedeck.class, arguments);
  }

  /** Returns a JVM of the test's classes, yet to be started. */
  static ProcessBuilder java(Class<?> main, String... arguments) {
    return Jvm.of(List.of(Jvm.VECTORS, "-Xmx1g"), main, (Object[]) arguments);
  }

  /** Returns what Tapedeck wrote to a process's standard error. */
  static String said(Path errors) throws IOException {
    return Files.readString(errors).replace(WARNING, "");
  }

  static Process start(Path errors, String... arguments) throws IOException {
    return interruptible(builder(arguments)).redirectError(errors.toFile()).start();
  }

  /**
   * Lets a process be ended by SIGINT also where that is ignored, as it is by what a script starts
   * in the background: Java leaves it so.
   */
  static ProcessBuilder interruptible(ProcessBuilder builder) {
    if (Files.exists(Path.of("/proc/self"))) { // the env of Linux has the option
      builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    }
    return builder;
  }

  static Result run(Path folder, String... arguments) throws IOException, InterruptedException {
    return run(folder, builder(arguments));
  }

  static Result run(Path folder, ProcessBuilder command) throws IOException, InterruptedException {
    Path errors = folder.resolve("stderr.txt");
    Process process = command.redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("the process did not end: " + command.command());
    }
    return new Result(process.exitValue(), out, said(errors));
  }
}
