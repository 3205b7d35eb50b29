package dev.tapedeck.cli;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code tapedeck train linear}, which fits a line to 1,000 noisy points around 3x + 2.
 */
@Command(
    name = "linear",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Fits a line to 1,000 noisy points around 3x + 2.")
final class TrainLinear implements Callable<Integer> {
  private static final int POINTS = 1000;
  private static final int REPORT_EVERY = 20;

  @Spec private CommandSpec spec;

  @Option(names = "--steps", paramLabel = "N", description = "Steps of gradient descent.")
  private int steps = 300;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "Size of a step.")
  private double learningRate = 0.01;

  @Option(names = "--seed", paramLabel = "N", description = "Determines the points.")
  private long seed = 0;

  /** The model {@code weight * x + bias}. */
  private static final class Line extends Model {
    private final Variable weight = Variable.of(5f, "weight");
    private final Variable bias = Variable.of(10f, "bias");

    @Override
    protected Tensor call(Tensor x) {
      return x.mul(weight).add(bias);
    }
  }

  @Override
  public Integer call() {
    Train.requirePositive(spec, "--steps", steps);
    Train.requirePositive(spec, "--learning-rate", learningRate);
    PrintWriter out = spec.commandLine().getOut();
    RandomKey key = RandomKey.of(seed);
    Tensor x = Randoms.normal(key, DType.FLOAT32, 0, 1, POINTS);
    Tensor noise = Randoms.normal(key.foldIn(1), DType.FLOAT32, 0, 1, POINTS);
    Tensor y = x.mul(3).add(2).add(noise);

    Line line = new Line();
    Optimizer optimizer = new SGD(learningRate);
    out.printf(Locale.ROOT, "Initial loss: %.3f%n", loss(line, x, y).item());
    for (int step = 0; step < steps; step++) {
      try (Scope scope = new Scope()) {
        optimizer.minimize(() -> loss(line, x, y), line.trainableVariables());
        if (step % REPORT_EVERY == 0) {
          out.printf(Locale.ROOT, "Loss at step %03d: %.3f%n", step, loss(line, x, y).item());
        }
      }
    }
    out.printf(Locale.ROOT, "Final loss: %.3f%n", loss(line, x, y).item());
    out.printf(
        Locale.ROOT, "W = %.4f, B = %.4f%n", line.weight.value().item(), line.bias.value().item());
    Train.requireFinite(loss(line, x, y).item());
    return 0;
  }

  private static Tensor loss(Line line, Tensor x, Tensor y) {
    return Losses.meanSquaredError().of(y, line.apply(x));
  }
}
