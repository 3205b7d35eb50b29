package dev.tapedeck.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapedeck predict}: what trained models say. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Asks a trained model.",
    subcommands = PredictMnist.class)
final class Predict implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to predict: mnist");
  }
}
