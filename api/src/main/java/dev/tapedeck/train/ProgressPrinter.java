package dev.tapedeck.train;

import java.util.Map;
import java.util.Optional;

/**
 * A callback that prints the progress of a training as Keras does: of each epoch a {@link Progbar}
 * of running means.
 *
 * <p>The model's first step also waits for the step to be compiled, as the bar says until then.
 */
final class ProgressPrinter implements Callback {
  private final Terminal terminal;
  private boolean compiling;
  private Plan plan;
  private Progbar epoch;

  ProgressPrinter(Terminal terminal, boolean compiling) {
    this.terminal = terminal;
    this.compiling = compiling;
  }

  /**
   * Returns a printer to standard output; empty if silent.
   *
   * @param compiling whether the first step waits for the model's step to be compiled
   */
  static Optional<ProgressPrinter> of(FitOptions.Verbosity verbosity, boolean compiling) {
    Terminal output = Terminal.standardOutput();
    return switch (verbosity) {
      case SILENT -> Optional.empty();
      case LINES -> Optional.of(new ProgressPrinter(output.withBar(false), compiling));
      case BAR -> Optional.of(new ProgressPrinter(output.withBar(true), compiling));
      case AUTO -> Optional.of(new ProgressPrinter(output, compiling));
    };
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan given) {
    plan = given;
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int number) {
    terminal.out().println("Epoch " + (number + 1) + "/" + plan.epochs());
    epoch = new Progbar(terminal, compiling, plan.steps());
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    epoch.update(step + 1L, logs);
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int number, Map<String, Double> logs) {
    compiling = false;
    epoch.finish(logs);
  }

  /** Clears the line of the bar for other output, until the bar is next drawn. */
  void clearLine() {
    if (epoch != null) {
      epoch.clearLine();
    }
  }
}
