package dev.tapedeck.examples;

import static dev.tapedeck.ops.pointwise.Maths.square;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.summaries.Summaries;
import dev.tapedeck.summaries.SummaryScope;
import dev.tapedeck.summaries.SummaryWriter;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.nio.file.Path;
import java.util.List;

/**
 * Records the loss of every tenth step for TensorBoard, in the given folder or {@code
 * runs/example}.
 */
public final class ScalarSummaries {
  private ScalarSummaries() {}

  /** Minimizes a square and logs it. */
  public static void main(String[] args) {
    Path folder = Path.of(args.length > 0 ? args[0] : "runs/example");
    Variable x = Variable.of(10f, "x");
    Optimizer optimizer = new SGD(0.02);
    try (SummaryWriter writer = SummaryWriter.open(folder);
        SummaryScope ours = writer.asDefault();
        SummaryScope tenth = Summaries.recordEvery(10)) {
      while (writer.step() < 100) {
        writer.step(writer.step() + 1);
        optimizer.minimize(
            () -> {
              Tensor loss = square(x);
              Summaries.scalar("loss", loss);
              return loss;
            },
            List.of(x));
      }
    }
    System.out.println("see it with: tensorboard --logdir " + folder);
  }
}
