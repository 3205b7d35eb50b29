package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Trainable;
import java.util.Arrays;
import java.util.Map;

/** Callback that records the model's predictions of a few examples after each epoch. */
final class SamplePredictions implements Callback {
  private static final int COUNT = 8;

  private final RunWriters runs;
  private final Tensor inputs;
  private final Tensor labels;

  SamplePredictions(RunWriters runs, Example batch) {
    this.runs = runs;
    this.inputs = firstOf(batch.x());
    this.labels = batch.y() == null ? null : firstOf(batch.y());
  }

  /** Returns a copy of the first examples that no scope releases. */
  private static Tensor firstOf(Tensor batch) {
    Tensor first = batch.get(Index.to(COUNT));
    try (Scope _ = Scope.none()) {
      return Tensor.copyOf(first.toByteBuffer(), first.dtype(), first.shape().toArray());
    }
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (!(model instanceof Model single)) {
      return; // a table has one column of predictions
    }
    try (Scope _ = new Scope()) {
      Tensor outputs = single.predict(inputs);
      boolean classes = Predictions.areClasses(outputs);
      String[] expected = labels(classes);
      String[] predicted = classes ? classes(outputs) : Predictions.texts(outputs);
      String[] probabilities =
          classes ? Predictions.texts(Predictions.probabilities(outputs)) : null;
      runs.train().text("samples/predictions", table(expected, predicted, probabilities), epoch);
      if (SampleImages.are(inputs)) {
        boolean[] right = new boolean[predicted.length];
        for (int i = 0; i < right.length; i++) {
          right[i] = predicted[i].equals(expected[i]);
        }
        boolean judged = classes && labels != null;
        Tensor images = SampleImages.of(inputs, judged ? right : null);
        runs.train().image("samples/images", images, COUNT, epoch);
      }
    }
  }

  /** Returns the labels as text; the classes if they are one-hot. */
  private String[] labels(boolean classes) {
    if (labels == null) {
      String[] none = new String[(int) inputs.shape().size(0)];
      Arrays.fill(none, "");
      return none;
    }
    return classes && Predictions.areClasses(labels) ? classes(labels) : Predictions.texts(labels);
  }

  private static String[] classes(Tensor scores) {
    return Predictions.texts(Predictions.classes(scores));
  }

  private static String table(String[] labels, String[] predicted, String[] probabilities) {
    StringBuilder table = new StringBuilder("| sample | label | predicted |");
    table.append(probabilities == null ? "\n|---|---|---|" : " probability |\n|---|---|---|---|");
    for (int i = 0; i < predicted.length; i++) {
      boolean wrong = probabilities != null && !predicted[i].equals(labels[i]);
      String shown = wrong ? "**" + predicted[i] + "**" : predicted[i];
      table.append("\n| " + i + " | " + labels[i] + " | " + shown + " |");
      table.append(probabilities == null ? "" : " " + probabilities[i] + " |");
    }
    return table.toString();
  }
}
