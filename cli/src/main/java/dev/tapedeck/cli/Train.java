package dev.tapedeck.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tapedeck train}: the demos. */
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

  /** Refuses a value that is not above 0. */
  static void requirePositive(CommandSpec spec, String option, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new ParameterException(
          spec.commandLine(), option + " must be above 0, received " + value);
    }
  }

  /** Fails when a training has left the range of numbers. */
  static void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException(
          "train: the loss ended as " + loss + "; use a smaller --learning-rate");
    }
  }

  /** Refuses a value that is not above 0. */
  static void requirePositive(CommandSpec spec, String option, int value) {
    if (value <= 0) {
      throw new ParameterException(
          spec.commandLine(), option + " must be 1 or more, received " + value);
    }
  }
}
