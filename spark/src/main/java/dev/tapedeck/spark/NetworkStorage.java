package dev.tapedeck.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * A folder of a saved stage: its parameters as Spark ML writes them, {@code metadata}, and its
 * model beside them, {@code model.keras} or {@code model.weights.h5}.
 */
final class NetworkStorage {
  private NetworkStorage() {}

  /** Returns a writer of a stage with the file of its model. */
  static MLWriter writer(PredictionParams<?> stage, byte[] file) {
    return new MLWriter() {
      @Override
      public void saveImpl(String folder) {
        Path path = path(folder, stage);
        try (OutputStream out = files(path, sparkSession()).create(path)) {
          out.write(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        // Last, so that a folder with metadata is whole.
        DefaultParamsWriter.saveMetadata(stage, folder, sparkSession());
      }
    };
  }

  /**
   * Returns a reader of stages.
   *
   * @param make makes a stage of its unique name and the file of its model
   */
  static <T extends PredictionParams<T>> MLReader<T> reader(
      Class<T> type, BiFunction<String, byte[], T> make) {
    return new MLReader<T>() {
      @Override
      public T load(String folder) {
        DefaultParamsReader.Metadata metadata =
            DefaultParamsReader.loadMetadata(folder, sparkSession(), type.getName());
        T named = make.apply(metadata.uid(), new byte[0]);
        metadata.getAndSetParams(named, Option.empty());
        Path path = path(folder, named);
        try (InputStream in = files(path, sparkSession()).open(path)) {
          T stage = make.apply(metadata.uid(), in.readAllBytes());
          metadata.getAndSetParams(stage, Option.empty());
          return stage;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static Path path(String folder, PredictionParams<?> stage) {
    return new Path(folder, "model" + Network.ending(stage.getOrDefault(stage.factory())));
  }

  private static FileSystem files(Path path, SparkSession spark) throws IOException {
    return path.getFileSystem(spark.sparkContext().hadoopConfiguration());
  }
}
