package dev.tapedeck.cli;

import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that name files of Keras: that of a trained model, and that of one to go on from. */
final class KerasTraining {
  private static final String ENDING = ".keras";

  /** What the file to go on from says, or what is about a training of its own. */
  private static final List<String> CONTRADICTING =
      List.of(
          "--model",
          "--optimizer",
          "--learning-rate",
          "--schedule",
          "--checkpoint-dir",
          "--resume");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--save",
      paramLabel = "MODEL.keras",
      description = "Write the trained model for Keras, with its optimizer.")
  private Path save;

  @Option(
      names = "--from",
      paramLabel = "MODEL.keras",
      description =
          "Go on with the training of a model that --save or Keras wrote, with the loss and the"
              + " optimizer that it is compiled with.")
  private Path from;

  void check() {
    requireEnding("--save", save);
    requireEnding("--from", from);
    if (from != null) {
      for (String option : CONTRADICTING) {
        if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
          throw new ParameterException(
              spec.commandLine(),
              "--from: the file says how its model is trained; leave out " + option);
        }
      }
    }
  }

  private void requireEnding(String option, Path file) {
    if (file != null && !file.toString().endsWith(ENDING)) {
      throw new ParameterException(
          spec.commandLine(), option + " needs a file that ends in .keras, received " + file);
    }
  }

  /** Returns the file to go on from. */
  Optional<Path> from() {
    return Optional.ofNullable(from);
  }

  /**
   * Reads the model to go on from; empty without the option.
   *
   * @throws IllegalArgumentException if it is not compiled, or is for other images
   */
  Optional<Model> read(Dimensions dimensions) {
    if (from == null) {
      return Optional.empty();
    }
    if (!(ModelFile.readModel(spec, from) instanceof Model model)) {
      throw new IllegalArgumentException(
          "--from: the model in " + from + " has several inputs or outputs; give a classifier");
    }
    TensorSpec images =
        new TensorSpec(
            DType.FLOAT32, Shape.of(Shape.UNKNOWN, dimensions.height(), dimensions.width(), 1));
    TensorSpec input = model.input().spec();
    Shape output = model.output().shape();
    if (!images.fits(input) || output.rank() != 2 || output.size(1) < dimensions.classes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--from: needs a model of %s to (?, %d); that in %s is of %s to %s",
              images,
              dimensions.classes(),
              from,
              input,
              output));
    }
    if (model.objective().isEmpty()) {
      throw new IllegalArgumentException(
          "--from: the model in " + from + " is not compiled; compile it in Keras and save it");
    }
    return Optional.of(model);
  }

  /**
   * Checks before the training that the model can be written.
   *
   * @throws IllegalArgumentException if Keras does not know a part of it
   * @throws UncheckedIOException if the file cannot be written
   */
  void requireWritable(Model model) {
    if (save == null) {
      return;
    }
    try {
      if (Files.isDirectory(save)) {
        throw new IOException("it is a folder");
      }
      Path folder = Files.createDirectories(save.toAbsolutePath().getParent());
      Path trial = Files.createTempFile(folder, ".tapedeck", ENDING);
      try {
        KerasFiles.save(model, trial);
      } finally {
        Files.deleteIfExists(trial);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "--save: cannot write " + save + ": " + e.getMessage() + "; choose another place", e);
    }
  }

  /** Writes the trained model. */
  void write(Model model) {
    if (save != null) {
      KerasFiles.save(model, save);
    }
  }
}
