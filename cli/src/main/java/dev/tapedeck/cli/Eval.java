package dev.tapedeck.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck eval}, the parent of the evaluations of trained models. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    description = "Evaluates a trained model.",
    subcommands = EvalMnist.class)
final class Eval implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to evaluate: mnist");
  }
}
