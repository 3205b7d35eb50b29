package dev.tapedeck.train;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A callback that prints the progress of a training as Keras does: of each epoch a {@link Progbar}
 * of running means.
 *
 * <p>The model's first step also waits for the step to be compiled, as the bar says until then.
 */
final class ProgressPrinter implements Callback {
  private final PrintStream out;
  private final boolean bar;
  private final boolean colour;
  private final IntSupplier width;
  private final LongSupplier nanoTime;
  private boolean compiling;
  private Plan plan;
  private Progbar epoch;

  ProgressPrinter(
      PrintStream out,
      boolean bar,
      boolean colour,
      boolean compiling,
      IntSupplier width,
      LongSupplier nanoTime) {
    this.out = out;
    this.bar = bar;
    this.colour = colour;
    this.compiling = compiling;
    this.width = width;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns a printer to standard output; empty if silent.
   *
   * @param compiling whether the first step waits for the model's step to be compiled
   */
  static Optional<ProgressPrinter> of(FitOptions.Verbosity verbosity, boolean compiling) {
    boolean bar = verbosity == FitOptions.Verbosity.BAR || Progbar.isTerminal();
    return switch (verbosity) {
      case SILENT -> Optional.empty();
      case LINES -> Optional.of(toStandardOutput(false, false, compiling));
      case BAR, AUTO -> Optional.of(toStandardOutput(bar, Progbar.hasColour(), compiling));
    };
  }

  private static ProgressPrinter toStandardOutput(boolean bar, boolean colour, boolean compiling) {
    return new ProgressPrinter(
        System.out, bar, colour, compiling, TerminalWidth::columns, System::nanoTime);
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan given) {
    plan = given;
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int number) {
    out.println("Epoch " + (number + 1) + "/" + plan.epochs());
    epoch = new Progbar(out, bar, colour, compiling, width, nanoTime, plan.steps());
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
    if (bar && epoch != null) {
      epoch.clearLine();
    }
  }
}
