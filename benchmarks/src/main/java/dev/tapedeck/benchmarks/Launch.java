package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Command lines of the measured processes, started from the project's folder. */
final class Launch {
  static final Path SCRIPTS = Path.of("benchmarks/src/main/python");

  private static final String LARGE = Long.toString(4L << 30);

  private static final Properties BUILD = load();

  private Launch() {}

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Launch.class.getResourceAsStream("build.properties")) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a value that the build has written, by name. */
  static String build(String name) {
    return BUILD.getProperty(name);
  }

  /** Returns the launcher's JVM flags, and those for a number of threads. */
  static List<String> flags(int threads) {
    List<String> flags = new ArrayList<>(List.of(build("flags").split("\\s+", -1)));
    flags.add("-XX:ActiveProcessorCount=" + threads);
    return flags;
  }

  /** Returns the log file of a process, for its other output. */
  static Path log(String name) {
    try {
      return Files.createDirectories(Path.of("benchmarks/target/logs")).resolve(name + ".log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the process of a way, with a number of threads. */
  static ProcessBuilder of(Way way, int threads, String... arguments) {
    List<String> command = new ArrayList<>();
    if (way.main() == null) {
      command.add(python());
      command.add(SCRIPTS.resolve("peers.py").toString());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(flags(threads));
      command.add(way.main());
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().remove("OMP_WAIT_POLICY");
    // ONNX Runtime 1.29 crashes as it is loaded if the command line is longer than 4 KiB.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    if (way == Way.TUNED || way == Way.COMPILED) {
      // Else glibc maps each large result anew, and the kernel clears its pages.
      builder.environment().put("MALLOC_MMAP_THRESHOLD_", LARGE);
      builder.environment().put("MALLOC_TRIM_THRESHOLD_", LARGE);
    }
    if (way.isOurs() || way == Way.DL4J) {
      // As in the launcher; without it DL4J is twenty times slower on two cores.
      builder.environment().put("OMP_WAIT_POLICY", "passive");
    }
    return builder;
  }

  static String python() {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (python == null) {
      throw new IllegalStateException(
          "benchmarks: TAPEDECK_PYTHON must name a Python with TensorFlow, Keras, PyTorch and ONNX Runtime;"
              + " benchmarks/run makes one");
    }
    return python;
  }
}
