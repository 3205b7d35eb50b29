package dev.tapedeck.cli;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Losses;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a trained classifier of digits. */
final class TrainedMnist {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR|PREFIX",
      description = "A folder whose latest checkpoint is meant, or the prefix of one.")
  private Path path;

  /** Returns the model with the weights of the checkpoint. */
  Model restore() {
    Path prefix;
    Architecture architecture;
    try (CheckpointReader reader = CheckpointReader.open(path)) {
      prefix = reader.path();
      architecture =
          reader.entries().keySet().stream().anyMatch(name -> name.startsWith("model/conv2d/"))
              ? Architecture.CNN
              : Architecture.MLP;
    }
    Model model = architecture.create();
    model.compile(
        new Adam(),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    model.predict(Tensor.zeros(DType.FLOAT32, 1, 28, 28, 1)); // makes the variables
    Checkpoint.of("model", model)
        .expectPartial() // the optimizer is not wanted
        .restore(prefix)
        .assertExistingObjectsMatched();
    return model;
  }
}
