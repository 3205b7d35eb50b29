package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples as a reader would, and checks what they print. */
class ExamplesTest {
  private static List<String> run(Consumer<String[]> main, String... args) {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      main.accept(args);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Returns the number that follows a text in one of the lines. */
  private static double number(List<String> lines, String before) {
    Matcher matcher =
        Pattern.compile(Pattern.quote(before) + "\\s*(-?[0-9.]+(?:E-?[0-9]+)?)")
            .matcher(String.join("\n", lines));
    assertTrue(matcher.find(), () -> "no \"" + before + "\" in " + lines);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void fizzBuzzCounts() {
    List<String> lines = run(FizzBuzz::main);
    assertEquals(
        List.of("1", "2", "Fizz", "4", "Buzz", "Fizz", "7", "8", "Fizz", "Buzz"),
        lines.subList(0, 10));
    assertEquals("FizzBuzz", lines.get(14));
    assertEquals("Tensor(15, shape=(), dtype=int32)", lines.get(15));
  }

  @Test
  void eagerAndTracedGiveTheSame() {
    assertEquals(
        List.of(
            "eager:  Tensor([[8.]], shape=(1, 1), dtype=float32)",
            "traced: Tensor([[8.]], shape=(1, 1), dtype=float32)",
            "inside: Tensor(\"Add:0\", shape=(3,), dtype=int32)",
            "sum:    Tensor([1 2 4], shape=(3,), dtype=int32)"),
        run(EagerAndTraced::main));
  }

  @Test
  void descentGoesDownInThrees() {
    List<String> expected =
        Stream.concat(
                IntStream.rangeClosed(0, 5)
                    .mapToObj(i -> "X = " + (20 - 3 * i) + ".00, dX = 3.000000"),
                Stream.of("X = 2.00, dX = 0.000000"))
            .toList();
    assertEquals(expected, run(Descent::main));
  }

  @Test
  void regressionByHandFindsTheLine() {
    List<String> lines = run(LinearByHand::main);
    assertEquals(3, number(lines, "W ="), 0.25);
    assertEquals(2, number(lines, "B ="), 0.25);
  }

  @Test
  void regressionByModelFindsTheLine() {
    List<String> lines = run(LinearModel::main);
    assertTrue(lines.contains("[weight, bias]"), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("Loss at step 300")));
    assertEquals(3, number(lines, "W ="), 0.1);
    assertEquals(2, number(lines, "B ="), 0.1);
  }

  @Test
  void lineSearchHalvesItsRateAndArrives() {
    List<String> lines = run(LineSearch::main);
    assertEquals("rate 1.50", lines.getFirst());
    assertEquals(2, number(lines.reversed(), "x ="), 1e-3);
  }

  @Test
  void customLayerAddsItsKernel() {
    assertEquals(List.of("(10, 10)", "kernel: float32 (5, 10)"), run(CustomLayer::main));
  }

  @Test
  void mnistModelTrainsByHandAndByFit() {
    List<String> lines = run(MnistModel::main, "2000");
    // 784 * 64 + 64, then 64 * 64 + 64 once though it is used twice, then 64 * 10 + 10; SGD has 2.
    assertTrue(
        lines.stream().anyMatch(l -> l.contains("Trainable params: 55,050")), lines::toString);
    assertTrue(number(lines, "sparse_categorical_accuracy=") > 0.8);
    assertTrue(number(lines, "val_sparse_categorical_accuracy:") > 0.8);
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("63/63 ")), lines::toString);
  }

  @Test
  void matmulIsTimedOnWhatThereIs() {
    List<String> lines = run(MatmulTiming::main, "3");
    assertTrue(number(lines, "CPU:") > 0);
    assertEquals("GPU: not found", lines.get(1));
  }

  @Test
  void aVariableIsRestored(@TempDir Path folder) {
    assertEquals(List.of("2.0"), run(SaveAndRestore::main, folder.toString()));
  }

  @Test
  void scalarSummariesWriteAnEventFile(@TempDir Path folder) throws Exception {
    run(ScalarSummaries::main, folder.toString());
    try (Stream<Path> files = Files.list(folder)) {
      Path file = files.findFirst().orElseThrow();
      assertTrue(Files.size(file) > 10 * 30, () -> file + " is too small for ten points");
    }
  }

  @Test
  void aTracedStepLearnsAndIsDrawn(@TempDir Path folder) throws Exception {
    List<String> lines = run(TrainStepGraph::main, folder.toString());
    assertTrue(number(lines, "loss =") < 0.1, lines::toString);
    try (Stream<Path> files = Files.list(folder)) {
      String text = Files.readString(files.findFirst().orElseThrow(), StandardCharsets.ISO_8859_1);
      assertTrue(text.contains("perceptron/hidden/MatMul"), text);
    }
  }

  @Test
  void tracedSpeedPrintsATable() {
    List<String> lines = run(TracedSpeed::main, "0.05");
    assertEquals(6, lines.size());
    assertEquals(
        List.of("", "dense net, call", "dense net, training step", "conv net, call"),
        lines.stream().limit(4).map(line -> line.substring(0, 28).strip()).toList());
    assertTrue(
        lines.stream().skip(1).allMatch(line -> line.matches(".* [0-9.]+ +[0-9.]+ +[0-9.]+x")));
  }

  /** Returns the accuracy that a program prints; it must have no reason to warn. */
  private static double accuracy(Consumer<String[]> main, String... args) {
    List<String> lines = new ArrayList<>();
    assertEquals(List.of(), LossWatchTest.warnings(() -> lines.addAll(run(main, args))));
    return number(lines, "test accuracy:");
  }

  @Test
  void residualDigitsLearn() {
    assertTrue(accuracy(ResidualDigits::main, "3", "1000", "0") > 0.3); // chance: 0.1
  }

  @Test
  void firstMarkerLearns() {
    assertTrue(accuracy(FirstMarker::main, "4", "1000", "0") > 0.8); // chance: 0.5
  }

  @Test
  void repeatedTokenLearns() {
    assertTrue(accuracy(RepeatedToken::main, "6", "4000", "0") > 0.7); // chance: 0.5
  }

  @Test
  void sentenceTopicsLearn() {
    assertTrue(accuracy(SentenceTopics::main, "3", "1000", "0") > 0.8); // chance: 0.25
  }
}
