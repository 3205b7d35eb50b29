package dev.tapedeck.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline of Spark ML's stages and a network. */
class NetworkPipelineTest {
  private static final List<String> KINDS = List.of("round", "square", "flat");
  private static SparkSession spark;
  private static Dataset<Row> data;
  private static PipelineModel fitted;

  @TempDir private Path folder;

  @BeforeAll
  static void fit() {
    spark = LocalCluster.threads(2);
    data = data();
    fitted = pipeline(network()).fit(data);
  }

  @AfterAll
  static void close() throws IOException {
    spark.close();
  }

  private static Dataset<Row> data() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int kind = random.nextInt(KINDS.size());
      double width = 100 + 20 * random.nextGaussian() + 60 * kind;
      double height = 0.1 + 0.02 * random.nextGaussian() - 0.05 * (kind % 2);
      rows.add(RowFactory.create(i, width, height, KINDS.get(kind)));
    }
    return spark
        .createDataFrame(
            rows,
            new StructType()
                .add("id", DataTypes.IntegerType)
                .add("width", DataTypes.DoubleType)
                .add("height", DataTypes.DoubleType)
                .add("kind", DataTypes.StringType))
        .repartition(3);
  }

  private static Model model() {
    RandomKey.seed(5);
    Model model =
        new Sequential(
            Input.of(2), new Dense(16, Activations::relu), new Dropout(0.1), new Dense(3));
    model.compile(
        new Adam(0.02),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    return model;
  }

  private static NetworkEstimator network() {
    return new NetworkEstimator(model())
        .setOutput(PredictionParams.CLASS)
        .setRawPredictionCol("raw")
        .setEpochs(10)
        .setWorkers(2)
        .setSeed(7);
  }

  private static Pipeline pipeline(NetworkEstimator network) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer().setInputCol("kind").setOutputCol("label"),
              new VectorAssembler()
                  .setInputCols(new String[] {"width", "height"})
                  .setOutputCol("sizes"),
              new StandardScaler().setWithMean(true).setInputCol("sizes").setOutputCol("features"),
              network
            });
  }

  private static NetworkModel trained(PipelineModel pipeline) {
    return (NetworkModel) pipeline.stages()[3];
  }

  private static List<Row> predictions(PipelineModel pipeline) {
    return pipeline.transform(data).select("id", "prediction", "raw").orderBy("id").collectAsList();
  }

  @Test
  void aPipelineLearns() {
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(fitted.transform(data));
    assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    List<Double> loss = trained(fitted).history().get("loss");
    assertEquals(10, loss.size());
    assertTrue(loss.getLast() < loss.getFirst());
  }

  @Test
  void savedPipelinesPredictTheSame() throws IOException {
    String path = folder.resolve("fitted").toString();
    fitted.save(path);
    PipelineModel loaded = PipelineModel.load(path);
    assertEquals(predictions(fitted), predictions(loaded));
    // With the optimizer's state, a training goes on from it.
    assertEquals(
        trained(fitted).model().optimizer().iterations().value().item(),
        trained(loaded).model().optimizer().iterations().value().item());
  }

  @Test
  void savedPipelinesTrainTheSame() throws IOException {
    String path = folder.resolve("pipeline").toString();
    pipeline(network()).save(path);
    assertEquals(predictions(fitted), predictions(Pipeline.load(path).fit(data)));
  }

  @Test
  void trainingsDependOnSeedAndEpochsAndNotOnWorkersOrWhatElseDraws() {
    NetworkEstimator network = network();
    Dataset<Row> features =
        new PipelineModel("features", Arrays.copyOf(fitted.stages(), 3)).transform(data);
    RandomKey.seed(99);
    double[] one = weights(network.setWorkers(1).fit(features));
    assertEquals(RandomKey.of(99), RandomKey.next(), "the process's keys are as before");
    assertEquals(list(weights(trained(fitted))), list(one));
    double[] other = weights(network.fit(features, new ParamMap().put(network.seed().w(8))));
    assertNotEquals(list(one), list(other));
    assertEquals(7L, network.getOrDefault(network.seed()));
  }

  private static double[] weights(NetworkModel model) {
    return model.model().variables().getFirst().value().toDoubleArray();
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  @Test
  void numbersOfClassesBecomeTheirNames() {
    Dataset<Row> names =
        new IndexToString()
            .setInputCol("prediction")
            .setOutputCol("name")
            .setLabels(((StringIndexerModel) fitted.stages()[0]).labelsArray()[0])
            .transform(fitted.transform(data));
    assertTrue(names.filter("name = kind").count() > 270);
  }

  @Test
  void tablesWithPredictionsAreReadWithoutTapedeck() {
    String path = folder.resolve("predictions").toString();
    fitted.transform(data).write().parquet(path);
    Dataset<Row> read = spark.newSession().read().parquet(path);
    assertEquals(
        predictions(fitted), read.select("id", "prediction", "raw").orderBy("id").collectAsList());
  }
}
