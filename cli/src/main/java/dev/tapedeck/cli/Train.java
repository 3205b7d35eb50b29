package dev.tapedeck.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck train}, the parent of the demo trainings. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains a model.",
    subcommands = {TrainMnist.class, TrainLinear.class})
final class Train implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to train: mnist or linear");
  }

  /** Throws if a value is not above 0. */
  static void requirePositive(CommandSpec spec, String option, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new ParameterException(
          spec.commandLine(), option + " must be above 0, received " + value);
    }
  }

  /** Throws if a loss is NaN or infinite. */
  static void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException(
          "train: the loss ended as " + loss + "; use a smaller --learning-rate");
    }
  }

  /** Throws if a value is not above 0. */
  static void requirePositive(CommandSpec spec, String option, int value) {
    if (value <= 0) {
      throw new ParameterException(
          spec.commandLine(), option + " must be 1 or more, received " + value);
    }
  }
}
