package dev.tapedeck.spark;

import dev.tapedeck.keras.CustomObjects;
import dev.tapedeck.keras.KerasFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A transformer of Spark ML that adds a trained model's predictions to a table.
 *
 * <p>The executors compute them, partition by partition in batches, a core for each task; an
 * executor makes the model once.
 */
public final class NetworkModel extends Model<NetworkModel>
    implements PredictionParams<NetworkModel>, MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final byte[] file;
  private final transient Map<String, List<Double>> history;

  NetworkModel(String uid, byte[] file, Map<String, List<Double>> history) {
    this.uid = uid;
    this.file = file;
    this.history = history;
    NetworkDefaults.set(this);
  }

  /** Makes a transformer of a trained model, with its present weights. */
  public NetworkModel(dev.tapedeck.train.Model model) {
    this(Identifiable.randomUID("network"), Network.of(model, "").file(), Map.of());
  }

  /** Returns a transformer of the model in a {@code .keras} file, such as Keras wrote. */
  public static NetworkModel ofFile(String path) {
    return new NetworkModel(KerasFiles.load(Path.of(path), new CustomObjects(), false));
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Returns the trained model, a new copy, with its optimizer's state. */
  public dev.tapedeck.train.Model model() {
    return network().get();
  }

  private Network network() {
    return new Network(file, getOrDefault(factory()));
  }

  /** Returns loss and metrics by epoch; empty for a model that was loaded. */
  public Map<String, List<Double>> history() {
    return history == null ? Map.of() : history; // null for one from another process
  }

  /**
   * Adds the predictions to a table, when it is read.
   *
   * @throws IllegalArgumentException if the column of the inputs is missing or has no numbers, or
   *     an added one is there already
   */
  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    NetworkColumns columns = NetworkColumns.of(this);
    StructType schema = columns.added(table.schema());
    int batch = (int) getOrDefault(batchSize());
    Broadcast<Network> shared =
        JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext()).broadcast(network());
    MapPartitionsFunction<Row, Row> predict =
        rows -> new Predictions(rows, columns, batch, shared.value());
    return table.toDF().mapPartitions(predict, Encoders.row(schema));
  }

  @Override
  public StructType transformSchema(StructType table) {
    return NetworkColumns.of(this).added(table);
  }

  @Override
  public NetworkModel copy(ParamMap extra) {
    return copyValues(new NetworkModel(uid, file, history), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return NetworkStorage.writer(this, file);
  }

  /** Returns a reader of saved models. */
  public static MLReader<NetworkModel> read() {
    return NetworkStorage.reader(
        NetworkModel.class, (uid, file) -> new NetworkModel(uid, file, Map.of()));
  }

  /** Returns a saved model. */
  public static NetworkModel load(String path) {
    return read().load(path);
  }
}
