package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TapedeckTest {
  @Test
  void knowsItsVersion() {
    assertEquals(0, Tapedeck.run("--version"));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertEquals(2, Tapedeck.run("--no-such-option"));
  }
}
