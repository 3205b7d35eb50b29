package dev.tapedeck.train;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A callback that prints the progress of a training as Keras does.
 *
 * <pre>
 * Epoch 1/5
 * 469/469 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - accuracy: 0.9123 - loss: 0.3051 - val_loss: 0.1620
 * </pre>
 *
 * <p>The bar is on one line of a terminal, refreshed at most every 50 ms: on a narrow terminal it
 * is shorter, and then the values are cut; those of a whole epoch are wrapped. Elsewhere there is
 * one line per epoch, without control codes. The values are running means over the epoch. The time
 * per step leaves out the epoch's first step, which waits for data; the model's first also waits
 * for the step to be compiled, as the bar says until then.
 */
final class ProgressPrinter implements Callback {
  private static final int CELLS = 20;
  private static final int LEAST_CELLS = 5;
  private static final long REFRESH_NANOS = 50_000_000;
  private static final String CLEAR_LINE = "\r\u001B[K";
  private static final String GREEN = "\u001B[32m";
  private static final String PLAIN = "\u001B[0m";
  private static final int COLOUR_CODES = GREEN.length() + PLAIN.length();

  private final PrintStream out;
  private final boolean bar;
  private final boolean colour;
  private final IntSupplier width;
  private final LongSupplier nanoTime;
  private boolean compiling;
  private Plan plan;
  private int steps;
  private int taken; // of the epoch, by this process
  private long start;
  private long firstTrained;
  private long trained;
  private long shown;

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
  @SuppressWarnings("SystemConsoleNull") // it is null if standard input is no terminal
  static Optional<ProgressPrinter> of(FitOptions.Verbosity verbosity, boolean compiling) {
    boolean terminal = System.console() != null && System.console().isTerminal();
    boolean colour = terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    boolean bar = verbosity == FitOptions.Verbosity.BAR;
    return switch (verbosity) {
      case SILENT -> Optional.empty();
      case LINES -> Optional.of(toStandardOutput(false, false, compiling));
      case BAR, AUTO -> Optional.of(toStandardOutput(bar || terminal, colour, compiling));
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
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    out.println("Epoch " + (epoch + 1) + "/" + plan.epochs());
    steps = 0;
    taken = 0;
    start = nanoTime.getAsLong();
    firstTrained = start;
    trained = start;
    shown = start - REFRESH_NANOS;
    if (bar && compiling) {
      refresh(Map.of());
    }
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    steps = step + 1;
    taken++;
    compiling &= taken == 1;
    trained = nanoTime.getAsLong();
    firstTrained = taken == 1 ? trained : firstTrained;
    if (bar && trained - shown >= REFRESH_NANOS) {
      shown = trained;
      refresh(logs);
    }
  }

  private void refresh(Map<String, Double> logs) {
    String pace = "compiling";
    if (!compiling) {
      double left = (plan.steps() - steps) * secondsEach();
      pace = (plan.steps() > 0 ? duration(left) + " " : "") + each(secondsEach());
    }
    int columns = width.getAsInt() - 1; // the last one may move the cursor to the next line
    String values = String.join("", values(logs));
    int cells = cells(columns, pace.length() + values.length());
    String line = head(cells, pace) + values;
    out.print(CLEAR_LINE + (cells > 0 ? line : cut(line, columns)));
    out.flush();
  }

  private static String cut(String line, int columns) {
    return line.substring(0, Math.clamp(columns, 0, line.length()));
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    compiling = false;
    String pace = duration((nanoTime.getAsLong() - start) / 1e9) + " " + each(secondsEach());
    if (bar) {
      out.println(CLEAR_LINE + wrapped(pace, logs));
    } else {
      out.println(counter() + " - " + pace + String.join("", values(logs)));
    }
    out.flush();
  }

  /** Returns the bar's line, and more lines for the values that do not fit on it. */
  private String wrapped(String pace, Map<String, Double> logs) {
    int columns = width.getAsInt() - 1;
    Map<String, Double> training = new TreeMap<>(logs);
    training.keySet().removeIf(name -> name.startsWith(MetricNames.VALIDATION));
    int cells = cells(columns, pace.length() + String.join("", values(training)).length());
    StringBuilder text = new StringBuilder(head(cells, pace));
    int indent = counter().length();
    int column = head(cells, pace).length() - (colour && cells > 0 ? COLOUR_CODES : 0);
    for (String value : values(logs)) {
      if (column + value.length() > columns && column > indent) {
        text.append(System.lineSeparator()).append(" ".repeat(indent));
        column = indent;
      }
      text.append(value);
      column += value.length();
    }
    return text.toString();
  }

  /** Returns the length of the bar between the counter and a text; 0 where there is no room. */
  private int cells(int columns, int text) {
    int room = columns - counter().length() - text - 2;
    return room < LEAST_CELLS ? 0 : Math.min(room, CELLS);
  }

  private String head(int cells, String pace) {
    return counter() + " " + (cells > 0 ? drawn(cells) + " " : "") + pace;
  }

  private double secondsEach() {
    return taken > 1
        ? (trained - firstTrained) / 1e9 / (taken - 1)
        : (trained - start) / 1e9 / Math.max(taken, 1);
  }

  /** Clears the line of the bar for other output, until the bar is next drawn. */
  void clearLine() {
    if (bar) {
      out.print(CLEAR_LINE);
      out.flush();
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

  private String drawn(int cells) {
    int done =
        plan.steps() > 0 ? (int) (cells * Math.min(steps, plan.steps()) / plan.steps()) : cells;
    String full = "━".repeat(done);
    String rest = (colour ? "━" : "─").repeat(cells - done);
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

  private static List<String> values(Map<String, Double> logs) {
    return new TreeMap<>(logs)
        .entrySet().stream().map(e -> " - " + e.getKey() + ": " + number(e.getValue())).toList();
  }

  /** Returns a number with four decimal places above 0.001, and with an exponent below. */
  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) > 1e-3 ? "%.4f" : "%.4e", value);
  }
}
