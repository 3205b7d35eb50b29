package dev.tapedeck.onnx;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;

/** ONNX's numbers of element types. */
final class OnnxTypes {
  private OnnxTypes() {}

  static int number(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case UINT16 -> 4;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case BOOL -> 9;
      case FLOAT64 -> 11;
      case FLOAT16, BFLOAT16, STRING ->
          throw Refusal.of(
              "Onnx.export",
              "needs numbers and bools",
              dtype,
              "text: look ids up before; 16-bit floats are exported as float32");
    };
  }
}
