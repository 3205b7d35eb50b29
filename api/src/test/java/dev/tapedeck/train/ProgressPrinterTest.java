package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressPrinterTest {
  private static final String CLEAR = "\r\u001B[K";
  private static final Map<String, Double> LOGS = Map.of("loss", 0.44117, "accuracy", 0.8712);
  private static final String VALUES = " - accuracy: 0.8712 - loss: 0.4412";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Nanoseconds; a clock may start below 0. */
  private long now = -10_000_000_000L;

  private int columns = 80;

  private ProgressPrinter printer(boolean bar, boolean colour, int epochs, long steps) {
    return printer(bar, colour, false, epochs, steps);
  }

  private ProgressPrinter printer(
      boolean bar, boolean colour, boolean compiling, int epochs, long steps) {
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    ProgressPrinter printer =
        new ProgressPrinter(new Terminal(out, bar, colour, () -> columns, () -> now), compiling);
    printer.onTrainBegin(null, new Callback.Plan(epochs, steps));
    return printer;
  }

  /** Begins an epoch and takes steps that last so many milliseconds each. */
  private void train(ProgressPrinter printer, int epoch, int steps, double millis) {
    printer.onEpochBegin(null, epoch);
    for (int step = 0; step < steps; step++) {
      now += (long) (millis * 1e6);
      printer.onTrainBatchEnd(null, step, LOGS);
    }
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  /** Returns what was shown in the place of the bar, one after the other. */
  private List<String> shown() {
    String[] parts = printed().split(CLEAR.replace("[", "\\["), -1);
    return Arrays.asList(parts).subList(1, parts.length);
  }

  @Test
  void theBarIsThatOfKeras() {
    ProgressPrinter printer = printer(true, false, 5, 1875);
    train(printer, 0, 1875, 1);
    printer.onEpochEnd(null, 0, LOGS);
    assertTrue(printed().startsWith("Epoch 1/5\n" + CLEAR), this::printed);
    assertEquals(
        "1875/1875 ━━━━━━━━━━━━━━━━━━━━ 2s 1ms/step - accuracy: 0.8712 - loss: 0.4412\n",
        shown().getLast());
    assertEquals("   1/1875 ──────────────────── 2s 1ms/step" + VALUES, shown().getFirst());
  }

  @Test
  void theBarIsRefreshedAtMostEveryFiftyMilliseconds() {
    ProgressPrinter printer = printer(true, false, 1, 1875);
    train(printer, 0, 1875, 1);
    assertEquals(38, shown().size(), "at 1, 51, .. 1851 ms");
    train(printer, 1, 10, 50);
    assertEquals(48, shown().size());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0004,  0s, 400us/step",
    "0.25,    0s, 250ms/step",
    "5,       5s, 5s/step",
    "59.4,   59s, 59s/step",
    "59.6,  1:00, 60s/step",
    "75,    1:15, 75s/step",
    "3725, 1:02:05, 3725s/step"
  })
  void whileRunningTheBarTellsTheTimeLeft(double seconds, String left, String each) {
    train(printer(true, false, 1, 2), 0, 1, seconds * 1e3);
    assertEquals(List.of("1/2 ━━━━━━━━━━────────── " + left + " " + each + VALUES), shown());
  }

  @Test
  void atTheEndTheBarTellsTheTimeTakenWithValidation() {
    ProgressPrinter printer = printer(true, false, 1, 4);
    train(printer, 0, 4, 500);
    now += 3_000_000_000L;
    printer.onEpochEnd(null, 0, LOGS);
    assertEquals("4/4 ━━━━━━━━━━━━━━━━━━━━ 5s 500ms/step" + VALUES + "\n", shown().getLast());
  }

  @Test
  void anEpochThatWasStoppedKeepsItsPlace() {
    ProgressPrinter printer = printer(true, false, 1, 10);
    train(printer, 0, 3, 1000);
    printer.onEpochEnd(null, 0, LOGS);
    assertEquals(" 3/10 ━━━━━━────────────── 3s 1s/step" + VALUES + "\n", shown().getLast());
  }

  @Test
  void anUnknownNumberOfStepsHasNoTimeLeft() {
    ProgressPrinter printer = printer(true, false, 1, Dataset.UNKNOWN);
    train(printer, 0, 2, 200);
    printer.onEpochEnd(null, 0, LOGS);
    assertEquals(
        List.of(
            "1 ━━━━━━━━━━━━━━━━━━━━ 200ms/step" + VALUES,
            "2 ━━━━━━━━━━━━━━━━━━━━ 200ms/step" + VALUES,
            "2 ━━━━━━━━━━━━━━━━━━━━ 0s 200ms/step" + VALUES + "\n"),
        shown());
  }

  @Test
  void colourIsGreenForWhatIsDone() {
    ProgressPrinter printer = printer(true, true, 1, 2);
    train(printer, 0, 1, 1000);
    assertEquals(
        List.of("1/2 \u001B[32m━━━━━━━━━━\u001B[0m━━━━━━━━━━ 1s 1s/step" + VALUES), shown());
  }

  @Test
  void elsewhereThereIsALineAnEpoch() {
    ProgressPrinter printer = printer(false, false, 2, 4);
    for (int epoch = 0; epoch < 2; epoch++) {
      train(printer, epoch, 4, 250);
      now += 1_000_000_000L;
      printer.onEpochEnd(null, epoch, Map.of("loss", 0.5, "val_loss", 0.25));
    }
    String line = "4/4 - 2s 250ms/step - loss: 0.5000 - val_loss: 0.2500\n";
    assertEquals("Epoch 1/2\n" + line + "Epoch 2/2\n" + line, printed());
  }

  @ParameterizedTest
  @CsvSource({
    "0,         0.0000e+00",
    "0.001,     1.0000e-03",
    "0.0010001, 0.0010",
    "-0.5,      -0.5000",
    "-0.0005,   -5.0000e-04",
    "12345.678, 12345.6780",
    "1e-12,     1.0000e-12",
    "NaN,       NaN"
  })
  void smallValuesHaveAnExponent(double value, String text) {
    ProgressPrinter printer = printer(false, false, 1, 1);
    train(printer, 0, 1, 1);
    printer.onEpochEnd(null, 0, Map.of("loss", value));
    assertTrue(printed().endsWith(" - loss: " + text + "\n"), this::printed);
  }

  @ParameterizedTest
  @CsvSource({"SILENT, 0", "LINES, 1", "BAR, 1", "AUTO, 1"})
  void silenceIsKept(FitOptions.Verbosity verbosity, int printers) {
    assertEquals(printers, ProgressPrinter.of(verbosity, true).stream().count());
  }

  @Test
  void theBarMakesRoomForWhatOthersPrint() {
    ProgressPrinter printer = printer(true, false, 1, 4);
    train(printer, 0, 1, 100);
    printer.clearLine();
    assertTrue(printed().endsWith("\r\u001B[K"), this::printed);
  }

  @Test
  void theFirstStepOfAnEpochDoesNotCount() {
    ProgressPrinter printer = printer(true, false, 1, 4);
    printer.onEpochBegin(null, 0);
    now += 60_000_000_000L;
    printer.onTrainBatchEnd(null, 0, LOGS);
    for (int step = 1; step < 4; step++) {
      now += 100_000_000;
      printer.onTrainBatchEnd(null, step, LOGS);
    }
    assertEquals("2/4 ━━━━━━━━━━────────── 0s 100ms/step" + VALUES, shown().get(1));
    printer.onEpochEnd(null, 0, LOGS);
    assertEquals("4/4 ━━━━━━━━━━━━━━━━━━━━ 1:00 100ms/step" + VALUES + "\n", shown().getLast());
  }

  @Test
  void anEpochThatGoesOnInItsMiddleHasTheRateOfTheStepsTaken() {
    ProgressPrinter printer = printer(true, false, 1, 100);
    printer.onEpochBegin(null, 0);
    for (int step = 90; step < 100; step++) {
      now += 100_000_000;
      printer.onTrainBatchEnd(null, step, LOGS);
    }
    printer.onEpochEnd(null, 0, LOGS);
    assertEquals("100/100 ━━━━━━━━━━━━━━━━━━━━ 1s 100ms/step" + VALUES + "\n", shown().getLast());
  }

  @Test
  void compilingIsSaidUntilItIsOver() {
    ProgressPrinter printer = printer(true, false, true, 2, 4);
    for (int epoch = 0; epoch < 2; epoch++) {
      train(printer, epoch, 2, 100);
      printer.onEpochEnd(null, epoch, LOGS);
    }
    assertEquals(
        List.of(
            "0/4 ──────────────────── compiling",
            "1/4 ━━━━━─────────────── compiling" + VALUES,
            "2/4 ━━━━━━━━━━────────── 0s 100ms/step" + VALUES,
            "2/4 ━━━━━━━━━━────────── 0s 100ms/step" + VALUES + "\nEpoch 2/2\n",
            "1/4 ━━━━━─────────────── 0s 100ms/step" + VALUES,
            "2/4 ━━━━━━━━━━────────── 0s 100ms/step" + VALUES,
            "2/4 ━━━━━━━━━━────────── 0s 100ms/step" + VALUES + "\n"),
        shown());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | 938/1875 ━━━━━━━━━━────────── 5s 5ms/step - accuracy: 0.8712 - loss: 0.4412",
        "80  | 938/1875 ━━━━━━━━━━────────── 5s 5ms/step - accuracy: 0.8712 - loss: 0.4412",
        "70  | 938/1875 ━━━━━━─────── 5s 5ms/step - accuracy: 0.8712 - loss: 0.4412",
        "61  | 938/1875 5s 5ms/step - accuracy: 0.8712 - loss: 0.4412",
        "50  | 938/1875 5s 5ms/step - accuracy: 0.8712 - loss:",
        "12  | 938/1875 5",
        "1   | ''",
        "0   | ''"
      })
  void whileRunningTheBarStaysOnItsLine(int width, String line) {
    columns = width;
    ProgressPrinter printer = printer(true, false, 1, 1875);
    train(printer, 0, 937, 5);
    int before = shown().size();
    now += 50_000_000;
    printer.onTrainBatchEnd(null, 937, LOGS);
    assertEquals(before + 1, shown().size());
    assertEquals(line, shown().getLast().strip());
    shown().forEach(shown -> assertTrue(shown.length() < Math.max(width, 1), shown));
  }

  /** Each of 80 columns, with the longest times that there are often. */
  @Test
  void twoMetricsFit80Columns() {
    ProgressPrinter printer = printer(true, true, 1, 1875);
    printer.onEpochBegin(null, 0);
    for (int step = 0; step < 1000; step++) {
      now += 250_000_000;
      printer.onTrainBatchEnd(null, step, LOGS);
    }
    assertEquals(
        "1000/1875 \u001B[32m━━━━━━━━━━\u001B[0m━━━━━━━━━ 3:39 250ms/step" + VALUES,
        shown().getLast());
  }

  @Test
  void theValuesOfAnEpochAreWrapped() {
    ProgressPrinter printer = printer(true, true, 1, 469);
    train(printer, 0, 469, 2);
    printer.onEpochEnd(
        null,
        0,
        Map.of("loss", 0.3051, "accuracy", 0.9123, "val_loss", 0.162, "val_accuracy", 0.953));
    assertEquals(
        "469/469 \u001B[32m━━━━━━━━━━━━━━━━━━━━\u001B[0m 1s 2ms/step - accuracy: 0.9123 - loss: 0.3051"
            + "\n        - val_accuracy: 0.9530 - val_loss: 0.1620\n",
        shown().getLast());
    columns = 24;
    printer.onEpochEnd(null, 0, LOGS);
    assertEquals(
        "469/469 1s 2ms/step\n        - accuracy: 0.8712\n        - loss: 0.4412\n",
        shown().getLast());
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "' 72 ', 72", "wide, 0", "'', 0", ", 0"})
  void theEnvironmentNamesTheWidth(String columns, int number) {
    assertEquals(number, TerminalWidth.named(columns));
    assertTrue(TerminalWidth.columns() > 0);
  }
}
