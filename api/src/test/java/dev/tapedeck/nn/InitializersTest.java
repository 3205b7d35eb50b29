package dev.tapedeck.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bounds and seeds; the tests of the layers compare distributions with Keras's. */
class InitializersTest {
  private static final RandomKey KEY = RandomKey.of(3);

  /** What the deviation of a normal distribution shrinks to when it is cut off at two of them. */
  private static final double CUT = 0.8796256610342398;

  private static TensorSpec spec(long... shape) {
    return new TensorSpec(DType.FLOAT32, Shape.of(shape));
  }

  static Stream<Arguments.ArgumentSet> bounds() {
    Shape vector = Shape.of(600);
    Shape matrix = Shape.of(30, 20);
    Shape window = Shape.of(3, 10, 20); // 30 in, 60 out
    Shape image = Shape.of(3, 2, 10, 20); // 60 in, 120 out
    return Stream.of(
        argumentSet("glorotUniform 1", Initializers.glorotUniform(), vector, root(6. / 1200)),
        argumentSet("glorotUniform 2", Initializers.glorotUniform(), matrix, root(6. / 50)),
        argumentSet("glorotUniform 3", Initializers.glorotUniform(), window, root(6. / 90)),
        argumentSet("glorotUniform 4", Initializers.glorotUniform(), image, root(6. / 180)),
        argumentSet("heUniform 2", Initializers.heUniform(), matrix, root(6. / 30)),
        argumentSet("heUniform 4", Initializers.heUniform(), image, root(6. / 60)),
        argumentSet("glorotNormal 2", Initializers.glorotNormal(), matrix, cut(2. / 50)),
        argumentSet("glorotNormal 4", Initializers.glorotNormal(), image, cut(2. / 180)),
        argumentSet("heNormal 2", Initializers.heNormal(), matrix, cut(2. / 30)),
        argumentSet("heNormal 3", Initializers.heNormal(), window, cut(2. / 30)));
  }

  private static double root(double variance) {
    return Math.sqrt(variance);
  }

  private static double cut(double variance) {
    return 2 * Math.sqrt(variance) / CUT;
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void numbersFillTheirBoundsAndStayWithin(Initializer initializer, Shape shape, double bound) {
    double[] drawn = initializer.create(KEY, spec(shape.toArray())).toDoubleArray();
    double lowest = Arrays.stream(drawn).min().orElseThrow();
    double highest = Arrays.stream(drawn).max().orElseThrow();
    assertTrue(-bound <= lowest && lowest < -0.9 * bound, () -> lowest + " for " + bound);
    assertTrue(highest <= bound && 0.9 * bound < highest, () -> highest + " for " + bound);
  }

  static Stream<Initializer> random() {
    return Stream.of(
        Initializers.glorotUniform(),
        Initializers.glorotNormal(),
        Initializers.heUniform(),
        Initializers.heNormal());
  }

  @ParameterizedTest
  @MethodSource("random")
  void aSeedRepeats(Initializer initializer) {
    Initializer seeded = initializer.seeded(42);
    String drawn = seeded.create(KEY, spec(4, 5)).toString();
    assertEquals(drawn, seeded.create(RandomKey.next(), spec(4, 5)).toString());
    assertEquals(drawn, initializer.create(RandomKey.of(42), spec(4, 5)).toString());
    assertNotEquals(drawn, initializer.seeded(43).create(KEY, spec(4, 5)).toString());
    assertNotEquals(drawn, initializer.create(KEY, spec(4, 5)).toString());
  }

  @ParameterizedTest
  @MethodSource("random")
  void numbersAreOfTheTypeAndShapeAskedFor(Initializer initializer) {
    for (Shape shape : new Shape[] {Shape.of(), Shape.of(0), Shape.of(2, 0, 3), Shape.of(3, 2)}) {
      TensorSpec wide = new TensorSpec(DType.FLOAT64, shape);
      assertEquals(wide, initializer.create(KEY, wide).spec());
    }
    TensorSpec whole = new TensorSpec(DType.INT32, Shape.of(2));
    String message =
        assertThrows(IllegalArgumentException.class, () -> initializer.create(KEY, whole))
            .getMessage();
    assertTrue(
        message.endsWith(": needs a floating point type, received int32; cast it first"), message);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void constantsAreOfAnyType(DType dtype) {
    TensorSpec spec = new TensorSpec(dtype, Shape.of(2, 2));
    assertAll(0, spec, Initializers.zeros().create(KEY, spec));
    assertAll(1, spec, Initializers.ones().create(KEY, spec));
  }

  @Test
  void aConstantIsRoundedToTheType() {
    assertAll(0.1f, spec(3), Initializers.constant(0.1).create(KEY, spec(3)));
    assertAll(-2.5, spec(), Initializers.constant(-2.5).create(KEY, spec()));
  }

  private static void assertAll(double expected, TensorSpec spec, Tensor actual) {
    assertEquals(spec, actual.spec());
    assertTrue(
        Arrays.stream(actual.toDoubleArray()).allMatch(v -> v == expected), actual::toString);
  }
}
