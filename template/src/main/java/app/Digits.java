package app;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.train.Model;
import java.nio.file.Path;

/** A classifier of handwritten digits. */
public final class Digits extends Model {
  private final Flatten flatten = new Flatten();
  private final Dense hidden = new Dense(128, Activations::relu);
  private final Dense logits = new Dense(10);

  @Override
  protected Tensor call(Tensor images) {
    return logits.apply(hidden.apply(flatten.apply(images)));
  }

  /** Trains for an epoch and saves the weights in {@code target/digits}. */
  public static void main(String[] args) {
    Digits model = new Digits();
    model.compile(
        new Adam(1e-3),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy());
    model.fit(
        Pipeline.of(Mnist.train()).shuffle(60_000).batch(128),
        FitOptions.epochs(1).validation(Pipeline.of(Mnist.test()).batch(1000)));
    Checkpoint.of("model", model).save(Path.of("target", "digits"));
  }
}
