package dev.tapedeck.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** How processes are started; from the project's folder. */
final class Launch {
  static final Path TARGET = Path.of("benchmarks/target");
  static final Path SCRIPTS = Path.of("benchmarks/src/main/python");

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

  /** Returns what the build knows under a name. */
  static String build(String name) {
    return BUILD.getProperty(name);
  }

  /** Returns how a way is started, with so many threads. */
  static ProcessBuilder of(Way way, int threads, String... arguments) {
    List<String> command = new ArrayList<>();
    if (way.main() == null) {
      command.add(python());
      command.add(SCRIPTS.resolve("peers.py").toString());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(build("flags").split("\\s+")));
      command.add("-XX:ActiveProcessorCount=" + threads);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), way.main()));
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().remove("OMP_WAIT_POLICY");
    if (way.isOurs()) {
      builder.environment().put("OMP_WAIT_POLICY", "passive"); // as the launcher has it
    }
    return builder;
  }

  static String python() {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (python == null) {
      throw new IllegalStateException(
          "benchmarks: TAPEDECK_PYTHON must name a Python with TensorFlow, Keras and PyTorch;"
              + " benchmarks/run makes one");
    }
    return python;
  }
}
