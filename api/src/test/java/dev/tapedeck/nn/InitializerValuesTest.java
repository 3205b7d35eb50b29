package dev.tapedeck.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.nn.VarianceScaling.Distribution;
import dev.tapedeck.nn.VarianceScaling.Mode;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Initializers as values: what they are made of, what they make of it, and what they refuse. */
class InitializerValuesTest {
  private static final RandomKey KEY = RandomKey.of(3);

  /** The deviation of a unit normal distribution truncated at two deviations. */
  private static final double CUT = 0.8796256610342398;

  private static TensorSpec spec(long... shape) {
    return new TensorSpec(DType.FLOAT32, Shape.of(shape));
  }

  static Stream<Arguments.ArgumentSet> distributions() {
    VarianceScaling out =
        Initializers.varianceScaling(3, Mode.FAN_OUT, Distribution.UNTRUNCATED_NORMAL);
    VarianceScaling axes =
        new VarianceScaling(
            1, Mode.FAN_AVG, Distribution.UNIFORM, null, List.of(0, 1), List.of(-1));
    return Stream.of(
        drawn(Initializers.randomNormal(), 0, 0.05, spec(200, 300)),
        drawn(Initializers.randomNormal(2, 3), 2, 3, spec(60000)),
        drawn(Initializers.truncatedNormal(), 0, 0.05 * CUT, spec(200, 300)),
        drawn(Initializers.truncatedNormal(-1, 0.5), -1, 0.5 * CUT, spec(60000)),
        drawn(Initializers.randomUniform(), 0, 0.1 / Math.sqrt(12), spec(200, 300)),
        drawn(Initializers.randomUniform(1, 4), 2.5, 3 / Math.sqrt(12), spec(60000)),
        drawn(Initializers.varianceScaling(), 0, Math.sqrt(1 / 200.), spec(200, 300)),
        drawn(out, 0, Math.sqrt(3 / 300.), spec(200, 300)),
        drawn(out, 0, Math.sqrt(3 / 600.), spec(2, 1, 100, 300)),
        drawn(axes, 0, Math.sqrt(1 / 350.), spec(20, 30, 100)),
        drawn(Initializers.lecunNormal(), 0, Math.sqrt(1 / 200.), spec(200, 300)),
        drawn(Initializers.lecunUniform(), 0, Math.sqrt(1 / 600.), spec(3, 2, 2, 50, 100)),
        drawn(Initializers.heNormal(), 0, Math.sqrt(2 / 60000.), spec(60000)),
        drawn(Initializers.glorotUniform(), 0, Math.sqrt(1 / 350.), spec(1, 1, 2, 150, 200)));
  }

