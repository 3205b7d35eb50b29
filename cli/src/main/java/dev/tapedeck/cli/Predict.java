package dev.tapedeck.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck predict}, the parent of the predictions of trained models. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Predicts with a trained model.",
    subcommands = PredictMnist.class)
final class Predict implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to predict: mnist");
  }
}
