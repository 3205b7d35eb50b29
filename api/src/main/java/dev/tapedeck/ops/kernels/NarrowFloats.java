package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Conversions between float32 and the 16-bit floating types, by loops over arrays. */
final class NarrowFloats {
  private static final int BLOCK = 4096;
  private static final short NAN = 0x7fc0;

  private NarrowFloats() {}

  /** Writes a dense tensor of 16-bit numbers as float32. */
  static void widen(EagerTensor from, EagerTensor to) {
    boolean brain = from.dtype() == DType.BFLOAT16;
    short[] narrow = new short[BLOCK];
    float[] wide = new float[BLOCK];
    long count = from.shape().count();
    for (long i = 0; i < count; i += BLOCK) {
      int block = (int) Math.min(BLOCK, count - i);
      MemorySegment.copy(from.elements(), Elements.SHORT, i * Short.BYTES, narrow, 0, block);
      if (brain) {
        ofBfloat16(narrow, wide, block);
      } else {
        ofFloat16(narrow, wide, block);
      }
      MemorySegment.copy(wide, 0, to.elements(), Elements.FLOAT, i * Float.BYTES, block);
    }
  }

  /** Writes float32 rounded to the nearest 16-bit numbers, halves to even ones. */
  static void narrow(EagerTensor from, EagerTensor to) {
    boolean brain = to.dtype() == DType.BFLOAT16;
    short[] narrow = new short[BLOCK];
    float[] wide = new float[BLOCK];
    long count = from.shape().count();
    for (long i = 0; i < count; i += BLOCK) {
      int block = (int) Math.min(BLOCK, count - i);
      MemorySegment.copy(from.elements(), Elements.FLOAT, i * Float.BYTES, wide, 0, block);
      if (brain) {
        toBfloat16(wide, narrow, block);
      } else {
        toFloat16(wide, narrow, block);
      }
      MemorySegment.copy(narrow, 0, to.elements(), Elements.SHORT, i * Short.BYTES, block);
    }
  }

  private static void ofBfloat16(short[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Float.intBitsToFloat(from[i] << 16);
    }
  }

  private static void ofFloat16(short[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Float.float16ToFloat(from[i]);
    }
  }

  private static void toBfloat16(float[] from, short[] to, int count) {
    for (int i = 0; i < count; i++) {
      float value = from[i];
      int bits = Float.floatToRawIntBits(value);
      int rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
      to[i] = Float.isNaN(value) ? NAN : (short) rounded;
    }
  }

  private static void toFloat16(float[] from, short[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Float.floatToFloat16(from[i]);
    }
  }
}
