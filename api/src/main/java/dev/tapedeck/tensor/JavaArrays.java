package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conversions of nested Java arrays to tensors and back. */
final class JavaArrays {
  private JavaArrays() {}

  static Tensor toTensor(Object value) {
    if (value == null) {
      throw Refusal.of("tensor", "expected a value", null, "pass a number, an array or a Tensor");
    }
    if (StringTensor.isText(value.getClass())) {
      return StringTensor.ofArray(value);
    }
    List<Long> sizes = new ArrayList<>();
    Class<?> type = value.getClass();
    for (Object level = value; type.isArray(); type = type.getComponentType()) {
      int length = level == null ? 0 : Array.getLength(level);
      sizes.add((long) length);
      level = length == 0 ? null : Array.get(level, 0);
    }
    Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(dtype(type), shape));
    MemorySegment memory = tensor.elements();
    if (shape.isScalar()) {
      write(memory, tensor.dtype(), 0, value);
    } else {
      fill(tensor, memory, value, 0, 0);
    }
    return tensor;
  }

  static Tensor toTensor(float[] values, Shape shape) {
    EagerTensor tensor = allocateFor(DType.FLOAT32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.elements(), Elements.FLOAT, 0, values.length);
    return tensor;
  }

  static Tensor toTensor(double[] values, Shape shape) {
    EagerTensor tensor = allocateFor(DType.FLOAT64, values.length, shape);
    MemorySegment.copy(values, 0, tensor.elements(), Elements.DOUBLE, 0, values.length);
    return tensor;
  }

  static Tensor toTensor(int[] values, Shape shape) {
    EagerTensor tensor = allocateFor(DType.INT32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.elements(), Elements.INT, 0, values.length);
    return tensor;
  }

  static Tensor toUint8Tensor(byte[] values, Shape shape) {
    EagerTensor tensor = allocateFor(DType.UINT8, values.length, shape);
    MemorySegment.copy(values, 0, tensor.elements(), Elements.BYTE, 0, values.length);
    return tensor;
  }

  private static EagerTensor allocateFor(DType dtype, int count, Shape shape) {
    if (shape.count() != count) {
      throw Refusal.of(
          "tensor",
          "shape " + shape + " needs " + shape.count() + " values",
          count,
          "give that many, or another shape");
    }
    return EagerTensor.allocate(new TensorSpec(dtype, shape));
  }

  private static DType dtype(Class<?> type) {
    if (type == float.class || type == Float.class) {
      return DType.FLOAT32;
    } else if (type == double.class || type == Double.class) {
      return DType.FLOAT64;
    } else if (type == short.class || type == Short.class) {
      return DType.INT16;
    } else if (type == int.class || type == Integer.class) {
      return DType.INT32;
    } else if (type == long.class || type == Long.class) {
      return DType.INT64;
    } else if (type == boolean.class || type == Boolean.class) {
      return DType.BOOL;
    }
    throw Refusal.of(
        "tensor",
        "expected numbers, booleans, (nested) arrays of float, double, short, int, long or boolean,"
            + " an INDArray, a Variable or a Tensor",
        type.getSimpleName(),
        type == byte.class
            ? "use Tensor.ofUint8 for bytes, or copyOf with INT8"
            : "convert it to one of them");
  }

  /**
   * Writes a nested array from index {@code start} on and returns the index after its last element.
   */
  private static long fill(
      EagerTensor tensor, MemorySegment memory, Object array, int axis, long start) {
    long size = tensor.shape().size(axis);
    if (array == null || Array.getLength(array) != size) {
      throw Refusal.of(
          "tensor",
          "nested arrays must not be ragged: expected " + size + " values along axis " + axis,
          array == null ? "null" : Array.getLength(array),
          "pad the shorter ones");
    }
    int length = (int) size;
    long end = start;
    if (axis < tensor.shape().rank() - 1) {
      for (int i = 0; i < length; i++) {
        end = fill(tensor, memory, Array.get(array, i), axis + 1, end);
      }
      return end;
    }
    switch (array) {
      case float[] a -> MemorySegment.copy(a, 0, memory, Elements.FLOAT, start * 4, length);
      case double[] a -> MemorySegment.copy(a, 0, memory, Elements.DOUBLE, start * 8, length);
      case int[] a -> MemorySegment.copy(a, 0, memory, Elements.INT, start * 4, length);
      case long[] a -> MemorySegment.copy(a, 0, memory, Elements.LONG, start * 8, length);
      default -> {
        for (int i = 0; i < length; i++) {
          write(memory, tensor.dtype(), start + i, Array.get(array, i));
        }
      }
    }
    return start + length;
  }

  private static void write(MemorySegment memory, DType dtype, long index, Object value) {
    switch (value) {
      case Boolean b -> Elements.setLong(dtype, memory, index, b ? 1 : 0);
      case Long n -> Elements.setLong(dtype, memory, index, n);
      case Number n -> Elements.setDouble(dtype, memory, index, n.doubleValue());
      case null, default ->
          throw Refusal.of(
              "tensor", "expected a number", value, "make each element a number or a boolean");
    }
  }

  /** Returns a number of elements as the length of a Java array. */
  static int length(Shape shape) {
    if (shape.count() > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "tensor: a Java array cannot hold the elements of shape " + shape);
    }
    return (int) shape.count();
  }

  static double[] doubles(EagerTensor tensor) {
    MemorySegment memory = tensor.dense().elements();
    double[] values = new double[length(tensor.shape())];
    Arrays.setAll(values, i -> Elements.getDouble(tensor.dtype(), memory, i));
    return values;
  }

  static float[] floats(EagerTensor tensor) {
    MemorySegment memory = tensor.dense().elements();
    float[] values = new float[length(tensor.shape())];
    if (tensor.dtype() == DType.FLOAT32) {
      MemorySegment.copy(memory, Elements.FLOAT, 0, values, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Elements.getDouble(tensor.dtype(), memory, i);
      }
    }
    return values;
  }

  static long[] longs(EagerTensor tensor) {
    MemorySegment memory = tensor.dense().elements();
    long[] values = new long[length(tensor.shape())];
    Arrays.setAll(values, i -> Elements.getLong(tensor.dtype(), memory, i));
    return values;
  }

  static boolean[] booleans(EagerTensor tensor) {
    MemorySegment memory = tensor.dense().elements();
    boolean[] values = new boolean[length(tensor.shape())];
    for (int i = 0; i < values.length; i++) {
      values[i] = memory.get(Elements.BYTE, i) != 0;
    }
    return values;
  }

  static Object nested(EagerTensor tensor) {
    EagerTensor dense = tensor.dense();
    return nested(dense.dtype(), dense.shape(), dense.elements(), 0, 0);
  }

  private static Object nested(
      DType dtype, Shape shape, MemorySegment memory, int axis, long start) {
    if (axis == shape.rank()) {
      return read(dtype, memory, start);
    }
    int[] sizes = new int[shape.rank() - axis];
    long step = 1;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = length(Shape.of(shape.size(axis + i)));
      step *= i == 0 ? 1 : sizes[i];
    }
    Object array = Array.newInstance(javaType(dtype), sizes);
    for (int i = 0; i < sizes[0]; i++) {
      Array.set(array, i, nested(dtype, shape, memory, axis + 1, start + i * step));
    }
    return array;
  }

  private static Object read(DType dtype, MemorySegment memory, long index) {
    return switch (dtype) {
      case FLOAT16, BFLOAT16, FLOAT32 -> (float) Elements.getDouble(dtype, memory, index);
      case FLOAT64 -> memory.getAtIndex(Elements.DOUBLE, index);
      case INT16 -> memory.getAtIndex(Elements.SHORT, index);
      case INT8, INT32, UINT8, UINT16 -> (int) Elements.getLong(dtype, memory, index);
      case INT64 -> memory.getAtIndex(Elements.LONG, index);
      case BOOL -> memory.get(Elements.BYTE, index) != 0;
      case STRING -> throw Elements.noNumber();
    };
  }

  private static Class<?> javaType(DType dtype) {
    return switch (dtype) {
      case FLOAT16, BFLOAT16, FLOAT32 -> float.class;
      case FLOAT64 -> double.class;
      case INT16 -> short.class;
      case INT8, INT32, UINT8, UINT16 -> int.class;
      case INT64 -> long.class;
      case BOOL -> boolean.class;
      case STRING -> throw Elements.noNumber();
    };
  }
}
