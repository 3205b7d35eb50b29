package dev.tapedeck.spark;

/** The values of parameters that are not set. */
final class NetworkDefaults {
  private static final int BATCH = 32;
  private static final int SHARDS = 8;

  private NetworkDefaults() {}

  static void set(PredictionParams<?> stage) {
    stage.setDefault(stage.featuresCol(), "features");
    stage.setDefault(stage.predictionCol(), "prediction");
    stage.setDefault(stage.rawPredictionCol(), "");
    stage.setDefault(stage.output(), PredictionParams.VECTOR);
    stage.setDefault(stage.batchSize(), BATCH);
    stage.setDefault(stage.factory(), "");
  }

  static void set(TrainingParams<?> stage) {
    set((PredictionParams<?>) stage);
    stage.setDefault(stage.labelCol(), "label");
    stage.setDefault(stage.epochs(), 1);
    stage.setDefault(stage.workers(), 1);
    stage.setDefault(stage.shards(), SHARDS);
    stage.setDefault(stage.seed(), 0L);
  }
}
