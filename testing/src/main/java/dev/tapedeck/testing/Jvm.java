package dev.tapedeck.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Other JVMs, of the tests' classes, to run parts of tests in.
 *
 * @hidden for Tapedeck's own tests
 */
public final class Jvm {
  /** The flag without which kernels are slower ones; with it, a JVM warns on standard error. */
  public static final String VECTORS = "--add-modules=jdk.incubator.vector";

  /** How a process ended, and what it printed on either stream. */
  public record Result(int exit, String output) {}

  private Jvm() {}

  /** Returns a JVM, yet to be started. */
  public static ProcessBuilder of(List<String> flags, Class<?> main, Object... arguments) {
    return of(flags, System.getProperty("java.class.path"), main, arguments);
  }

  /** Returns a JVM that is quick to start, and has no vectors and no logging. */
  public static ProcessBuilder quick(Class<?> main, Object... arguments) {
    String withoutLogback =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("logback"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> flags =
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m");
    return of(flags, withoutLogback, main, arguments);
  }

  private static ProcessBuilder of(
      List<String> flags, String classPath, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dslf4j.internal.verbosity=ERROR"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    return new ProcessBuilder(command);
  }

  /** Runs a process to its end. */
  public static Result run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    return new Result(process.waitFor(), new String(output, StandardCharsets.UTF_8));
  }
}
