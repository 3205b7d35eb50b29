package dev.tapedeck.spark;

import dev.tapedeck.distributed.ModelFactory;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * An estimator of Spark ML that trains a copy of a compiled model by {@link SparkTraining}.
 *
 * <pre>{@code
 * NetworkEstimator network =
 *     new NetworkEstimator(model).setOutput("class").setEpochs(5).setBatchSize(256).setWorkers(4);
 * PipelineModel fitted = new Pipeline().setStages(new PipelineStage[] {assembler, network}).fit(data);
 * }</pre>
 *
 * <p>{@code SparkTraining} itself has callbacks, checkpoints and inputs of several columns; what it
 * has trained becomes a {@link NetworkModel} by its constructor.
 */
public final class NetworkEstimator extends Estimator<NetworkModel>
    implements TrainingParams<NetworkEstimator>, MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final byte[] file;

  NetworkEstimator(String uid, byte[] file) {
    this.uid = uid;
    this.file = file;
    NetworkDefaults.set(this);
  }

  /**
   * Makes an estimator of a compiled model, with whose present weights each training begins.
   *
   * @throws IllegalArgumentException if the model does not know its inputs, or {@code .keras} files
   *     cannot hold it
   */
  public NetworkEstimator(Model model) {
    this(Identifiable.randomUID("network"), Network.of(model, "").file());
  }

  /** Returns an estimator of the compiled model in a {@code .keras} file, such as Keras wrote. */
  public static NetworkEstimator ofFile(String path) {
    return new NetworkEstimator(KerasFiles.load(Path.of(path)));
  }

  /**
   * Returns an estimator of the model that a factory makes, for classes of one's own: a public
   * class with a public constructor without arguments. The model knows its inputs.
   */
  public static NetworkEstimator of(Class<? extends ModelFactory> factory) {
    NetworkEstimator made = new NetworkEstimator(Identifiable.randomUID("network"), new byte[0]);
    return (NetworkEstimator) made.set(made.factory(), factory.getName());
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * Trains a copy of the model on a table. Trainings of one process take turns. If a row has a null
   * in a column that is read, Spark's job fails and names the column.
   *
   * @throws IllegalArgumentException if a column is missing or has no numbers
   */
  @Override
  public NetworkModel fit(Dataset<?> table) {
    StructType _ = transformSchema(table.schema());
    Dataset<Row> rows =
        table.select(
            Stream.of(getOrDefault(featuresCol()), getOrDefault(labelCol()))
                .distinct()
                .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
                .toArray(Column[]::new));
    // They are read more than once, and are what the stages before make of a table.
    Dataset<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      synchronized (NetworkEstimator.class) {
        return trained(kept);
      }
    } finally {
      Dataset<Row> _ = kept.unpersist();
    }
  }

  private NetworkModel trained(Dataset<Row> rows) {
    String made = getOrDefault(factory());
    Network network = new Network(file, made);
    Beginning before = Beginning.of(List.of());
    try {
      RandomKey.seed((long) getOrDefault(seed()));
      Model model = network.get();
      History history =
          new SparkTraining(rows.sparkSession(), (int) getOrDefault(workers()))
              .shards((int) getOrDefault(shards()))
              .replicas(network)
              .fit(
                  model,
                  rows,
                  NetworkColumns.of(this).read(model, getOrDefault(labelCol())),
                  (int) getOrDefault(batchSize()),
                  FitOptions.epochs((int) getOrDefault(epochs())).verbosity(Verbosity.SILENT));
      NetworkModel fitted =
          new NetworkModel(uid, Network.of(model, made).file(), history.history());
      return copyValues(fitted, ParamMap.empty()).setParent(this);
    } finally {
      before.restore();
    }
  }

  @Override
  public StructType transformSchema(StructType table) {
    NetworkColumns columns = NetworkColumns.of(this);
    columns.requireNumbers(table, getOrDefault(labelCol()), "setLabelCol");
    return columns.added(table);
  }

  @Override
  public NetworkEstimator copy(ParamMap extra) {
    return copyValues(new NetworkEstimator(uid, file), extra);
  }

  @Override
  public MLWriter write() {
    return NetworkStorage.writer(this, file);
  }

  /** Returns a reader of saved estimators. */
  public static MLReader<NetworkEstimator> read() {
    return NetworkStorage.reader(NetworkEstimator.class, NetworkEstimator::new);
  }

  /** Returns a saved estimator. */
  public static NetworkEstimator load(String path) {
    return read().load(path);
  }
}
