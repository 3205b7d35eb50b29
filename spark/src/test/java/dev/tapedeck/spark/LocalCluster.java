package dev.tapedeck.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Spark on this machine: in this process, or in processes of its own. */
final class LocalCluster {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private LocalCluster() {}

  /** Returns a session with tasks in this process. */
  static SparkSession threads(int tasks) {
    return builder("local[" + tasks + "]").getOrCreate();
  }

  /** Returns a session with executors, each a process with one task. */
  static SparkSession processes(int executors) throws IOException {
    Path jars = Path.of(System.getenv("SPARK_HOME"), "jars");
    Files.createDirectories(jars);
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
    for (String entry : entries) {
      Path link = jars.resolve(Path.of(entry).getFileName());
      if (entry.endsWith(".jar") && !Files.exists(link)) {
        Files.createSymbolicLink(link, Path.of(entry));
      }
    }
    String own =
        String.join(
            File.pathSeparator, Arrays.stream(entries).filter(e -> !e.endsWith(".jar")).toList());
    return builder("local-cluster[" + executors + ",1,1024]")
        .config("spark.executor.extraClassPath", own)
        .config("spark.executor.memory", "1024m")
        .getOrCreate();
  }

  /** Returns the executors of a session with processes. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(EXECUTOR))
        .toList();
  }

  private static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("tapedeck")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1");
  }
}
