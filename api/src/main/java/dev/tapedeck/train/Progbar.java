package dev.tapedeck.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A progress bar for loops of one's own, as {@code fit} prints it.
 *
 * <pre>{@code
 * Progbar bar = new Progbar(steps);
 * for (int step = 1; step <= steps; step++) {
 *   bar.add(1, Map.of("loss", trainStep()));
 * }
 * }</pre>
 *
 * <pre>
 * 469/469 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - accuracy: 0.9123 - loss: 0.3051
 * </pre>
 *
 * <p>The bar is on one line of a terminal, refreshed at most every 50 ms: on a narrow terminal it
 * is shorter, and then the values are cut; those at the end are wrapped. Elsewhere there is one
 * line at the end, without control codes. The time per step leaves out the first step, which waits
 * for data.
 */
public final class Progbar {
  private static final int CELLS = 20;
  private static final int LEAST_CELLS = 5;
  private static final long REFRESH_NANOS = 50_000_000;
  private static final String CLEAR_LINE = "\r\u001B[K";
  private static final String GREEN = "\u001B[32m";
  private static final String PLAIN = "\u001B[0m";
  private static final int COLOUR_CODES = GREEN.length() + PLAIN.length();

  private final Terminal terminal;
  private final long target;
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private boolean compiling;
  private long steps;
  private int taken; // by this process
  private long start;
  private long firstTrained;
  private long trained;
  private long shown;

  /** Makes a bar on standard output of a number of steps; negative if it is not known. */
  public Progbar(long target) {
    this(Terminal.standardOutput(), false, target);
  }

  /**
   * Makes a bar.
   *
   * @param compiling whether the first step waits for the model's step to be compiled
   */
  Progbar(Terminal terminal, boolean compiling, long target) {
    this.terminal = terminal;
    this.compiling = compiling;
    this.target = target;
    start = terminal.nanoTime().getAsLong();
    firstTrained = start;
    trained = start;
    shown = start - REFRESH_NANOS;
    if (terminal.bar() && compiling) {
      refresh(Map.of());
    }
  }

  /**
   * Counts steps, and shows the means of their values over all steps; ends the line when all are
   * taken.
   */
  public void add(long taking, Map<String, Double> values) {
    values.forEach((name, value) -> sums.merge(name, value * taking, Double::sum));
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(name, sum / (steps + taking)));
    update(steps + taking, means);
    if (steps >= target && target >= 0) {
      finish(means);
    }
  }

  /** Shows that so many steps are taken, and values as they are. */
  void update(long current, Map<String, Double> values) {
    steps = current;
    taken++;
    compiling &= taken == 1;
    trained = terminal.nanoTime().getAsLong();
    firstTrained = taken == 1 ? trained : firstTrained;
    if (terminal.bar() && trained - shown >= REFRESH_NANOS) {
      shown = trained;
      refresh(values);
    }
  }

  private void refresh(Map<String, Double> logs) {
    String pace = "compiling";
    if (!compiling) {
      double left = (target - steps) * secondsEach();
      pace = (target > 0 ? duration(left) + " " : "") + each(secondsEach());
    }
    int columns =
        terminal.width().getAsInt() - 1; // the last one may move the cursor to the next line
    String values = String.join("", values(logs));
    int cells = cells(columns, pace.length() + values.length());
    String line = head(cells, pace) + values;
    terminal.out().print(CLEAR_LINE + (cells > 0 ? line : cut(line, columns)));
    terminal.out().flush();
  }

  private static String cut(String line, int columns) {
    return line.substring(0, Math.clamp(columns, 0, line.length()));
  }

  /** Ends the line, with values as they are; needed where the number of steps is not known. */
  public void finish(Map<String, Double> values) {
    String pace =
        duration((terminal.nanoTime().getAsLong() - start) / 1e9) + " " + each(secondsEach());
    if (terminal.bar()) {
      terminal.out().println(CLEAR_LINE + wrapped(pace, values));
    } else {
      terminal.out().println(counter() + " - " + pace + String.join("", values(values)));
    }
    terminal.out().flush();
  }

  /** Returns the bar's line, and more lines for the values that do not fit on it. */
  private String wrapped(String pace, Map<String, Double> logs) {
    int columns = terminal.width().getAsInt() - 1;
    Map<String, Double> training = new TreeMap<>(logs);
    training.keySet().removeIf(name -> name.startsWith(MetricNames.VALIDATION));
    int cells = cells(columns, pace.length() + String.join("", values(training)).length());
    StringBuilder text = new StringBuilder(head(cells, pace));
    int indent = counter().length();
    int column = head(cells, pace).length() - (terminal.colour() && cells > 0 ? COLOUR_CODES : 0);
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
    if (terminal.bar()) {
      terminal.out().print(CLEAR_LINE);
      terminal.out().flush();
    }
  }

  private String counter() {
    if (target < 0) {
      return Long.toString(steps);
    }
    String total = Long.toString(target);
    return " ".repeat(Math.max(0, total.length() - Long.toString(steps).length()))
        + steps
        + "/"
        + total;
  }

  private String drawn(int cells) {
    int done = target > 0 ? (int) (cells * Math.min(steps, target) / target) : cells;
    String full = "━".repeat(done);
    String rest = (terminal.colour() ? "━" : "─").repeat(cells - done);
    return terminal.colour() ? GREEN + full + PLAIN + rest : full + rest;
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
