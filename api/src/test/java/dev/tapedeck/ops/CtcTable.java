package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.neural.Ctc;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Connectionist temporal classification, by trying all paths. */
final class CtcTable {
  private static final int[][] TARGET = {{1, 2}, {3, 3}, {2, -1}};
  private static final int[] LABELS = {2, 2, 1};
  private static final int[] STEPS = {5, 4, 3};
  private static final int[] FEW = {4, 3};

  private CtcTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          op("ctcLoss", x -> Ctc.ctcLoss(TARGET, x, LABELS, STEPS, 0))
              .on(real(3, 5, 4))
              .within(64)
              .matches(x -> loss(x[0], LABELS, 0)),
          op("ctcLoss of few labels", x -> Ctc.ctcLoss(TARGET, x, new int[] {0, 1, 1}, STEPS, -4))
              .on(real(3, 5, 4))
              .within(64)
              .matches(x -> loss(x[0], new int[] {0, 1, 1}, 0)),
          op("ctcGreedyDecode", x -> Ctc.ctcGreedyDecode(x, FEW, true, 0).paths())
              .on(real(2, 4, 3))
              .gives(INT32)
              .matches(x -> greedy(x[0], true)),
          op("ctcGreedyDecode unmerged", x -> Ctc.ctcGreedyDecode(x, FEW, false, 0).paths())
              .on(real(2, 4, 3))
              .gives(INT32)
              .matches(x -> greedy(x[0], false)),
          op("ctcGreedyDecode scores", x -> Ctc.ctcGreedyDecode(x, FEW, true, -1).scores())
              .on(real(2, 4, 3))
              .matches(
                  x ->
                      Grid.of(
                          Grid.shape(2, 1),
                          i ->
                              -IntStream.range(0, FEW[i[0]])
                                  .mapToDouble(t -> x[0].at(i[0], t, best(x[0], i[0], t)))
                                  .sum())),
          op("ctcBeamSearchDecode", x -> Ctc.ctcBeamSearchDecode(x, FEW, 50, 2, 1).paths())
              .on(real(2, 4, 3))
              .gives(INT32)
              .matches(
                  x ->
                      Grid.of(
                          Grid.shape(2, 2, 4),
                          i -> {
                            List<Integer> path = ranked(x[0], i[1], 1).get(i[0]).getKey();
                            return i[2] < path.size() ? path.get(i[2]) : -1;
                          })));

  private static int best(Grid x, int example, int step) {
    return IntStream.range(0, x.size(2))
        .boxed()
        .max(
            Comparator.<Integer>comparingDouble(c -> x.at(example, step, c))
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }

  private static Grid greedy(Grid x, boolean merged) {
    return Grid.of(
        Grid.shape(1, 2, 4),
        i -> {
          List<Integer> path = new ArrayList<>();
          int before = -1;
          for (int t = 0; t < FEW[i[1]]; t++) {
            int label = best(x, i[1], t);
            if (label != 0 && !(merged && label == before)) {
              path.add(label);
            }
            before = label;
          }
          return i[2] < path.size() ? path.get(i[2]) : -1;
        });
  }

  private static List<Map.Entry<List<Integer>, Double>> ranked(Grid x, int example, int blank) {
    return probabilities(x, example, FEW[example], blank).entrySet().stream()
        .sorted(Map.Entry.<List<Integer>, Double>comparingByValue().reversed())
        .toList();
  }

  private static Grid loss(Grid x, int[] labels, int blank) {
    return Grid.of(
        Grid.shape(3),
        i -> {
          List<Integer> wanted =
              IntStream.range(0, labels[i[0]]).mapToObj(k -> TARGET[i[0]][k]).toList();
          return -Math.log(probabilities(x, i[0], STEPS[i[0]], blank).get(wanted));
        });
  }

  /** Returns the probability of each sequence of labels, of all ways to spread it over steps. */
  private static Map<List<Integer>, Double> probabilities(
      Grid logits, int example, int steps, int blank) {
    Grid x = References.softmax(p -> p).of(logits);
    int classes = x.size(2);
    Map<List<Integer>, Double> all = new HashMap<>();
    for (int way = 0; way < Math.pow(classes, steps); way++) {
      double product = 1;
      List<Integer> path = new ArrayList<>();
      int before = blank;
      for (int t = 0, rest = way; t < steps; t++, rest /= classes) {
        int label = rest % classes;
        product *= x.at(example, t, label);
        if (label != blank && label != before) {
          path.add(label);
        }
        before = label;
      }
      all.merge(path, product, Double::sum);
    }
    return all;
  }
}
