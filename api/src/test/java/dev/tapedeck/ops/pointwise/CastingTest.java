package dev.tapedeck.ops.pointwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Casts of many elements of every type to every other, against one element at a time. */
final class CastingTest {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    1e-45,
    6e-8,
    65519,
    65520,
    2147483647.5,
    -2147483649.0,
    16777217,
    9.3e18,
    -9.3e18,
    1e300,
    255.9,
    -0.9,
    127.5,
    0.5,
    1.0000001,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 53
  };

  static Stream<DType> types() {
    return DType.fixedSize().stream();
  }

  private static EagerTensor numbers(DType dtype, int count) {
    EagerTensor x = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(count)));
    Random random = new Random(11);
    for (int i = 0; i < count; i++) {
      double number = i % 3 == 0 ? SPECIAL[i / 3 % SPECIAL.length] : random.nextGaussian() * 300;
      if (dtype == DType.INT64 && i % 3 == 1) {
        Elements.setLong(dtype, x.elements(), i, random.nextLong());
      } else {
        Elements.setDouble(dtype, x.elements(), i, number);
      }
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("types")
  void manyAreCastAsOneIs(DType from) {
    for (int count : new int[] {0, 1, 5, 1023, 1025, 70_001}) {
      EagerTensor x = numbers(from, count);
      for (DType to : DType.fixedSize()) {
        EagerTensor expected = EagerTensor.allocate(new TensorSpec(to, Shape.of(count)));
        for (int i = 0; i < count; i++) {
          if (from.isFloating()) {
            Elements.setDouble(
                to, expected.elements(), i, Elements.getDouble(from, x.elements(), i));
          } else {
            Elements.setLong(to, expected.elements(), i, Elements.getLong(from, x.elements(), i));
          }
        }
        EagerTensor made = (EagerTensor) Casting.cast(x, to);
        assertArrayEquals(bytes(expected), bytes(made), from + " to " + to + ", " + count);
      }
    }
  }

  private static byte[] bytes(EagerTensor x) {
    return x.elements().toArray(ValueLayout.JAVA_BYTE);
  }
}