  private static Arguments.ArgumentSet drawn(
      Initializer initializer, double mean, double deviation, TensorSpec spec) {
    return argumentSet(initializer + " " + spec.shape(), initializer, mean, deviation, spec);
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void momentsAreThoseOfTheDistribution(
      Initializer initializer, double mean, double deviation, TensorSpec spec) {
    double[] drawn = initializer.create(KEY, spec).toDoubleArray();
    double average = Arrays.stream(drawn).average().orElseThrow();
    double square = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    // Five standard errors.
    assertEquals(mean, average, 5 * deviation / Math.sqrt(drawn.length));
    assertEquals(deviation, Math.sqrt(square), 5 * deviation / Math.sqrt(2.0 * drawn.length));
  }

  @Test
  void boundsHold() {
    double[] uniform = Initializers.randomUniform(1, 4).create(KEY, spec(9999)).toDoubleArray();
    assertEquals(1, Arrays.stream(uniform).min().orElseThrow(), 0.01);
    assertEquals(4, Arrays.stream(uniform).max().orElseThrow(), 0.01);
    double[] normal = Initializers.truncatedNormal(1, 2).create(KEY, spec(9999)).toDoubleArray();
    assertEquals(-3, Arrays.stream(normal).min().orElseThrow(), 0.05);
    assertEquals(5, Arrays.stream(normal).max().orElseThrow(), 0.05);
  }

  static Stream<RandomInitializer> random() {
    return Stream.of(
        Initializers.randomNormal(),
        Initializers.randomUniform(),
        Initializers.truncatedNormal(),
        Initializers.varianceScaling(),
        Initializers.glorotNormal(),
        Initializers.glorotUniform(),
        Initializers.heNormal(),
        Initializers.heUniform(),
        Initializers.lecunNormal(),
        Initializers.lecunUniform(),
        Initializers.orthogonal());
  }

  @ParameterizedTest
  @MethodSource("random")
  void aSeedIsPartOfTheValue(RandomInitializer initializer) {
    RandomInitializer seeded = initializer.seeded(42);
    assertEquals(null, initializer.seed());
    assertEquals(42, seeded.seed());
    assertEquals(initializer.seeded(42), seeded);
    assertNotEquals(initializer, seeded);
    String drawn = seeded.create(KEY, spec(4, 5)).toString();
    assertEquals(drawn, seeded.create(RandomKey.of(9), spec(4, 5)).toString());
    assertEquals(drawn, initializer.create(RandomKey.of(42), spec(4, 5)).toString());
    assertNotEquals(drawn, initializer.seeded(43).create(KEY, spec(4, 5)).toString());
    assertEquals(
        initializer.getClass().getSimpleName()
            + ": needs a floating point type, received int32;"
            + " cast it first",
        assertThrows(
                IllegalArgumentException.class,
                () -> initializer.create(KEY, new TensorSpec(DType.INT32, Shape.of(2, 2))))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({"4,4,1", "7,3,2", "3,7,0.5", "30,20,1"})
  void orthogonalVectorsHaveTheGainForLength(int rows, int columns, double gain) {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      TensorSpec spec = new TensorSpec(dtype, Shape.of(rows, columns));
      Tensor q = Initializers.orthogonal(gain).create(KEY, spec);
      assertEquals(spec, q.spec());
      Tensor products = Linalg.matmul(q, q, rows >= columns, rows < columns);
      int size = Math.min(rows, columns);
      TensorSpec square = new TensorSpec(dtype, Shape.of(size, size));
      assertArrayEquals(
          Initializers.identity(gain * gain).create(KEY, square).toDoubleArray(),
          products.toDoubleArray(),
          dtype == DType.FLOAT64 ? 1e-14 : 1e-6);
    }
  }

  @Test
  void anOrthogonalKernelIsAMatrixOfItsLastAxis() {
    Tensor kernel = Initializers.orthogonal().create(KEY, spec(3, 2, 4, 5));
    Tensor matrix = Initializers.orthogonal().create(KEY, spec(24, 5));
    assertArrayEquals(matrix.toDoubleArray(), kernel.toDoubleArray());
    TensorSpec half = new TensorSpec(DType.BFLOAT16, Shape.of(4, 4));
    assertEquals(half, Initializers.orthogonal().create(KEY, half).spec());
  }

  /** Without the signs of the other factor, the first element would never be above 0. */
  @Test
  void orthogonalMatricesAreUniformlyDistributed() {
    long positive =
        Stream.iterate(0L, i -> i + 1)
            .limit(100)
            .filter(
                i ->
                    Initializers.orthogonal().create(RandomKey.of(i), spec(3, 3)).toFloatArray()[0]
                        > 0)
            .count();
    assertEquals(50, (double) positive, 25);
  }

  @Test
  void anInitializerOfYourOwnTakesASeedToo() {
    Initializer own = (key, spec) -> Initializers.randomNormal().create(key, spec);
    assertEquals(
        own.create(RandomKey.of(42), spec(3)).toString(),
        own.seeded(42).create(KEY, spec(3)).toString());
  }

  @Test
  void identityMayBeWide() {
    assertArrayEquals(
        new double[] {2, 0, 0, 0, 2, 0},
        Initializers.identity(2).create(KEY, spec(2, 3)).toDoubleArray());
  }

  @Test
  void aWindowOfYourOwnFitsTheKernel() {
    WindowFunction ramp = (length, _) -> new double[] {1, 2, 3};
    STFT stft = Initializers.stft(STFT.Side.REAL, ramp, STFT.Scaling.SPECTRUM, false);
    assertArrayEquals(
        new double[] {1 / 6., 1 / 6., 2 / 6., -2 / 6., 3 / 6., 3 / 6.},
        stft.create(KEY, spec(3, 1, 2)).toDoubleArray(),
        1e-7);
    assertEquals(
        "STFT: needs a window of 4 values, the kernel's first size, received 3; make a window of"
            + " the length it is asked for",
        assertThrows(IllegalArgumentException.class, () -> stft.create(KEY, spec(4, 1, 2)))
            .getMessage());
  }

  @Test
  void valuesPrintThemselves() {
    assertEquals(
        "GlorotUniform[seed=42, inputAxes=null, outputAxes=null]",
        Initializers.glorotUniform().seeded(42).toString());
    assertEquals(
        "RandomNormal[mean=0.0, stddev=0.05, seed=null]", Initializers.randomNormal().toString());
    assertEquals(
        "STFT[side=IMAG, window=HANN, scaling=DENSITY, periodic=false]",
        Initializers.stft(STFT.Side.IMAG).toString());
  }

  static Stream<Arguments.ArgumentSet> refused() {
    return Stream.of(
        refused(
            "VarianceScaling: scale must be finite, and above 0, received 0.0; give 1 or 2",
            () -> Initializers.varianceScaling(0, Mode.FAN_IN, Distribution.UNIFORM)),
        refused(
            "HeNormal: needs inputAxes and outputAxes, or neither, received [0]; give both",
            () -> new HeNormal(null, List.of(0), null)),
        refused(
            "RandomNormal: stddev must be finite, and 0 or more, received -1.0; give 0 or more",
            () -> Initializers.randomNormal(0, -1)),
        refused(
            "TruncatedNormal: mean must be finite, received NaN; give a finite number",
            () -> Initializers.truncatedNormal(Double.NaN, 1)),
        refused(
            "RandomUniform: minval must be below maxval, and both finite, received 1.0 and 1.0;"
                + " swap them, or use constant(..)",
            () -> Initializers.randomUniform(1, 1)),
        refused(
            "Orthogonal: needs a shape of rank 2 or more, received (3,); use another initializer"
                + " for vectors",
            () -> Initializers.orthogonal().create(KEY, spec(3))),
        refused(
            "Identity: needs a shape of rank 2, received (1, 2, 2); use orthogonal() for kernels",
            () -> Initializers.identity().create(KEY, spec(1, 2, 2))),
        refused(
            "STFT: needs a shape (time, 1, frequencies) of 2 frequencies or more, received (4, 2,"
                + " 3); use it for the kernels of one-dimensional convolutions of one channel",
            () -> Initializers.stft(STFT.Side.REAL).create(KEY, spec(4, 2, 3))),
        refused(
            "HANN: length must be 1 or more, received 0; give a length",
            () -> Windows.HANN.values(0, true)));
  }

  private static Arguments.ArgumentSet refused(String message, Executable made) {
    return argumentSet(message, message, made);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusals(String message, Executable made) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, made).getMessage());
  }
}
