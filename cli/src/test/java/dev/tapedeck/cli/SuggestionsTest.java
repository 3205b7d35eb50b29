package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  @ParameterizedTest
  @CsvSource({
    "train, train, 0",
    "trian, train, 1",
    "tain, train, 1",
    "trains, train, 1",
    "drain, train, 1",
    "'', train, 5",
    "train, '', 5",
    "eval, train, 4",
    "--epohcs, --epochs, 1"
  })
  void changes(String from, String to, int count) {
    assertEquals(count, Suggestions.changes(from, to));
  }

  @ParameterizedTest
  @CsvSource({
    "prdict, predict",
    "pedrict, predict",
    "evla, eval",
    "val, eval",
    "trai, train",
    "evaluate, ",
    "x, ",
    "mnist, ",
    "'', "
  })
  void whatIsNearIsSuggested(String given, String meant) {
    List<String> commands = List.of("train", "eval", "predict", "inspect");
    assertEquals(meant, Suggestions.nearest(given, commands).orElse(null));
  }
}
