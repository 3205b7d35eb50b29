package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.layers.preprocessing.STFTSpectrogram.Mode;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SpectrogramTest {
  private static Tensor tone(int frequency) {
    double[] wave =
        IntStream.range(0, 32).mapToDouble(t -> Math.cos(Math.PI / 8 * frequency * t)).toArray();
    return Tensor.of(wave, 1, 32, 1);
  }

  private static void assertRefused(String message, Executable mistake) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }

  @Test
  void aToneIsAtItsFrequency() {
    STFTSpectrogram plain =
        new STFTSpectrogram(Mode.REAL).frameLength(16).frameStep(16).window(null);
    double[] expected = new double[18];
    expected[3] = 8;
    expected[9 + 3] = 8;
    assertArrayEquals(expected, plain.apply(tone(3)).toDoubleArray(), 1e-5);
    Tensor y = new STFTSpectrogram(Mode.PSD).frameLength(16).apply(tone(3));
    assertEquals("float64 (1, 3, 9)", y.spec().toString());
    assertEquals(3, Reductions.argmax(y.get(0, 1), 0).item());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused(
        "STFTSpectrogram: needs floating-point signals of three axes, with known time and channels,"
            + " received float32 (3,); cast or reshape them",
        () -> new STFTSpectrogram().apply(new float[3]));
    assertRefused(
        "STFTSpectrogram: needs a frameStep from 1 to 16, received 17; give one of a frame",
        () -> new STFTSpectrogram().frameLength(16).frameStep(17).apply(tone(1)));
    assertRefused(
        "STFTSpectrogram: needs an fftLength of 16 or more, received 8; raise it",
        () -> new STFTSpectrogram().frameLength(16).fftLength(8).apply(tone(1)));
  }
}
