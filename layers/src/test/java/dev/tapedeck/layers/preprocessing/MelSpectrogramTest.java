package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.nn.WindowFunction;
import dev.tapedeck.tensor.DType;
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
    Tensor x = Tensor.ones(DType.FLOAT32, 1, 16);
    refused(
        "MelSpectrogram: needs a sequenceLength from 1 to the fftLength 8, received 9; raise the"
            + " fftLength for longer frames",
        () -> mel().sequenceLength(9).apply(x));
    refused(
        "MelSpectrogram: needs frequencies with 0 <= minFreq < maxFreq, received 20.0 and 10.0;"
            + " give them in hertz",
        () -> mel().maxFreq(10.0).apply(x));
    refused(
        "MelSpectrogram: needs samples [n, time] or [time], received (1, 4, 4); reshape them",
        () -> mel().apply(x.reshape(1, 4, 4)));
    refused(
        "MelSpectrogram: numMelBins must be 1 or more, received 0; give the number of bands",
        () -> mel().numMelBins(0));
  }
}
