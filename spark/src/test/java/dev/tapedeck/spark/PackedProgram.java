package dev.tapedeck.spark;

import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A user's program, which {@link PackedJarIT} gives to spark-submit. */
public final class PackedProgram {
  private PackedProgram() {}

  /** Trains, predicts, and writes to a file what it finds. */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      List<String> found =
          List.of(
              "jar " + Path.of(jar(NetworkModel.class)).getFileName(),
              "executors " + executors(new JavaSparkContext(spark.sparkContext())),
              "error " + (error(spark) < 0.05 ? "small" : "large"));
      Files.write(Path.of(args[0]), found);
    }
  }

  /** Returns what the executors run on. */
  private static List<String> executors(JavaSparkContext context) {
    return context
        .parallelize(List.of(0, 1), 2)
        .map(
            _ ->
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                    ? Kernels.forOperands().name() + " with vectors"
                    : "without vectors")
        .distinct()
        .collect();
  }

  private static String jar(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  private static double error(SparkSession spark) {
    Model model = new Sequential(Input.of(1), new Dense(1));
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    Dataset<Row> table =
        spark.createDataFrame(
            IntStream.range(0, 64)
                .mapToObj(i -> RowFactory.create(new double[] {i / 32. - 1}, 1 - i / 32.))
                .toList(),
            new StructType()
                .add("features", DataTypes.createArrayType(DataTypes.DoubleType))
                .add("label", DataTypes.DoubleType));
    NetworkEstimator network =
        new NetworkEstimator(model).setOutput("number").setEpochs(60).setWorkers(2);
    return network.fit(table).transform(table).collectAsList().stream()
        .mapToDouble(row -> Math.abs(row.<Double>getAs("prediction") - row.<Double>getAs("label")))
        .max()
        .orElseThrow();
  }
}
