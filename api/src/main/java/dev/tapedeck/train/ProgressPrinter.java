package dev.tapedeck.train;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Prints the progress of a training as Keras does.
 *
 * <pre>
 * Epoch 1/5
 * 469/469 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - accuracy: 0.9123 - loss: 0.3051 - val_loss: 0.1620
 * </pre>
 *
 * <p>The bar goes to a terminal and is refreshed at most every 50 ms. Elsewhere there is one line
 * an epoch and no control codes. The values are running means over the epoch.
 */
final class ProgressPrinter implements Callback {
  private static final int WIDTH = 20;
  private static final long REFRESH_NANOS = 50_000_000;
  private static final String CLEAR_LINE = "\r\u001B[K";
  private static final String GREEN = "\u001B[32m";
  private static final String PLAIN = "\u001B[0m";

  private final PrintStream out;
  private final boolean bar;
  private final boolean colour;
  private final LongSupplier nanoTime;
  private Plan plan;
  private int steps;
  private long start;
  private long trained;
  private long shown;

  private ProgressPrinter(PrintStream out, boolean bar, boolean colour) {
    this(out, bar, colour, System::nanoTime);
  }

  ProgressPrinter(PrintStream out, boolean bar, boolean colour, LongSupplier nanoTime) {
    this.out = out;
    this.bar = bar;
    this.colour = colour;
    this.nanoTime = nanoTime;
  }

  @SuppressWarnings("SystemConsoleNull") // where standard input is no terminal, it still is null
  static Optional<ProgressPrinter> of(FitOptions.Verbosity verbosity) {
    boolean terminal = System.console() != null && System.console().isTerminal();
    boolean colour = terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    return switch (verbosity) {
      case SILENT -> Optional.empty();
      case BAR -> Optional.of(new ProgressPrinter(System.out, true, colour));
      case LINES -> Optional.of(new ProgressPrinter(System.out, false, false));
      case AUTO -> Optional.of(new ProgressPrinter(System.out, terminal, colour));
    };
  }

  @Override
  public void onTrainBegin(Model model, Plan given) {
    plan = given;
  }

  @Override
  public void onEpochBegin(Model model, int epoch) {
    out.println("Epoch " + (epoch + 1) + "/" + plan.epochs());
    steps = 0;
    start = nanoTime.getAsLong();
    trained = start;
    shown = start - REFRESH_NANOS;
  }

  @Override
  public void onTrainBatchEnd(Model model, int step, Map<String, Double> logs) {
    steps = step + 1;
    trained = nanoTime.getAsLong();
    if (bar && trained - shown >= REFRESH_NANOS) {
      shown = trained;
      double each = (trained - start) / 1e9 / steps;
      String left = plan.steps() > 0 ? " " + duration((plan.steps() - steps) * each) + " " : " ";
      out.print(CLEAR_LINE + counter() + " " + drawn() + left + each(each) + values(logs));
      out.flush();
    }
  }

  @Override
  public void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {
    double each = (trained - start) / 1e9 / Math.max(steps, 1);
    String line =
        counter()
            + " "
            + (bar ? drawn() + " " : "- ")
            + duration((nanoTime.getAsLong() - start) / 1e9)
            + " "
            + each(each)
            + values(logs);
    out.println((bar ? CLEAR_LINE : "") + line);
    out.flush();
  }

  /** Logs a warning on a line of its own, or prints it where nothing is set up to log it. */
  void warn(Logger log, String message) {
    if (bar) {
      out.print(CLEAR_LINE);
      out.flush();
    }
    if (log.isWarnEnabled()) {
      log.warn(message);
    } else {
      out.println(message);
    }
  }

  private String counter() {
    if (plan.steps() < 0) {
      return Integer.toString(steps);
    }
    String total = Long.toString(plan.steps());
    return " ".repeat(Math.max(0, total.length() - Integer.toString(steps).length()))
        + steps
        + "/"
        + total;
  }

  private String drawn() {
    int done =
        plan.steps() > 0 ? (int) (WIDTH * Math.min(steps, plan.steps()) / plan.steps()) : WIDTH;
    String full = "━".repeat(done);
    String rest = (colour ? "━" : "─").repeat(WIDTH - done);
    return colour ? GREEN + full + PLAIN + rest : full + rest;
  }

  private static String duration(double seconds) {
    long whole = Math.round(Math.max(seconds, 0));
    return whole < 60
        ? whole + "s"
        : whole < 3600
            ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
            : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  private static String each(double seconds) {
    return seconds >= 1
        ? String.format(Locale.ROOT, "%.0fs/step", seconds)
        : seconds >= 1e-3
            ? String.format(Locale.ROOT, "%.0fms/step", seconds * 1e3)
            : String.format(Locale.ROOT, "%.0fus/step", seconds * 1e6);
  }

  private static String values(Map<String, Double> logs) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(logs)
        .forEach((name, v) -> text.append(" - ").append(name).append(": ").append(number(v)));
    return text.toString();
  }

  /** Four digits behind the point above 0.001, an exponent below. */
  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) > 1e-3 ? "%.4f" : "%.4e", value);
  }
}
