package dev.tapedeck.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgbarTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private long now;

  private Progbar bar(boolean terminal, long target) {
    return new Progbar(new Terminal(out, terminal, false, () -> 80, () -> now), false, target);
  }

  private String printed() {
    String text = printed.toString(StandardCharsets.UTF_8);
    printed.reset();
    return text.replace(System.lineSeparator(), "\n");
  }

  @Test
  void showsMeansOverTheStepsAndEndsItsLine() {
    Progbar bar = bar(true, 4);
    now += 100_000_000;
    bar.add(1, Map.of("loss", 4.0));
    assertEquals("\r\u001B[K1/4 ━━━━━─────────────── 0s 100ms/step - loss: 4.0000", printed());
    now += 100_000_000;
    bar.add(3, Map.of("loss", 2.0));
    assertEquals(
        "\r\u001B[K4/4 ━━━━━━━━━━━━━━━━━━━━ 0s 100ms/step - loss: 2.5000"
            + "\r\u001B[K4/4 ━━━━━━━━━━━━━━━━━━━━ 0s 100ms/step - loss: 2.5000\n",
        printed());
  }

  @Test
  void withoutATerminalThereIsOneLine() {
    Progbar bar = bar(false, 2);
    bar.add(1, Map.of());
    assertEquals("", printed());
    now += 1_000_000_000;
    bar.add(1, Map.of("loss", 0.5));
    assertEquals("2/2 - 1s 1s/step - loss: 0.2500\n", printed());
  }

  @Test
  void anUnknownNumberOfStepsIsFinishedByHand() {
    Progbar bar = bar(false, -1);
    bar.add(5, Map.of());
    bar.finish(Map.of("loss", 0.5));
    assertEquals("5 - 0s 0us/step - loss: 0.5000\n", printed());
  }
}
