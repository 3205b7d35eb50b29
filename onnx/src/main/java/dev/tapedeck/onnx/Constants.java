package dev.tapedeck.onnx;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The constants of a model; small ones of the same elements are one. */
final class Constants {
  private static final int SMALL = 16;

  private final Map<List<Object>, Value> small = new HashMap<>();

  /** Returns a type as exports have it: 16-bit floats are exported as float32. */
  static DType exported(DType dtype) {
    return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16 ? DType.FLOAT32 : dtype;
  }

  static TensorSpec exported(TensorSpec spec) {
    return new TensorSpec(exported(spec.dtype()), spec.shape());
  }

  /** Returns a list of whole numbers, int64. */
  Value longs(long... numbers) {
    return shared(() -> (EagerTensor) Tensor.of(numbers));
  }

  /** Returns one whole number, int64. */
  Value integer(long number) {
    return shared(() -> Tensor.of(new long[] {number}).reshape());
  }

  /** Returns a list of float32 numbers. */
  Value floats(float... numbers) {
    return shared(() -> Tensor.of(numbers));
  }

  /** Returns a number of a type. */
  Value number(double number, DType dtype) {
    return shared(() -> Casting.cast(Tensor.of(number), dtype));
  }

  private Value shared(Supplier<Tensor> tensor) {
    return of("constant", (EagerTensor) Dispatch.eagerly(tensor));
  }

  /** Returns a tensor's elements as a constant. */
  Value of(String name, EagerTensor tensor) {
    DType dtype = exported(tensor.dtype());
    EagerTensor wide =
        dtype == tensor.dtype()
            ? tensor
            : (EagerTensor) Dispatch.eagerly(() -> Casting.cast(tensor, dtype));
    if (wide.shape().count() > SMALL || !name.equals("constant")) {
      return Value.constant(name, wide);
    }
    String elements =
        dtype.isFloating()
            ? Arrays.toString(wide.toDoubleArray())
            : Arrays.toString(Casting.cast(wide, DType.INT64).toLongArray());
    List<Object> key = List.of(wide.spec(), elements);
    return small.computeIfAbsent(key, k -> Value.constant(name, wide));
  }

  /** Returns a constant with its axes in another order. */
  static Value transposed(Value constant, int... order) {
    return changed(constant, x -> Shaping.contiguous(Shaping.transpose(x, order)));
  }

  /** Returns a constant in another shape. */
  static Value reshaped(Value constant, Shape shape) {
    return changed(constant, x -> Shaping.reshape(x, shape.toArray()));
  }

  /** A change of a constant. */
  @FunctionalInterface
  interface Change {
    Tensor of(Tensor x);
  }

  /** Returns a changed constant of the same name. */
  static Value changed(Value constant, Change change) {
    return Value.constant(
        constant.name(), (EagerTensor) Dispatch.eagerly(() -> change.of(constant.elements())));
  }
}
