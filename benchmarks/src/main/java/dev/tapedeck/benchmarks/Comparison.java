package dev.tapedeck.benchmarks;

import static dev.tapedeck.benchmarks.Way.CALL;
import static dev.tapedeck.benchmarks.Way.COMPILED;
import static dev.tapedeck.benchmarks.Way.DJL;
import static dev.tapedeck.benchmarks.Way.DL4J;
import static dev.tapedeck.benchmarks.Way.EAGER;
import static dev.tapedeck.benchmarks.Way.FIT;
import static dev.tapedeck.benchmarks.Way.FUNCTION;
import static dev.tapedeck.benchmarks.Way.KERAS;
import static dev.tapedeck.benchmarks.Way.ONNX;
import static dev.tapedeck.benchmarks.Way.ORT;
import static dev.tapedeck.benchmarks.Way.PREDICT;
import static dev.tapedeck.benchmarks.Way.TENSORFLOW;
import static dev.tapedeck.benchmarks.Way.TORCH;
import static dev.tapedeck.benchmarks.Way.TRACED;
import static dev.tapedeck.benchmarks.Way.TUNED;
import static dev.tapedeck.benchmarks.Way.XLA;

import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the tables: one of our ways and one of a peer to do the same task.
 *
 * @param figure what of their times is compared
 * @param atMost the target for our time divided by the peer's; NaN for none
 */
record Comparison(Task task, Way ours, Way peer, Figure figure, double atMost) {
  static final List<Comparison> OPERATIONS =
      Stream.of(
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
              of("matmul-128x784x128", EAGER, DJL),
              eager(0.7, "uniform-1000000", "normal-1000000", "dropout-1000000"),
              eager(0.8, "gelu-1000000", "erf-1000000", "sin-1000000"),
              eager(0.8, "pow-1000000", "mod-1000000"),
              eager(1, "exp64-1000000", "cast-1000000"),
              of("topk-256x10000", EAGER, TORCH, 0.8),
              eager(1, "sort-1000000", "argsort-1000000"),
              of("median-256x10000", EAGER, TORCH, 1),
              of("quantile-256x10000", EAGER, TORCH, 1),
              eager(1, "cumsum-1000x1000", "cumsum0-1000x1000"),
              of("logsumexp-256x10000", EAGER, TORCH, 1),
              of("mean-2000x2000", EAGER, TORCH, 1),
              of("sum-2000x2000", EAGER, TORCH, 1),
              of("max-2000x2000", EAGER, TORCH, 1),
              of("argmax-256x10000", EAGER, TORCH, 1),
              of("norm-1000000", EAGER, TORCH, 1),
              eager(1, "concat-1000x500", "fft-256x4096"),
              of("scatteradd-10000x64", EAGER, TORCH, 1),
              of("gathergrad-10000x64", EAGER, TORCH, 1),
              of("chaingrad-1000000", EAGER, COMPILED, 1))
          .flatMap(rows -> rows)
          .toList();

  static final List<Comparison> STEPS =
      Stream.of(
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
              of("mlp-512", FIT, XLA, 0.95),
              of("mlp-4096", FIT, XLA, 0.95),
              of("mlp-1024-4096", FIT, XLA, 0.95),
              of("mlpdropout-64", FIT, XLA, 0.7),
              of("embedding-64", FIT, XLA, 0.5),
              of("cnn-32", EAGER, TORCH, 0.45),
              of("cnn-32", EAGER, TENSORFLOW),
              of("cnn-32", EAGER, DL4J, 0.08),
              of("cnn-32", FIT, FUNCTION, 0.55),
              of("cnn-32", FIT, XLA),
              of("cnn-32", FIT, KERAS),
              of("cnn-32", FIT, DL4J, 0.08),
              of("cifar-32", FIT, FUNCTION, 0.65),
              of("cifarnorm-32", FIT, FUNCTION, 0.6),
              of("depthwise-32", FIT, FUNCTION, 0.44),
              of("autoencoder-32", FIT, FUNCTION, 0.48),
              best("resnet-32"),
              best("mobilenet-32"),
              best("unet-16"),
              of("lstm-32", FIT, TORCH, 0.8),
              of("lstm-32", FIT, TUNED, 0.8),
              of("lstm-32", FIT, XLA),
              of("lstm-32", FIT, KERAS, 0.4),
              of("gru-32", FIT, TORCH, 0.8),
              of("gru-32", FIT, TUNED, 0.8),
              of("gru-32", FIT, KERAS, 0.4),
              of("bilstm-32", FIT, TORCH, 0.8),
              of("bilstm-32", FIT, TUNED, 0.8),
              of("bilstm-32", FIT, KERAS, 0.4),
              of("transformer-16", FIT, TUNED),
              of("transformer-16", FIT, FUNCTION, 0.6),
              of("transformer-16", FIT, XLA, 0.85),
              of("transformer-16", FIT, KERAS),
              of("transformer-2-1024", FIT, TORCH, 0.8),
              of("transformer-2-1024", FIT, TUNED, 0.8),
              of("adamw-10000000", TRACED, TORCH, 1.0),
              of("rmsprop-10000000", TRACED, TORCH, 1.0),
              of("lion-10000000", TRACED, TORCH, 1.0),
              of("momentum-10000000", TRACED, TORCH, 1.0))
          .flatMap(rows -> rows)
          .toList();

  static final List<Comparison> PREDICTIONS =
      Stream.of("mlp", "cnn")
          .flatMap(
              net ->
                  Stream.of(
                          latency(net + "-1", ONNX),
                          latency(net + "-1", ORT),
                          of(net + "-1", CALL, ONNX),
                          of(net + "-256", PREDICT, ONNX, 0.9),
                          of(net + "-256", PREDICT, ORT, 0.9))
                      .flatMap(rows -> rows))
          .toList();

  /** What of a round's times is compared. */
  enum Figure {
    MEAN(""),
    MEDIAN(", p50"),
    P99(", p99");

    private final String suffix;

    Figure(String suffix) {
      this.suffix = suffix;
    }

    String suffix() {
      return suffix;
    }

    double of(Round round) {
      return switch (this) {
        case MEAN -> round.mean();
        case MEDIAN -> round.median();
        case P99 -> round.p99();
      };
    }
  }

  /** Returns rows of operations whose results are so large that PyTorch gains by tuning. */
  private static Stream<Comparison> eager(double atMost, String... tasks) {
    return Stream.of(tasks)
        .flatMap(
            task -> Stream.concat(of(task, EAGER, TORCH, atMost), of(task, EAGER, TUNED, atMost)));
  }

  private static Stream<Comparison> best(String task) {
    return Stream.of(FUNCTION, XLA, COMPILED).flatMap(peer -> of(task, FIT, peer, 0.9));
  }

  private static Stream<Comparison> latency(String task, Way peer) {
    return Stream.of(Figure.MEDIAN, Figure.P99)
        .map(figure -> new Comparison(Task.parse(task), PREDICT, peer, figure, 0.8));
  }

  private static Stream<Comparison> of(String task, Way ours, Way peer, double atMost) {
    return Stream.of(new Comparison(Task.parse(task), ours, peer, Figure.MEAN, atMost));
  }

  private static Stream<Comparison> of(String task, Way ours, Way peer) {
    return of(task, ours, peer, Double.NaN);
  }
}
