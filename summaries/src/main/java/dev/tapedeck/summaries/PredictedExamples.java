package dev.tapedeck.summaries;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * A model's predictions of examples: how often each class was taken for each, and the examples with
 * the largest losses.
 *
 * @param confusion counts by prediction for each label; none if the model is no classifier
 * @param worst examples by falling loss, those with NaN first; none if the model has no loss of
 *     each example
 */
record PredictedExamples(List<long[]> confusion, List<Worst> worst) {
  private static final int MOST_WORST = 24;
  private static final int MOST_CLASSES = 100;
  private static final Comparator<Worst> BY_LOSS = Comparator.comparingDouble(Worst::loss);

  /**
   * An example with a large loss.
   *
   * @param image a PNG file in base 64; null if the input is no image
   * @param label class, or the numbers to be predicted
   * @param probability probability of the predicted class; NaN if the model is no classifier
   */
  record Worst(double loss, String image, String label, String prediction, double probability) {}

  static PredictedExamples of(Model model, Dataset examples) {
    Collector found = new Collector(model);
    for (Example batch : examples) {
      try (Scope _ = new Scope()) {
        if (batch.y() != null) {
          found.add(batch.x(), batch.y(), model.predictOnBatch(batch.x()));
        }
      }
    }
    List<Worst> worst = new ArrayList<>(found.worst);
    worst.sort(BY_LOSS.reversed());
    return new PredictedExamples(List.of(found.confusion), worst);
  }

  /** What was found in the batches so far. */
  private static final class Collector {
    private final Loss loss;
    private final PriorityQueue<Worst> worst = new PriorityQueue<>(BY_LOSS);
    private long[][] confusion = {};

    Collector(Model model) {
      loss = lossOf(model);
    }

    /** Returns the model's loss; null if its losses are those that layers or steps add. */
    private static Loss lossOf(Model model) {
      try {
        return model.loss();
      } catch (IllegalStateException none) {
        return null;
      }
    }

    void add(Tensor inputs, Tensor labels, Tensor outputs) {
      double[] expected = classes(labels, outputs);
      double[] predicted = expected == null ? null : Predictions.classes(outputs);
      if (expected != null) {
        count(expected, predicted, (int) outputs.shape().size(1));
      }
      if (loss == null) {
        return;
      }
      double[] losses = perExample(labels, outputs);
      String[] labelTexts =
          expected == null ? Predictions.texts(labels) : Predictions.texts(expected);
      String[] texts = expected == null ? Predictions.texts(outputs) : Predictions.texts(predicted);
      double[] probabilities =
          expected == null ? null : Predictions.probabilities(outputs).toDoubleArray();
      for (int i = 0; i < losses.length; i++) {
        if (worst.size() < MOST_WORST || Double.compare(losses[i], worst.peek().loss()) > 0) {
          double probability = expected == null ? Double.NaN : probabilities[i];
          worst.add(new Worst(losses[i], image(inputs, i), labelTexts[i], texts[i], probability));
        }
        if (worst.size() > MOST_WORST) {
          worst.remove();
        }
      }
    }

    /** Counts predictions; labels that are no class, as of padding, are left out. */
    private void count(double[] labels, double[] predictions, int classes) {
      confusion = confusion.length == 0 ? new long[classes][classes] : confusion;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] >= 0 && labels[i] < classes) {
          confusion[(int) labels[i]][(int) predictions[i]]++;
        }
      }
    }

    /** Returns the loss of each example; none if the loss is of all. */
    private double[] perExample(Tensor labels, Tensor outputs) {
      Tensor losses = loss.perExample(labels, outputs);
      int rank = losses.shape().rank();
      if (rank == 0 || losses.shape().size(0) != outputs.shape().size(0)) {
        return new double[0];
      }
      int[] inner = IntStream.range(1, rank).toArray();
      return (rank == 1 ? losses : Reductions.mean(losses, inner)).toDoubleArray();
    }
  }

  /** Returns the classes of whole or one-hot labels; null if the outputs are no classes. */
  private static double[] classes(Tensor labels, Tensor outputs) {
    if (!Predictions.areClasses(outputs) || outputs.shape().size(1) > MOST_CLASSES) {
      return null;
    }
    if (labels.shape().equals(outputs.shape())) {
      return isOneHot(labels) ? Predictions.classes(labels) : null;
    }
    double[] classes = labels.toDoubleArray();
    boolean whole = Arrays.stream(classes).allMatch(each -> each == Math.rint(each));
    return whole && classes.length == outputs.shape().size(0) ? classes : null;
  }

  private static boolean isOneHot(Tensor labels) {
    return Arrays.stream(labels.toDoubleArray()).allMatch(x -> x == 0 || x == 1)
        && Arrays.stream(labels.sum(1).toDoubleArray()).allMatch(sum -> sum == 1);
  }

  private static String image(Tensor inputs, int row) {
    if (!SampleImages.are(inputs)) {
      return null;
    }
    Tensor one = inputs.get(Index.range(row, row + 1));
    Tensor pixels = SampleImages.of(one, null);
    float[] values = pixels.toFloatArray();
    byte[] png =
        Png.encode(
                (int) pixels.shape().size(2),
                (int) pixels.shape().size(1),
                3,
                at -> (byte) Math.clamp((long) (values[at] * 255.5f), 0, 255))
            .toByteArray();
    return Base64.getEncoder().encodeToString(png);
  }
}
