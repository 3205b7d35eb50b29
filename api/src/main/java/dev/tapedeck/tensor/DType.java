package dev.tapedeck.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * The element type of a tensor.
 *
 * <p>There is no silent promotion: an op that receives two different types throws and names {@code
 * cast}. A plain Java number takes the type of the tensor it is combined with.
 *
 * <p>The 16-bit floating types save memory, not time: an op computes with float32 and rounds its
 * result.
 */
public enum DType {
  FLOAT16(2, true),
  BFLOAT16(2, true),
  FLOAT32(4, true),
  FLOAT64(8, true),
  INT8(1, false),
  INT16(2, false),
  INT32(4, false),
  INT64(8, false),
  UINT8(1, false),
  UINT16(2, false),
  BOOL(1, false),
  /** Text, of {@link StringTensor}s, with which no op computes. */
  STRING(0, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Returns the types whose elements have a fixed size in memory: all but string. */
  public static List<DType> fixedSize() {
    return Arrays.stream(values()).filter(dtype -> dtype != STRING).toList();
  }

  /** Returns the size of one element in bytes; 0 for text, which is elsewhere. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether this is a floating point type, the only kind that has gradients. */
  public boolean isFloating() {
    return floating;
  }

  /** Returns whether this is a whole-number type; bool is not. */
  public boolean isInteger() {
    return !floating && isNumeric();
  }

  /** Returns whether this type has arithmetic: everything but bool and string. */
  public boolean isNumeric() {
    return this != BOOL && this != STRING;
  }

  /** Returns the name as TensorFlow and NumPy spell it, {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
