package dev.tapedeck.summaries;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * A classifier's predictions of examples: how often each class was taken for each, and the examples
 * with the largest losses.
 *
 * @param confusion counts {@code [label][prediction]}; null if the model is no classifier
 * @param worst examples by falling loss
 */
record PredictedExamples(long[][] confusion, List<Worst> worst) {
  private static final int MOST_WORST = 24;
  private static final int MOST_CLASSES = 100;

  /**
   * An example with a large loss.
   *
   * @param image pixels {@code [height, width, channels]} as a PNG file; null if it is no image
   * @param label class, or the number to be predicted
   * @param probability probability of the predicted class; NaN if the model is no classifier
   */
  record Worst(double loss, byte[] image, String label, String prediction, double probability) {}

  static PredictedExamples of(Model model, Dataset examples) {
    PriorityQueue<Worst> worst = new PriorityQueue<>(Comparator.comparingDouble(Worst::loss));
    long[][] confusion = null;
    for (Example example : examples) {
      try (Scope _ = new Scope()) {
        Tensor outputs = model.predictOnBatch(example.x());
        confusion = add(model, example, outputs, confusion, worst);
      }
    }
    List<Worst> sorted = new ArrayList<>(worst);
    sorted.sort(Comparator.comparingDouble(Worst::loss).reversed());
    return new PredictedExamples(confusion, sorted);
  }

  /** Adds a batch, and returns the counts. */
  private static long[][] add(
      Model model, Example example, Tensor outputs, long[][] before, PriorityQueue<Worst> worst) {
    double[] losses = perExample(model, example.y(), outputs);
    double[] labels = classes(example.y(), outputs);
    double[] predictions = labels == null ? null : Reductions.argmax(outputs, -1).toDoubleArray();
    long[][] confusion = before;
    if (labels != null) {
      int classes = (int) outputs.shape().size(1);
      confusion = before == null ? new long[classes][classes] : before;
      for (int i = 0; i < labels.length; i++) {
        confusion[(int) labels[i]][(int) predictions[i]]++;
      }
    }
    double[] probabilities =
        labels == null ? null : Reductions.max(probabilities(outputs), -1).toDoubleArray();
    for (int i = 0; i < losses.length; i++) {
      if (worst.size() < MOST_WORST || losses[i] > worst.peek().loss()) {
        worst.add(
            new Worst(
                losses[i],
                image(example.x(), i),
                labels == null ? text(example.y(), i) : Integer.toString((int) labels[i]),
                labels == null ? text(outputs, i) : Integer.toString((int) predictions[i]),
                labels == null ? Double.NaN : probabilities[i]));
        if (worst.size() > MOST_WORST) {
          worst.remove();
        }
      }
    }
    return confusion;
  }

  private static double[] perExample(Model model, Tensor labels, Tensor outputs) {
    Tensor losses = model.loss().perExample(labels, outputs);
    int rank = losses.shape().rank();
    if (rank == 0) {
      return new double[0]; // a mean of all
    }
    int[] inner = IntStream.range(1, rank).toArray();
    return (rank == 1 ? losses : Reductions.mean(losses, inner)).toDoubleArray();
  }

  /** Returns the classes of whole or one-hot labels; null if the outputs are no classes. */
  private static double[] classes(Tensor labels, Tensor outputs) {
    if (outputs.shape().rank() != 2
        || outputs.shape().size(1) < 2
        || outputs.shape().size(1) > MOST_CLASSES) {
      return null;
    }
    if (labels.shape().equals(outputs.shape())) {
      return isOneHot(labels) ? Reductions.argmax(labels, -1).toDoubleArray() : null;
    }
    return labels.dtype().isInteger() ? labels.reshape(-1).toDoubleArray() : null;
  }

  private static boolean isOneHot(Tensor labels) {
    return Arrays.stream(labels.toDoubleArray()).allMatch(x -> x == 0 || x == 1)
        && Arrays.stream(labels.sum(1).toDoubleArray()).allMatch(sum -> sum == 1);
  }

  private static Tensor probabilities(Tensor outputs) {
    boolean already = outputs.min().item() >= 0 && outputs.sum(1).sub(1).abs().max().item() < 1e-3;
    return already ? outputs : Softmax.softmax(outputs);
  }

  private static String text(Tensor values, int row) {
    return Arrays.toString(values.get(row).reshape(-1).toDoubleArray());
  }

  private static byte[] image(Tensor inputs, int row) {
    if (!SampleImages.are(inputs)) {
      return null;
    }
    Tensor one = inputs.get(Index.range(row, row + 1));
    Tensor pixels = SampleImages.of(one, null);
    float[] values = pixels.toFloatArray();
    return Png.encode(
            (int) pixels.shape().size(2),
            (int) pixels.shape().size(1),
            3,
            at -> (byte) Math.clamp((long) (values[at] * 255.5f), 0, 255))
        .toByteArray();
  }
}
