/**
 * Training on Apache Spark: {@code fit} with workers in the tasks of a cluster.
 *
 * <pre>{@code
 * History history =
 *     new SparkTraining(spark, 4)                       // workers, one task each
 *         .fit(model, data, Columns.of("features", "label"), 256, FitOptions.epochs(5));
 * }</pre>
 *
 * <p>Spark places the workers, and gives them their rows once; tensors go from worker to worker.
 * The model, its optimizer and the callbacks are the same as on one machine, and so are the
 * numbers. {@link dev.tapedeck.spark.NetworkEstimator} is the same in a pipeline of Spark ML.
 */
package dev.tapedeck.spark;
