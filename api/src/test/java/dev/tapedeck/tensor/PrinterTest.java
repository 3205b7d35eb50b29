package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prints are NumPy's, which {@code src/test/python/make_prints.py} has written down. */
final class PrinterTest {
  /** A line such as {@code float32 (2,1) 1.5 NaN}, and what NumPy prints. */
  record Case(String array, String printed) {
    /** Returns the array's type and shape. */
    @Override
    public String toString() {
      return array.substring(0, array.indexOf(')') + 1);
    }
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream file = PrinterTest.class.getResourceAsStream("prints.txt")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n--\n", -1))
          .filter(one -> !one.isEmpty())
          .map(one -> one.split("\n", 2))
          .map(lines -> new Case(lines[0], lines[1]));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void printsAsNumPy(Case one) {
    String[] head = one.toString().split("[ (),]+", -1);
    Shape shape =
        Shape.of(Arrays.stream(head, 1, head.length - 1).mapToLong(Long::parseLong).toArray());
    String[] values = one.array.substring(one.array.indexOf(')') + 2).split(" ", -1);
    DType dtype = DType.valueOf(head[0].toUpperCase(Locale.ROOT));
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(dtype, shape));
    for (int i = 0; i < shape.count(); i++) {
      switch (dtype) {
        case BOOL -> Elements.setLong(dtype, tensor.memory(), i, values[i].equals("True") ? 1 : 0);
        case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
            Elements.setDouble(dtype, tensor.memory(), i, Double.parseDouble(values[i]));
        default -> Elements.setLong(dtype, tensor.memory(), i, Long.parseLong(values[i]));
      }
    }
    assertEquals(
        "Tensor(" + one.printed + ", shape=" + shape + ", dtype=" + dtype + ")", tensor.toString());
  }

  @Test
  void viewsAndVariablesPrintTheirElements() {
    Tensor matrix = Tensor.of(new int[][] {{1, 2}, {30, 4}});
    assertEquals(
        "Tensor([[ 1 30]\n [ 2  4]], shape=(2, 2), dtype=int32)", matrix.transpose().toString());
    assertEquals(
        "Variable(weight, [[1. 2.]], shape=(1, 2), dtype=float32)",
        Variable.of(new float[][] {{1, 2}}, "weight").toString());
    assertEquals(
        "Tensor(\"Add:0\", shape=(3,), dtype=int32)",
        new SymbolicTensor("Add:0", new TensorSpec(DType.INT32, Shape.of(3)), null).toString());
  }
}
