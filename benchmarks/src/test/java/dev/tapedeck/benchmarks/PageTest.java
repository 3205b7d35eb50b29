package dev.tapedeck.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class PageTest {
  private static final String PAGE =
      """
      text
      <!-- steps -->
      old
      <!-- end of steps -->
      <!-- micro -->
      <!-- end of micro -->
      """;

  @Test
  void aSectionIsReplaced() {
    String steps = ResultsPage.replaced(PAGE, "steps", "new\n");
    assertEquals(PAGE.replace("old", "new"), steps);
    assertEquals(steps, ResultsPage.replaced(steps, "steps", "new\n"));
  }

  @Test
  void anUnknownSectionIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> ResultsPage.replaced(PAGE, "growth", "new\n"));
  }

  @Test
  void tablesAlignNumbersAndLeaveGaps() {
    Table table = new Table("work", "us", "met").row("add", 0.25, "yes").row("exp", Double.NaN, "");
    assertEquals(
        """
        | work | us | met |
        |---|--:|---|
        | add | 0.250 | yes |
        | exp |  |  |
        """,
        table.toString());
    assertEquals(
        "| 1.00 | 12.3 | 123 | 12346 |",
        new Table("", "", "", "")
            .row(1.0, 12.34, 123.4, 12345.6)
            .toString()
            .lines()
            .skip(2)
            .findFirst()
            .orElseThrow());
  }
}
