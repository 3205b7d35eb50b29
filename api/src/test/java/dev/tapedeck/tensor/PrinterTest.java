package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  static Stream<String> cases() throws IOException {
    try (InputStream file = PrinterTest.class.getResourceAsStream("prints.txt")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n--\n", -1)).filter(one -> !one.isBlank());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void printsAsNumPy(String text) {
    String[] lines = text.split("\n", 2);
    String[] head = lines[0].split("[ ()]+", -1);
    Shape shape =
        Shape.of(
            Arrays.stream(lines[0].replaceAll(".*\\((.*)\\).*", "$1").split(",", -1))
                .filter(size -> !size.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray());
    DType dtype = DType.valueOf(head[0].toUpperCase(Locale.ROOT));
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(dtype, shape));
    String[] values = lines[0].replaceAll(".*\\) ?", "").split(" ", -1);
    for (int i = 0; i < shape.count(); i++) {
      switch (dtype) {
        case BOOL -> Elements.setLong(dtype, tensor.memory(), i, values[i].equals("True") ? 1 : 0);
        case FLOAT32, FLOAT64 ->
            Elements.setDouble(dtype, tensor.memory(), i, Double.parseDouble(values[i]));
        case INT32, INT64, UINT8 ->
            Elements.setLong(dtype, tensor.memory(), i, Long.parseLong(values[i]));
      }
    }
    assertEquals(
        "Tensor(" + lines[1] + ", shape=" + shape + ", dtype=" + dtype + ")", tensor.toString());
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
        new SymbolicTensor("Add:0", new TensorSpec(DType.INT32, Shape.of(3))).toString());
  }
}
