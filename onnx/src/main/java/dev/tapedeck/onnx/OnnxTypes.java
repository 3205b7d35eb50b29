package dev.tapedeck.onnx;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX's numbers of element types.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class OnnxTypes {
  private static final Map<DType, Integer> NUMBERS = new EnumMap<>(DType.class);

  static {
    NUMBERS.put(DType.FLOAT32, 1);
    NUMBERS.put(DType.UINT8, 2);
    NUMBERS.put(DType.INT8, 3);
    NUMBERS.put(DType.UINT16, 4);
    NUMBERS.put(DType.INT16, 5);
    NUMBERS.put(DType.INT32, 6);
    NUMBERS.put(DType.INT64, 7);
    NUMBERS.put(DType.STRING, 8);
    NUMBERS.put(DType.BOOL, 9);
    NUMBERS.put(DType.FLOAT16, 10);
    NUMBERS.put(DType.FLOAT64, 11);
    NUMBERS.put(DType.BFLOAT16, 16);
  }

  private OnnxTypes() {}

  /** Returns the type of a number; empty if tensors have none such. */
  public static Optional<DType> of(int number) {
    return NUMBERS.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Returns the number of a type that is exported. */
  static int number(DType dtype) {
    return switch (dtype) {
      case FLOAT16, BFLOAT16, STRING ->
          throw Refusal.of(
              "Onnx.export",
              "needs numbers and bools",
              dtype,
              "text: look ids up before; 16-bit floats are exported as float32");
      default -> NUMBERS.get(dtype);
    };
  }
}
