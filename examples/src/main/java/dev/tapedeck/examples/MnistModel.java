package dev.tapedeck.examples;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Optimizer;
import java.util.List;
import java.util.Locale;

/**
 * An MNIST classifier as a subclass of {@code Model}, with one layer used twice; trained by a
 * custom loop, then by {@code fit}. The argument is the number of training images.
 */
public final class MnistModel extends Model {
  private final Flatten flatten = new Flatten();
  private final Dense first = new Dense(64, Activations::relu);
  private final Dense shared = new Dense(64, Activations::relu);
  private final Dense logits = new Dense(10);

  @Override
  protected Tensor call(Tensor images) {
    Tensor hidden = first.apply(flatten.apply(images));
    return logits.apply(shared.apply(shared.apply(hidden)));
  }

  /** Trains twice and prints the results. */
  public static void main(String[] args) {
    int limit = args.length > 0 ? Integer.parseInt(args[0]) : 60_000;
    Pipeline train = Pipeline.of(Mnist.train()).take(limit);
    Pipeline test = Pipeline.of(Mnist.test()).batch(1000);
    RandomKey.seed(0);
    MnistModel model = new MnistModel();
    model.compile(
        new SGD(0.1),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());

    loop(model, train.shuffle(60_000, 0).repeat(4).batch(32));
    System.out.println(model.summary());
    System.out.printf(Locale.ROOT, "by hand: %s%n", model.evaluate(test));

    model.fit(train.shuffle(60_000, 0).batch(32), FitOptions.epochs(1).validation(test));
  }

  private static void loop(MnistModel model, Pipeline batches) {
    Optimizer optimizer = model.optimizer();
    for (Example batch : batches) {
      try (GradientTape tape = new GradientTape()) {
        Tensor losses = Softmax.sparseSoftmaxCrossEntropy(batch.y(), model.apply(batch.x(), true));
        List<Variable> variables = model.trainableVariables();
        optimizer.applyGradients(tape.gradient(losses.mean(), variables), variables);
      }
    }
  }
}
