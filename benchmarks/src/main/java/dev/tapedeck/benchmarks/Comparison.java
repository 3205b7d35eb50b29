package dev.tapedeck.benchmarks;

import static dev.tapedeck.benchmarks.Way.DJL;
import static dev.tapedeck.benchmarks.Way.DL4J;
import static dev.tapedeck.benchmarks.Way.EAGER;
import static dev.tapedeck.benchmarks.Way.FIT;
import static dev.tapedeck.benchmarks.Way.FUNCTION;
import static dev.tapedeck.benchmarks.Way.KERAS;
import static dev.tapedeck.benchmarks.Way.TENSORFLOW;
import static dev.tapedeck.benchmarks.Way.TORCH;
import static dev.tapedeck.benchmarks.Way.TRACED;
import static dev.tapedeck.benchmarks.Way.XLA;

import java.util.List;

/**
 * A row of the tables: one of our ways and one of a peer to do the same task.
 *
 * @param atMost the target for our time divided by the peer's; NaN for none
 */
record Comparison(Task task, Way ours, Way peer, double atMost) {
  static final List<Comparison> OPERATIONS =
      List.of(
          of("add-4", EAGER, TORCH, 0.25),
          of("add-4", EAGER, TENSORFLOW),
          of("add-4", EAGER, DJL),
          of("add-128x128", EAGER, TORCH, 0.8),
          of("add-128x128", EAGER, DJL),
          of("exp-128x128", EAGER, TORCH, 0.8),
          of("exp-128x128", EAGER, DJL),
          of("softmax-128x128", EAGER, TORCH, 0.8),
          of("softmax-128x128", EAGER, DJL),
          of("add-1000000", EAGER, TORCH, 1.1),
          of("add-1000000", EAGER, DJL),
          of("exp-1000000", EAGER, TORCH, 1.1),
          of("exp-1000000", EAGER, DJL),
          of("matmul-1000x1000x1000", EAGER, TORCH, 1.05),
          of("matmul-1000x1000x1000", EAGER, DJL),
          of("matmul-128x784x128", EAGER, TORCH, 1.05),
          of("matmul-128x784x128", EAGER, DJL));

  static final List<Comparison> STEPS =
      List.of(
          of("linear", EAGER, TORCH, 0.3),
          of("linear", EAGER, TENSORFLOW),
          of("linear", EAGER, DL4J, 0.08),
          of("linear", TRACED, FUNCTION, 0.15),
          of("linear", TRACED, DL4J, 0.08),
          of("mlp-32", EAGER, TORCH, 0.45),
          of("mlp-32", EAGER, TENSORFLOW),
          of("mlp-32", EAGER, DJL),
          of("mlp-32", EAGER, DL4J, 0.08),
          of("mlp-32", FIT, TORCH, 0.3),
          of("mlp-32", FIT, FUNCTION),
          of("mlp-32", FIT, XLA, 0.4),
          of("mlp-32", FIT, KERAS, 0.15),
          of("mlp-32", FIT, DL4J, 0.08),
          of("mlp-128", EAGER, TORCH, 0.5),
          of("mlp-128", EAGER, TENSORFLOW),
          of("mlp-128", EAGER, DJL),
          of("mlp-128", EAGER, DL4J, 0.08),
          of("mlp-128", FIT, TORCH, 0.38),
          of("mlp-128", FIT, FUNCTION),
          of("mlp-128", FIT, XLA, 0.45),
          of("mlp-128", FIT, KERAS, 0.18),
          of("mlp-128", FIT, DL4J, 0.08),
          of("cnn-32", EAGER, TORCH, 0.45),
          of("cnn-32", EAGER, TENSORFLOW),
          of("cnn-32", EAGER, DL4J, 0.08),
          of("cnn-32", FIT, FUNCTION, 0.62),
          of("cnn-32", FIT, XLA),
          of("cnn-32", FIT, KERAS),
          of("cnn-32", FIT, DL4J, 0.08),
          of("lstm-32", FIT, TORCH),
          of("lstm-32", FIT, XLA),
          of("lstm-32", FIT, KERAS),
          of("transformer-16", FIT, TORCH),
          of("transformer-16", FIT, XLA),
          of("transformer-16", FIT, KERAS),
          of("adamw-10000000", TRACED, TORCH, 1.0),
          of("rmsprop-10000000", TRACED, TORCH, 1.0),
          of("lion-10000000", TRACED, TORCH, 1.0),
          of("momentum-10000000", TRACED, TORCH, 1.0));

  private static Comparison of(String task, Way ours, Way peer, double atMost) {
    return new Comparison(Task.parse(task), ours, peer, atMost);
  }

  private static Comparison of(String task, Way ours, Way peer) {
    return of(task, ours, peer, Double.NaN);
  }
}
