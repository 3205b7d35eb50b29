package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.DType;
import java.util.Optional;

/**
 * TensorFlow's numbers of element types.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class TensorFlowTypes {
  /** The number of type string. */
  public static final int STRING = 7;

  static final String STRING_NAME = "string";

  private TensorFlowTypes() {}

  /** Returns the number of a type. */
  public static int number(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 1;
      case FLOAT64 -> 2;
      case INT32 -> 3;
      case UINT8 -> 4;
      case INT16 -> 5;
      case INT8 -> 6;
      case STRING -> 7;
      case INT64 -> 9;
      case BOOL -> 10;
      case BFLOAT16 -> 14;
      case UINT16 -> 17;
      case FLOAT16 -> 19;
    };
  }

  /** Returns the type of a number, or nothing if Tapedeck lacks it. */
  public static Optional<DType> dtype(int number) {
    return DType.fixedSize().stream().filter(dtype -> number(dtype) == number).findFirst();
  }
}
