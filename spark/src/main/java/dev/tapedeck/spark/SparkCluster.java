package dev.tapedeck.spark;

import dev.tapedeck.distributed.Cluster;
import dev.tapedeck.distributed.ShardDatasets;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Trainable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** The cluster of Spark for the command line: its executors get the jars of this process. */
public final class SparkCluster implements Cluster {
  /** For the {@link java.util.ServiceLoader}. */
  public SparkCluster() {}

  @Override
  public boolean has(String master) {
    return master.startsWith("local") || master.startsWith("spark://") || master.equals("yarn");
  }

  @Override
  public History fit(
      String master,
      int workers,
      int shards,
      Trainable<?, ?> model,
      ShardDatasets datasets,
      FitOptions options) {
    SparkSession spark =
        SparkSession.builder()
            .master(master)
            .appName("tapedeck")
            .config("spark.ui.enabled", false)
            .config("spark.log.level", "WARN")
            .config("spark.jars", jars())
            .getOrCreate();
    try {
      return new SparkTraining(spark, workers).shards(shards).fit(model, datasets, options);
    } finally {
      spark.stop();
    }
  }

  /** Returns the jars that are not Spark's own. */
  private static String jars() {
    String home = System.getenv("SPARK_HOME");
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar") && (home == null || !entry.startsWith(home)))
        .map(Path::of)
        .flatMap(SparkCluster::withItsClassPath)
        .map(jar -> jar.toUri().toString())
        .distinct()
        .collect(Collectors.joining(","));
  }

  /** Returns a jar, and those that its manifest names. */
  private static Stream<Path> withItsClassPath(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      String named =
          file.getManifest() == null
              ? null
              : file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      List<String> others = named == null ? List.of() : List.of(named.split(" "));
      return Stream.concat(
          Stream.of(jar), others.stream().map(jar.toAbsolutePath().getParent()::resolve));
    } catch (IOException e) {
      return Stream.of(jar);
    }
  }
}
