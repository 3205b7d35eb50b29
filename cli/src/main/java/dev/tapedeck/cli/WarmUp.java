package dev.tapedeck.cli;

import dev.tapedeck.datasets.NpyFiles;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Main class of the run in which the launcher prepares quick starts: it loads what most commands
 * load, and calls it often enough for Java to know what to compile early.
 */
final class WarmUp {
  private WarmUp() {}

  /** Trains both models of MNIST for some steps, saves one, and runs it. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("tapedeck");
    String model = folder.resolve("model.keras").toString();
    String input = folder.resolve("x.npy").toString();
    NpyFiles.write(Path.of(input), Tensor.zeros(DType.FLOAT32, 1, 28, 28, 1));
    String[][] commands = {
      {"train", "mnist", "--limit", "2000", "--epochs", "1", "--verbose", "2"},
      {"train", "mnist", "--limit", "320", "--epochs", "1", "--model", "cnn", "--save", model},
      {"run", model, "--input", input, "--output", input}
    };
    int exit = 0;
    for (String[] command : commands) {
      exit |= Tapedeck.run(command);
    }
    Files.delete(Path.of(model));
    Files.delete(Path.of(input));
    Files.delete(folder);
    System.exit(exit);
  }
}
