package dev.tapedeck.ops.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The numbers that a key draws never change, bit for bit, however they are computed: saved seeds
 * would else give other trainings.
 */
final class DrawnNumbersTest {
  private static final RandomKey KEY = new RandomKey(0x9876543210fedcbaL, 0xffff_fffeL);

  @Test
  void areThoseOfTheFirstVersion() {
    float[] uniform = Randoms.uniform(KEY, DType.FLOAT32, -1, 3, 6).toFloatArray();
    assertArrayEquals(
        new float[] {1.2735137f, -0.98729783f, 2.386741f, 1.3884616f, -0.8150328f, -0.21127604f},
        uniform,
        Arrays.toString(uniform));
    float[] normal = Randoms.normal(KEY, DType.FLOAT32, 0.5, 2, 6).toFloatArray();
    assertArrayEquals(
        new float[] {3.0920982f, 0.55172575f, -2.6742744f, -1.7194769f, 0.70051694f, 1.0818537f},
        normal,
        Arrays.toString(normal));
    assertEquals(-2075046738, hash(Randoms.uniform(KEY, DType.FLOAT32, 0, 1, 300_001)));
    assertEquals(876229239, hash(Randoms.normal(KEY, DType.FLOAT32, 0, 1, 300_001)));
  }

  private static int hash(Tensor drawn) {
    return Arrays.hashCode(drawn.toFloatArray());
  }

  @ParameterizedTest
  @CsvSource({
    "UNIFORM, FLOAT32, 0, 1",
    "UNIFORM, FLOAT32, 1e6, 0.25",
    "UNIFORM, FLOAT64, -3, 5",
    "UNIFORM, BFLOAT16, 0, 1",
    "UNIFORM, INT32, -10, 1000",
    "NORMAL, FLOAT32, 0, 1",
    "NORMAL, FLOAT32, 1e5, 1e-3",
    "NORMAL, FLOAT32, -0.3, -1e-44",
    "NORMAL, FLOAT32, 0, 0",
    "NORMAL, FLOAT32, 0, Infinity",
    "NORMAL, FLOAT64, 1, 2",
    "NORMAL, FLOAT16, 0, 1",
    "TRUNCATED_NORMAL, FLOAT32, 0, 0.05",
  })
  void followFromTheFormulas(RandomDraw.Kind kind, DType dtype, double shift, double scale) {
    for (int count : new int[] {0, 1, 2, 3, 511, 512, 513, 20_001}) {
      TensorSpec spec = new TensorSpec(dtype, Shape.of(count));
      Tensor drawn = new RandomDraw(kind, spec, shift, scale).applyTo(KEY.tensor());
      EagerTensor expected = EagerTensor.allocate(spec);
      for (int i = 0; i < count; i++) {
        write(expected, i, kind, shift, scale);
      }
      assertArrayEquals(expected.toDoubleArray(), drawn.toDoubleArray(), "of " + count);
    }
  }

  /** Draws an element alone. */
  private static void write(
      EagerTensor to, int index, RandomDraw.Kind kind, double shift, double scale) {
    double number = drawn(kind, index);
    double value = shift + scale * number;
    DType dtype = to.dtype();
    Elements.setDouble(dtype, to.elements(), index, dtype.isInteger() ? Math.floor(value) : value);
    double bound = shift + scale;
    for (double step = Math.max(0x1p-53 * scale, Double.MIN_VALUE);
        kind == RandomDraw.Kind.UNIFORM && Elements.getDouble(dtype, to.elements(), index) >= bound;
        step *= 2) {
      Elements.setDouble(dtype, to.elements(), index, bound - step);
    }
  }

  private static double drawn(RandomDraw.Kind kind, int index) {
    int[] words = KEY.words(index / 2);
    double first = unit(words[0], words[1]);
    double second = unit(words[2], words[3]);
    if (kind == RandomDraw.Kind.UNIFORM) {
      return index % 2 == 0 ? first : second;
    }
    double radius = Math.sqrt(-2 * Math.log(1 - first));
    double angle = 2 * Math.PI * second;
    double number = radius * (index % 2 == 0 ? Math.cos(angle) : Math.sin(angle));
    for (int again = 1; kind == RandomDraw.Kind.TRUNCATED_NORMAL && Math.abs(number) > 2; again++) {
      int[] more = KEY.foldIn(index).words(again);
      number =
          Math.sqrt(-2 * Math.log(1 - unit(more[0], more[1])))
              * Math.cos(2 * Math.PI * unit(more[2], more[3]));
    }
    return number;
  }

  private static double unit(int low, int high) {
    return (((long) high << 32 | (low & 0xffffffffL)) >>> 11) * 0x1.0p-53;
  }
}
