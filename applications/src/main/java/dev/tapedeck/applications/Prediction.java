package dev.tapedeck.applications;

import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A class that a model found.
 *
 * @param index number of the class
 * @param label name of the class
 * @param score score of the class, a probability if the classifier ends with softmax
 */
public record Prediction(int index, String label, double score) {
  /**
   * Returns the best classes of each example, the best first, as Keras's {@code
   * decode_predictions}.
   *
   * @param predictions scores {@code [n, classes]}
   * @param labels names of the classes, in their order
   * @param top number of classes
   * @throws IllegalArgumentException if there are not as many labels as classes, or fewer than
   *     {@code top}
   */
  public static List<List<Prediction>> decode(Tensor predictions, List<String> labels, int top) {
    if (predictions.shape().rank() != 2 || predictions.shape().size(1) != labels.size()) {
      throw Refusal.of(
          "Prediction.decode",
          "needs predictions [n, " + labels.size() + "], as many as labels",
          predictions.shape(),
          "give the labels that the model was trained with");
    }
    if (top < 1 || top > labels.size()) {
      throw Refusal.of(
          "Prediction.decode",
          "needs a top from 1 to " + labels.size(),
          top,
          "give a number of classes that there are");
    }
    int n = (int) predictions.shape().size(0);
    long[] order = Sorting.argsort(predictions, -1, true).toLongArray();
    double[] scores = predictions.toDoubleArray();
    List<List<Prediction>> decoded = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<Prediction> best = new ArrayList<>();
      for (int j = 0; j < top; j++) {
        int index = (int) order[i * labels.size() + j];
        best.add(new Prediction(index, labels.get(index), scores[i * labels.size() + index]));
      }
      decoded.add(List.copyOf(best));
    }
    return List.copyOf(decoded);
  }

  /**
   * Returns the best classes of each example, the best first.
   *
   * @param labels text file in UTF-8 with the name of a class in each line, in their order
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException as {@link #decode(Tensor, List, int)}
   */
  public static List<List<Prediction>> decode(Tensor predictions, Path labels, int top) {
    try {
      return decode(predictions, Files.readAllLines(labels), top);
    } catch (IOException e) {
      throw new UncheckedIOException("Prediction.decode: cannot read " + labels, e);
    }
  }
}
