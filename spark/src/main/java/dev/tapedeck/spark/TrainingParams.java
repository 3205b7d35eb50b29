package dev.tapedeck.spark;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The parameters of {@link NetworkEstimator} beside those of its model.
 *
 * @param <S> class of the stage, which setters return
 */
@SuppressWarnings("unchecked") // a stage is an S
public interface TrainingParams<S extends TrainingParams<S>> extends PredictionParams<S> {
  /** Parameter: the column of the labels. */
  default Param<String> labelCol() {
    return new Param<>(
        this, "labelCol", "column of labels: numbers, vectors, arrays of numbers or bytes");
  }

  /** Parameter: passes over the data. */
  default IntParam epochs() {
    return new IntParam(this, "epochs", "passes over the data", ParamValidators.gtEq(1));
  }

  /** Parameter: tasks at once. */
  default IntParam workers() {
    return new IntParam(
        this, "workers", "tasks that train at once, a power of two", ParamValidators.gtEq(1));
  }

  /** Parameter: shards of a batch. */
  default IntParam shards() {
    return new IntParam(
        this, "shards", "shards of a batch, a power of two", ParamValidators.gtEq(1));
  }

  /** Parameter: the seed. */
  default LongParam seed() {
    return new LongParam(this, "seed", "seed of the order of rows and of random layers");
  }

  /** Sets the column of the labels; {@code label} by default. */
  default S setLabelCol(String name) {
    return (S) set(labelCol(), name);
  }

  /** Sets the number of passes over the data; 1 by default. */
  default S setEpochs(int number) {
    return (S) set(epochs(), number);
  }

  /** Sets the number of tasks, which the cluster must be able to run at once; 1 by default. */
  default S setWorkers(int number) {
    return (S) set(workers(), number);
  }

  /**
   * Sets the number of shards of a batch, which divides the size of a batch; 8 by default. Results
   * depend on it, and not on the number of workers.
   */
  default S setShards(int number) {
    return (S) set(shards(), number);
  }

  /** Sets the seed; 0 by default. */
  default S setSeed(long number) {
    return (S) set(seed(), number);
  }
}
