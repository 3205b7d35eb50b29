package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.nn.WindowFunction;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** {@link MelSpectrogram}, beside what is compared with Keras. */
class MelSpectrogramTest {
  private static MelSpectrogram mel() {
    return new MelSpectrogram().fftLength(8).sequenceStride(4).numMelBins(3).samplingRate(4000);
  }

  @TestFactory
  Stream<DynamicTest> melSpectrogram() {
    return LayerCheck.tests(() -> mel().powerToDb(false), Operand.real(2, 14));
  }

  @Test
  void samplesWithoutABatch() {
    Tensor x = Tensor.of(new float[] {1, -2, 0.5f, 3, 0.25f, -1, 2, 2, -0.75f, 1}, 1, 10);
    assertArrayEquals(
        mel().apply(x).toDoubleArray(), mel().apply(x.reshape(10)).toDoubleArray(), 1e-6);
  }

  @Test
  void aWindowOfOnesOwn() {
    WindowFunction flat =
        (length, periodic) -> {
          double[] ones = new double[length];
          Arrays.fill(ones, 1);
          return ones;
        };
    Tensor x = Tensor.of(new float[] {1, -2, 0.5f, 3, 0.25f, -1, 2, 2}, 1, 8);
    assertArrayEquals(
        mel().window(null).apply(x).toDoubleArray(), mel().window(flat).apply(x).toDoubleArray());
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void refusals() {
    refused(
        "MelSpectrogram: sequenceLength must be at most the fftLength 8, received 9; set a larger"
            + " fftLength first",
        () -> mel().sequenceLength(9));
    refused(
        "MelSpectrogram: needs frequencies with 0 <= minFreq < maxFreq, received 20.0 and 10.0;"
            + " give them in hertz",
        () -> mel().maxFreq(10.0));
    refused(
        "MelSpectrogram: numMelBins must be 1 or more, received 0; give a number",
        () -> mel().numMelBins(0));
  }
}
