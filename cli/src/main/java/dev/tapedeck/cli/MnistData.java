package dev.tapedeck.cli;

import dev.tapedeck.datasets.LabelledImages;
import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say which images a command uses. */
final class MnistData {
  private static final int EVALUATION_BATCH = 1000;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use only the first N training and test images.")
  private Integer limit;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Read the four IDX files from a folder, in place of the images shipped.")
  private Path folder;

  void check() {
    if (limit != null) {
      Train.requirePositive(spec, "--limit", limit);
    }
  }

  Pipeline train() {
    return limited(folder == null ? Mnist.train() : Mnist.train(folder));
  }

  /** Returns the test images in batches. */
  Pipeline test() {
    return limited(folder == null ? Mnist.test() : Mnist.test(folder)).batch(EVALUATION_BATCH);
  }

  private Pipeline limited(LabelledImages images) {
    Pipeline all = Pipeline.of(images);
    return limit == null ? all : all.take(limit);
  }

  /** Returns which images these are, for people and to compare. */
  String description() {
    return (folder == null ? "shipped" : folder.toAbsolutePath().normalize().toString())
        + (limit == null ? "" : ", first " + limit);
  }
}
