package dev.tapedeck.cli;

import dev.tapedeck.checkpoint.Checkpoint;
import dev.tapedeck.checkpoint.CheckpointReader;
import dev.tapedeck.checkpoint.CheckpointReader.Description;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that select a trained classifier of digits. */
final class TrainedMnist {
  /** Explanation of predictions that are NaN. */
  static final String NOT_FINITE =
      "the weights of the checkpoint are too large or no numbers; use an earlier one, or train with"
          + " a smaller --learning-rate";

  private static final Dimensions MNIST = new Dimensions(28, 28, 10);

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR|PREFIX",
      description = "A folder whose latest checkpoint is meant, or the prefix of one.")
  private Path path;

  /** A model with the weights of a checkpoint, and its dimensions. */
  record Classifier(Model model, Dimensions dimensions) {}

  /** Returns the model with the weights of the checkpoint. */
  Classifier restore() {
    Path prefix;
    Architecture architecture;
    Dimensions dimensions;
    try (CheckpointReader reader = CheckpointReader.open(path)) {
      prefix = reader.path();
      Map<String, Description> values =
          reader.entries().values().stream()
              .collect(Collectors.toMap(Description::name, Function.identity()));
      boolean convolves = values.keySet().stream().anyMatch(n -> n.startsWith("model/conv2d/"));
      architecture = convolves ? Architecture.CNN : Architecture.MLP;
      dimensions = dimensions(prefix, architecture, values);
    }
    Model model = architecture.create(dimensions);
    model.compile(
        new Adam(),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    Checkpoint.of("model", model)
        .expectPartial() // without the optimizer
        .restore(prefix)
        .assertExistingObjectsMatched();
    return new Classifier(model, dimensions);
  }

  /**
   * Returns a model's dimensions: the image size is in the settings beside it, or else MNIST's; the
   * number of classes is that of its weights.
   */
  private static Dimensions dimensions(
      Path prefix, Architecture architecture, Map<String, Description> values) {
    Map<String, Object> settings =
        TrainingSettings.read(
            "--checkpoint",
            prefix.toAbsolutePath().getParent(),
            "take the size of the images for that of MNIST");
    Dimensions said = Dimensions.of(settings, MNIST);
    Shape first = shape(values, "model/dense/kernel");
    Shape last = architecture == Architecture.MLP ? shape(values, "model/dense_1/kernel") : first;
    if (first == null || last == null) {
      return MNIST; // restoring reports what is missing
    }
    Dimensions dimensions = new Dimensions(said.height(), said.width(), (int) last.size(1));
    long features = first.size(0);
    if (features != architecture.features(dimensions.height(), dimensions.width())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--checkpoint: the model in %s takes images of %d numbers, not of %s: %s",
              prefix,
              features,
              dimensions.size(),
              settings.isEmpty()
                  ? "put the settings.json of its training beside it, which says their size"
                  : "the settings.json beside it is of another training"));
    }
    return dimensions;
  }

  private static Shape shape(Map<String, Description> values, String kernel) {
    Description value = values.get(kernel);
    return value == null || value.shape().rank() != 2 ? null : value.shape();
  }
}
