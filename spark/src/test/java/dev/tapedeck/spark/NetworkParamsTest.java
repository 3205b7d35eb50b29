package dev.tapedeck.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Parameters and schemas, which need no Spark that runs. */
class NetworkParamsTest {
  private static final StructType TABLE =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("pixels", DataTypes.BinaryType)
          .add("list", DataTypes.createArrayType(DataTypes.FloatType))
          .add("words", DataTypes.createArrayType(DataTypes.StringType))
          .add("text", DataTypes.StringType)
          .add("label", DataTypes.IntegerType);

  private static Model model() {
    Model model = new Sequential(Input.of(2), new Dense(1));
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    return model;
  }

  private static void assertRefused(String message, Runnable action) {
    String actual = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(actual.contains(message), actual);
  }

  @Test
  void addedColumnsHaveTypes() {
    NetworkModel stage = new NetworkModel(model());
    assertEquals(SQLDataTypes.VectorType(), type(stage, "prediction"));
    assertEquals(DataTypes.DoubleType, type(stage.setOutput("number"), "prediction"));
    stage.setOutput("class").setPredictionCol("kind").setRawPredictionCol("outputs");
    assertEquals(DataTypes.DoubleType, type(stage, "kind"));
    assertEquals(SQLDataTypes.VectorType(), type(stage, "outputs"));
    assertEquals(TABLE.size() + 2, stage.transformSchema(TABLE).size());
  }

  private static DataType type(NetworkModel stage, String column) {
    return stage.transformSchema(TABLE).apply(column).dataType();
  }

  @Test
  void columnsOfNumbersAreTaken() {
    for (String column : List.of("features", "pixels", "list", "label")) {
      NetworkModel stage = new NetworkModel(model()).setFeaturesCol(column);
      assertEquals(TABLE.size() + 1, stage.transformSchema(TABLE).size());
    }
  }

  @Test
  void otherColumnsAreRefused() {
    NetworkEstimator stage = new NetworkEstimator(model());
    assertRefused("StringIndexer", () -> stage.setFeaturesCol("text").transformSchema(TABLE));
    assertRefused("array<string>", () -> stage.setFeaturesCol("words").transformSchema(TABLE));
    assertRefused(
        "needs the column \"size\", received columns [features",
        () -> stage.setFeaturesCol("size").transformSchema(TABLE));
    stage.setFeaturesCol("features");
    assertRefused("setLabelCol", () -> stage.setLabelCol("y").transformSchema(TABLE));
    stage.setLabelCol("label");
    assertRefused("setPredictionCol", () -> stage.setPredictionCol("label").transformSchema(TABLE));
    stage.setPredictionCol("same").setRawPredictionCol("same");
    assertRefused("setRawPredictionCol", () -> stage.transformSchema(TABLE));
  }

  @Test
  void otherValuesAreRefused() {
    NetworkEstimator stage = new NetworkEstimator(model());
    assertRefused("output given invalid value classes", () -> stage.setOutput("classes"));
    assertRefused("batchSize", () -> stage.setBatchSize(0));
    assertRefused(
        "begin a Sequential with Input", () -> new NetworkEstimator(new Sequential(new Dense(1))));
    assertRefused(
        "java.lang.String is no factory",
        () -> new Network(new byte[0], String.class.getName()).get());
    assertRefused("Missing is no factory", () -> new Network(new byte[0], "Missing").get());
  }

  @Test
  void copiesHaveTheParameters() {
    NetworkEstimator stage = new NetworkEstimator(model()).setEpochs(3).setWorkers(2);
    NetworkEstimator copy = stage.copy(new ParamMap().put(stage.epochs().w(4)));
    assertEquals(stage.uid(), copy.uid());
    assertEquals(3, stage.getOrDefault(stage.epochs()));
    assertEquals(4, copy.getOrDefault(copy.epochs()));
    assertEquals(2, copy.getOrDefault(copy.workers()));
    assertEquals(
        List.of(
            "batchSize",
            "epochs",
            "factory",
            "featuresCol",
            "labelCol",
            "output",
            "predictionCol",
            "rawPredictionCol",
            "seed",
            "shards",
            "workers"),
        Arrays.stream(stage.params()).map(Param::name).toList());
    assertTrue(
        stage.explainParams().contains("epochs: passes over the data (default: 1, current: 3)"));
  }
}
