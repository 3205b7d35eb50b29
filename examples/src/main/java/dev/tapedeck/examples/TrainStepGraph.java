package dev.tapedeck.examples;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.summaries.Summaries;
import dev.tapedeck.summaries.SummaryScope;
import dev.tapedeck.summaries.SummaryWriter;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import java.nio.file.Path;
import java.util.List;

/**
 * Learns "exclusive or" with a traced training step, and records the step's graph and losses for
 * TensorBoard, in the given folder or {@code runs/graph}.
 */
public final class TrainStepGraph {
  private static final Tensor INPUTS = Tensor.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  private static final Tensor LABELS = Tensor.of(new float[][] {{0}, {1}, {1}, {0}});

  private static final Loss LOSS = Losses.binaryCrossentropy().fromLogits();

  private TrainStepGraph() {}

  private static final class Perceptron extends Model {
    private final Dense hidden = new Dense(8, Activations::tanh);
    private final Dense logit = new Dense(1);

    @Override
    protected Tensor call(Tensor x) {
      return logit.apply(hidden.apply(x));
    }
  }

  /** Trains, and records every hundredth loss. */
  public static void main(String[] args) {
    Path folder = Path.of(args.length > 0 ? args[0] : "runs/graph");
    RandomKey.seed(0);
    Model model = new Perceptron();
    Optimizer optimizer = new SGD(0.5);
    TracedFunction<Tensor> step =
        TracedFunction.of(
            "train_step",
            (Tensor x, Tensor y) -> {
              try (GradientTape tape = new GradientTape()) {
                Tensor predictions = model.apply(x, true);
                Tensor loss = Dispatch.nameScope("loss", () -> LOSS.of(y, predictions));
                List<Variable> variables = model.trainableVariables();
                optimizer.applyGradients(tape.gradient(loss, variables), variables);
                Summaries.scalar("loss", loss);
                return loss;
              }
            });
    Tensor loss = null;
    try (SummaryWriter writer = SummaryWriter.open(folder);
        SummaryScope ours = writer.asDefault();
        SummaryScope hundredth = Summaries.recordEvery(100)) {
      writer.graph(step.concreteFunction(INPUTS, LABELS));
      while (writer.step() < 2000) {
        writer.step(writer.step() + 1);
        loss = step.call(INPUTS, LABELS);
      }
    }
    System.out.println("loss = " + loss.item());
    System.out.println("see it with: tensorboard --logdir " + folder);
  }
}
