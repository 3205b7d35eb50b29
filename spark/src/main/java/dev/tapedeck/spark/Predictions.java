package dev.tapedeck.spark;

import dev.tapedeck.ops.kernels.OneThread;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The rows of a partition with their predictions, which are computed a batch at a time. */
final class Predictions implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final NetworkColumns columns;
  private final int batch;
  private final Network network;
  private final Queue<Row> done = new ArrayDeque<>();

  Predictions(Iterator<Row> rows, NetworkColumns columns, int batch, Network network) {
    this.rows = rows;
    this.columns = columns;
    this.batch = batch;
    this.network = network;
  }

  @Override
  public boolean hasNext() {
    return !done.isEmpty() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (done.isEmpty()) {
      predict();
    }
    return done.remove();
  }

  private void predict() {
    List<Row> some = new ArrayList<>();
    while (some.size() < batch && rows.hasNext()) {
      some.add(rows.next());
    }
    float[] outputs = outputs(some);
    int width = outputs.length / some.size();
    for (int i = 0; i < some.size(); i++) {
      done.add(with(some.get(i), Arrays.copyOfRange(outputs, i * width, (i + 1) * width)));
    }
  }

  private float[] outputs(List<Row> some) {
    Model model = network.shared();
    List<NumberedRow> inputs = new ArrayList<>();
    for (Row row : some) {
      inputs.add(new NumberedRow(0, RowReader.numbers(row, List.of(columns.features())), null));
    }
    try (Scope _ = new Scope()) {
      Object x = NumberedRow.example(inputs, columns.read(model, null)).inputs();
      // A task has one core, and others have theirs.
      Tensor y = OneThread.run(() -> model.predictOnBatch(x));
      return y.toFloatArray();
    }
  }

  private Row with(Row row, float[] outputs) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.get(i));
    }
    double[] vector = new double[outputs.length];
    Arrays.setAll(vector, i -> outputs[i]);
    values.add(
        switch (columns.output()) {
          case PredictionParams.NUMBER -> number(vector);
          case PredictionParams.CLASS -> greatest(vector);
          default -> Vectors.dense(vector);
        });
    if (!columns.raw().isEmpty()) {
      values.add(Vectors.dense(vector));
    }
    return RowFactory.create(values.toArray());
  }

  private double number(double[] outputs) {
    if (outputs.length != 1) {
      throw Refusal.of(
          columns.who(),
          "needs a model of one output for the prediction \"number\"",
          outputs.length + " outputs",
          "call setOutput(\"vector\") or setOutput(\"class\")");
    }
    return outputs[0];
  }

  private double greatest(double[] outputs) {
    if (outputs.length < 2) {
      throw Refusal.of(
          columns.who(),
          "needs a model of an output for each class for the prediction \"class\"",
          outputs.length + " outputs",
          "call setOutput(\"number\"), and compare it with a threshold");
    }
    int greatest = 0;
    for (int i = 1; i < outputs.length; i++) {
      greatest = outputs[i] > outputs[greatest] ? i : greatest;
    }
    return greatest;
  }
}
