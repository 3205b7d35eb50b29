package dev.tapedeck.cli;

import dev.tapedeck.distributed.Cluster;
import dev.tapedeck.distributed.DataParallel;
import dev.tapedeck.distributed.ShardDatasets;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that divide each batch of a training among workers. */
final class Workers {
  static final int SHARDS = 8;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--workers",
      paramLabel = "1|2|4|8",
      description =
          "Cut each batch into 8 shards, which so many threads, or with --master executors, compute;"
              + " their number does not change the results.")
  private Integer count;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Run the workers on Spark, of the folder SPARK_HOME: spark://HOST:PORT, yarn, or"
              + " local-cluster[2,1,1024] for processes on this machine.")
  private String master;

  void check(int batch) {
    if (count != null && (count < 1 || count > SHARDS || Integer.bitCount(count) != 1)) {
      throw new ParameterException(
          spec.commandLine(), "--workers must be 1, 2, 4 or 8, received " + count);
    }
    if (count == null && master != null) {
      throw new ParameterException(
          spec.commandLine(), "--master needs --workers, the number of executors to use");
    }
    if (master != null && batch % SHARDS != 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--batch-size must be a multiple of " + SHARDS + " with --master, received " + batch);
    }
  }

  /** Adds what changes the results: whether there are workers, and where their data is read. */
  void addTo(Map<String, Object> settings) {
    if (count != null) {
      settings.put("shards", master == null ? SHARDS : SHARDS + " with their own images");
    }
  }

  /** Trains a model, on workers if there are some. */
  History fit(Trainable<?, ?> model, Dataset batches, ShardDatasets shards, FitOptions options) {
    if (count == null) {
      return model.fit(batches, options);
    }
    return master == null
        ? model.fit(batches, options.distribution(new DataParallel(SHARDS).parallel(count)))
        : cluster().fit(master, count, SHARDS, model, shards, options);
  }

  private Cluster cluster() {
    return Cluster.of(master)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--master "
                        + master
                        + ": nothing here runs it; set SPARK_HOME to a folder of Spark 4.2, and give"
                        + " spark://HOST:PORT, yarn, local[N] or local-cluster[N,1,1024]"));
  }
}
