package dev.tapedeck.spark;

import dev.tapedeck.distributed.DataParallel;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Model;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class SparkTrainingTest {
  private static final FitOptions EPOCHS =
      FitOptions.epochs(7).verbosity(FitOptions.Verbosity.SILENT); // 56 steps

  private static TrainingCase.Result on(TrainingCase of, SparkSession spark, int workers) {
    Model model = of.model();
    return TrainingCase.result(
        model,
        new SparkTraining(spark, workers)
            .fit(model, TrainingCase.table(spark), of.columns(), TrainingCase.BATCH, EPOCHS));
  }

  @Test
  void tasksOfOneProcessEndWithTheBitsOfOneMachine() throws Exception {
    TrainingCase.Result expected = TrainingCase.MLP.onOneMachine(EPOCHS, new DataParallel(8));
    try (SparkSession spark = LocalCluster.threads(2)) {
      TrainingCase.assertSame(expected, on(TrainingCase.MLP, spark, 1));
      TrainingCase.assertSame(expected, on(TrainingCase.MLP, spark, 2));
      TrainingCase.assertSame(expected, onElements(spark));
    }
  }

  private static TrainingCase.Result onElements(SparkSession spark) {
    Model model = TrainingCase.MLP.model();
    JavaRDD<NumberedRow> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(TrainingCase.rows(), 3);
    return TrainingCase.result(
        model,
        new SparkTraining(spark, 2)
            .fit(
                model,
                rows,
                NumberedRow::features,
                NumberedRow::label,
                TrainingCase.MLP.columns(),
                TrainingCase.BATCH,
                EPOCHS));
  }

  @Test
  void processesEndWithTheBitsOfOneMachine() throws Exception {
    try (SparkSession spark = LocalCluster.processes(2)) {
      for (TrainingCase of : TrainingCase.values()) {
        TrainingCase.Result expected = of.onOneMachine(EPOCHS, new DataParallel(8));
        TrainingCase.assertSame(expected, on(of, spark, 2));
      }
    }
  }
}
