package dev.tapedeck.examples;

import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.summaries.HParams;
import dev.tapedeck.summaries.SummaryWriter;
import dev.tapedeck.summaries.TensorBoard;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.Map;

/**
 * Trains an MNIST classifier twice, with something for each of TensorBoard's dashboards: scalars,
 * images, histograms, the graph, texts, precision-recall curves, and hyperparameters. Arguments:
 * the folder, by default {@code runs/dashboards}, and the number of training images.
 */
public final class Dashboards {
  private static final int EPOCHS = 5;
  private static final int DIGITS = 10;

  private Dashboards() {}

  private static final class Residual extends Model {
    private final Flatten flatten = new Flatten();
    private final Dense first = new Dense(64, Activations::relu);
    private final Sequential block =
        new Sequential(new Dense(64, Activations::relu), new Dropout(0.2), new Dense(64));
    private final Dense logits = new Dense(DIGITS);

    @Override
    protected Tensor call(Tensor images) {
      Tensor hidden = first.apply(flatten.apply(images));
      return logits.apply(hidden.add(block.apply(hidden)));
    }
  }

  /** Trains with two optimizers. */
  public static void main(String[] args) {
    Path folder = Path.of(args.length > 0 ? args[0] : "runs/dashboards");
    int limit = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
    try (SummaryWriter writer = SummaryWriter.open(folder)) {
      writer.hparams(
          new HParams()
              .discrete("optimizer", "adam", "sgd")
              .interval("learning_rate", 0, 1)
              .metric("epoch_accuracy", "validation"));
    }
    trial(folder.resolve("adam"), "adam", new Adam(0.002), limit);
    trial(folder.resolve("sgd"), "sgd", new SGD(0.1), limit);
    System.out.println("see it with: tensorboard --logdir " + folder);
  }

  private static void trial(Path run, String name, Optimizer optimizer, int limit) {
    RandomKey.seed(0);
    Pipeline train = Pipeline.of(Mnist.train()).take(limit);
    Pipeline test = Pipeline.of(Mnist.test()).take(1000).batch(1000);
    Model model = new Residual();
    model.compile(
        optimizer,
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    TensorBoard board =
        new TensorBoard(run)
            .batchScalarsEvery(10)
            .histogramsEvery(1)
            .stepsPerSecond()
            .samples(test);
    try (SummaryWriter writer = SummaryWriter.open(run)) {
      double rate = optimizer.learningRate().reading().item();
      writer.hparams(Map.of("optimizer", name, "learning_rate", rate));
      model.fit(
          train.shuffle(limit, 0).batch(64),
          FitOptions.epochs(EPOCHS).validation(test).callback(board));
      writer.text("model", model.summary().indent(4), EPOCHS);
      Example examples = test.iterator().next();
      Tensor probabilities = Softmax.softmax(model.predict(examples.x()));
      for (int digit = 0; digit < DIGITS; digit++) {
        writer.prCurve(
            "digit_" + digit,
            examples.y().equal(digit),
            probabilities.get(Index.ALL, digit),
            EPOCHS);
      }
    }
  }
}
