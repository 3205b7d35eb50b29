package dev.tapedeck.spark;

import java.util.List;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/**
 * The parameters of {@link NetworkEstimator} and of {@link NetworkModel}.
 *
 * @param <S> class of the stage, which setters return
 */
@SuppressWarnings("unchecked") // a stage is an S
public interface PredictionParams<S extends PredictionParams<S>> extends Params {
  /** The prediction is the vector of all outputs. */
  String VECTOR = "vector";

  /** The prediction is the one output. */
  String NUMBER = "number";

  /** The prediction is the number of the greatest output, and labels are numbers of classes. */
  String CLASS = "class";

  /** Parameter: the column of the inputs. */
  default Param<String> featuresCol() {
    return new Param<>(
        this, "featuresCol", "column of vectors, numbers, arrays of numbers or bytes");
  }

  /** Parameter: the column of the predictions. */
  default Param<String> predictionCol() {
    return new Param<>(this, "predictionCol", "column that predictions are added as");
  }

  /** Parameter: the column of all outputs. */
  default Param<String> rawPredictionCol() {
    return new Param<>(
        this, "rawPredictionCol", "column that the vectors of all outputs are added as; or empty");
  }

  /** Parameter: what the prediction is. */
  default Param<String> output() {
    return new Param<>(
        this,
        "output",
        "what the prediction is: vector, of all outputs; number, the one output; class, the number"
            + " of the greatest output",
        ParamValidators.inArray(List.of(VECTOR, NUMBER, CLASS)));
  }

  /** Parameter: rows of a batch. */
  default IntParam batchSize() {
    return new IntParam(
        this, "batchSize", "rows of a batch, over all workers", ParamValidators.gtEq(1));
  }

  /** Parameter: what makes a model that {@code .keras} files cannot hold. */
  default Param<String> factory() {
    return new Param<>(
        this,
        "factory",
        "name of a public class that implements ModelFactory and makes the model; or empty");
  }

  /** Sets the column of the inputs; {@code features} by default. */
  default S setFeaturesCol(String name) {
    return (S) set(featuresCol(), name);
  }

  /** Sets the column of the predictions; {@code prediction} by default. */
  default S setPredictionCol(String name) {
    return (S) set(predictionCol(), name);
  }

  /** Sets the column of the vectors of all outputs; empty, the default, for none. */
  default S setRawPredictionCol(String name) {
    return (S) set(rawPredictionCol(), name);
  }

  /** Sets what a prediction is: {@link #VECTOR}, the default, {@link #NUMBER} or {@link #CLASS}. */
  default S setOutput(String kind) {
    return (S) set(output(), kind);
  }

  /** Sets the number of rows of a batch; 32 by default. */
  default S setBatchSize(int rows) {
    return (S) set(batchSize(), rows);
  }
}
