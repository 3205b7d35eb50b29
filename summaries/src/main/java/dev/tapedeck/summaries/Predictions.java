package dev.tapedeck.summaries;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Outputs of a model, and labels, as classes, probabilities and text. */
final class Predictions {
  private static final double SUM_TOLERANCE = 1e-3;
  private static final int MOST_NUMBERS = 10;

  private Predictions() {}

  /** Returns whether outputs are scores of classes, {@code [n, classes]}. */
  static boolean areClasses(Tensor outputs) {
    return outputs.shape().rank() == 2 && outputs.shape().size(1) > 1;
  }

  /** Returns the class with the greatest score of each example. */
  static double[] classes(Tensor scores) {
    return Reductions.argmax(scores, -1).toDoubleArray();
  }

  /** Returns the probability of each example's class; the scores may be logits. */
  static Tensor probabilities(Tensor scores) {
    boolean already =
        scores.min().item() >= 0 && scores.sum(1).sub(1).abs().max().item() <= SUM_TOLERANCE;
    return (already ? scores : Softmax.softmax(scores)).max(1);
  }

  /** Returns classes as text. */
  static String[] texts(double[] classes) {
    return Arrays.stream(classes)
        .mapToObj(each -> Integer.toString((int) each))
        .toArray(String[]::new);
  }

  /** Returns each example's numbers as short text. */
  static String[] texts(Tensor values) {
    double[] all = values.toDoubleArray();
    String format = values.dtype().isFloating() ? "%.4f" : "%.0f";
    String[] texts = new String[(int) values.shape().size(0)];
    int size = all.length / Math.max(texts.length, 1);
    for (int i = 0; i < texts.length; i++) {
      texts[i] =
          Arrays.stream(all, i * size, i * size + Math.min(size, MOST_NUMBERS))
                  .mapToObj(number -> String.format(Locale.ROOT, format, number))
                  .collect(Collectors.joining(", "))
              + (size > MOST_NUMBERS ? ", .." : "");
    }
    return texts;
  }
}
