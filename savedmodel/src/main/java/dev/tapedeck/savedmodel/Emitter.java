package dev.tapedeck.savedmodel;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Writer of TensorFlow's common ops into the body of a function. */
final class Emitter {
  private final FunctionBody body;

  Emitter(FunctionBody body) {
    this.body = body;
  }

  FunctionBody body() {
    return body;
  }

  NodeWriter node(String op, Value... inputs) {
    return body.node(op, inputs);
  }

  /** Returns an op of one type, that of its first input, and of one output. */
  Value typed(String op, String output, TensorSpec spec, Value... inputs) {
    return node(op, inputs).type("T", inputs[0].dtype()).output(output, spec);
  }

  /** Returns an op whose output is like its input. */
  Value unary(String op, String output, Value x) {
    return typed(op, output, x.spec(), x);
  }

  /** Returns an op of two operands that broadcast. */
  Value binary(String op, Value x, Value y) {
    return typed(op, "z", broadcast(x.dtype(), x, y), x, y);
  }

  /** Returns a comparison of two operands that broadcast. */
  Value compare(String op, Value x, Value y) {
    return typed(op, "z", broadcast(DType.BOOL, x, y), x, y);
  }

  Value logical(String op, Value x, Value y) {
    return node(op, x, y).output("z", broadcast(DType.BOOL, x, y));
  }

  Value not(Value x) {
    return node("LogicalNot", x).output("y", x.spec());
  }

  private static TensorSpec broadcast(DType dtype, Value... operands) {
    Shape shape = Shape.of();
    for (Value operand : operands) {
      shape = Shape.broadcast(shape, operand.shape(), "export");
    }
    return new TensorSpec(dtype, shape);
  }

  Value select(Value condition, Value then, Value otherwise) {
    return node("SelectV2", condition, then, otherwise)
        .type("T", then.dtype())
        .output("output", broadcast(then.dtype(), condition, then, otherwise));
  }

  Value add(Value x, Value y) {
    return binary("AddV2", x, y);
  }

  Value sub(Value x, Value y) {
    return binary("Sub", x, y);
  }

  Value mul(Value x, Value y) {
    return binary("Mul", x, y);
  }

  /** Returns a constant of the type of another value. */
  Value like(Value x, double number) {
    return scalar(x.dtype(), number);
  }

  Value scalar(DType dtype, double number) {
    Object value =
        switch (dtype) {
          case BOOL -> number != 0;
          default -> dtype.isFloating() ? (Object) number : (Object) (long) number;
        };
    return body.constant(value, dtype, value);
  }

  /** Returns whole numbers as a vector of int32, as ops take axes and sizes. */
  Value ints(long... numbers) {
    return body.constant(Arrays.toString(numbers), DType.INT32, numbers);
  }

  Value ints(int... numbers) {
    return ints(Arrays.stream(numbers).asLongStream().toArray());
  }

  /** Returns a whole number as an int32. */
  Value integer(long number) {
    return body.constant(number, DType.INT32, number);
  }

  Value cast(Value x, DType to) {
    return x.dtype() == to
        ? x
        : node("Cast", x).type("SrcT", x.dtype()).type("DstT", to).output("y", to, x.shape());
  }

  /** Returns the sizes of a tensor as a vector of int32. */
  Value sizes(Value x) {
    return x.shape().isKnown()
        ? ints(x.shape().toArray())
        : node("Shape", x).type("T", x.dtype()).output("output", DType.INT32, Shape.of(x.rank()));
  }

  /** Returns a size of a tensor as a number of int32. */
  Value size(Value x, int axis) {
    long known = x.shape().size(axis);
    return known == Shape.UNKNOWN ? element(sizes(x), axis) : integer(known);
  }

  /** Returns an element of a vector. */
  Value element(Value vector, int number) {
    Value from = ints(number);
    Value end = ints(number + 1);
    return strided(vector, from, end, ints(1), 0, 0, 1, new TensorSpec(vector.dtype(), Shape.of()));
  }

  /** Returns a row of a matrix. */
  Value rowOf(Value matrix, int number) {
    TensorSpec row = new TensorSpec(matrix.dtype(), matrix.shape().slice(1, 2));
    return strided(matrix, ints(number, 0), ints(number + 1, 0), ints(1, 1), 2, 2, 1, row);
  }

  /** Returns a slice; bits of the masks mark open starts, open ends, and axes that go. */
  Value strided(
      Value x,
      Value begin,
      Value end,
      Value strides,
      int openBegins,
      int openEnds,
      int shrunk,
      TensorSpec spec) {
    return node("StridedSlice", x, begin, end, strides)
        .type("T", x.dtype())
        .type("Index", DType.INT32)
        .number("begin_mask", openBegins)
        .number("end_mask", openEnds)
        .number("shrink_axis_mask", shrunk)
        .output("output", spec);
  }

  /** Returns sizes as a vector of int32: constants, where they are known, and those of tensors. */
  Value vector(List<Value> sizes) {
    return node("Pack", sizes.toArray(Value[]::new))
        .type("T", DType.INT32)
        .number("N", sizes.size())
        .number("axis", 0)
        .output("output", DType.INT32, Shape.of(sizes.size()));
  }

  /** Returns a reshaped tensor; at most one size may be -1. */
  Value reshape(Value x, long... sizes) {
    return reshape(x, ints(sizes), Shape.of(sizes));
  }

  Value reshape(Value x, Value sizes, Shape shape) {
    return node("Reshape", x, sizes)
        .type("T", x.dtype())
        .type("Tshape", sizes.dtype())
        .output("output", x.dtype(), shape);
  }

  Value expand(Value x, int axis) {
    int at = axis < 0 ? axis + x.rank() + 1 : axis;
    long[] rest = x.shape().slice(at, x.rank()).toArray();
    return node("ExpandDims", x, integer(at))
        .type("T", x.dtype())
        .output("output", x.dtype(), x.shape().slice(0, at).concat(1).concat(rest));
  }

  Value squeeze(Value x, int axis) {
    long[] rest = x.shape().slice(axis + 1, x.rank()).toArray();
    return node("Squeeze", x)
        .type("T", x.dtype())
        .numbers("squeeze_dims", List.of((long) axis))
        .output("output", x.dtype(), x.shape().slice(0, axis).concat(rest));
  }

  Value transpose(Value x, int... order) {
    long[] sizes = Arrays.stream(order).mapToLong(x.shape()::size).toArray();
    return node("Transpose", x, ints(order))
        .type("T", x.dtype())
        .type("Tperm", DType.INT32)
        .output("y", x.dtype(), Shape.of(sizes));
  }

  /** Returns a tensor with two axes exchanged. */
  Value swapped(Value x, int one, int other) {
    int[] order = IntStream.range(0, x.rank()).toArray();
    order[one] = other;
    order[other] = one;
    return transpose(x, order);
  }

  Value concat(int axis, List<Value> parts, TensorSpec spec) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    List<Value> inputs = new ArrayList<>(parts);
    inputs.add(integer(axis));
    return node("ConcatV2", inputs.toArray(Value[]::new))
        .type("T", spec.dtype())
        .number("N", parts.size())
        .output("output", spec);
  }

  /** Returns tensors stacked along a new first axis. */
  Value stack(List<Value> parts, TensorSpec spec) {
    return node("Pack", parts.toArray(Value[]::new))
        .type("T", spec.dtype())
        .number("N", parts.size())
        .number("axis", 0)
        .output("output", spec);
  }

  /** Returns equal parts of a tensor along an axis, whose size is known. */
  List<Value> split(Value x, int axis, int parts) {
    NodeWriter node =
        node("Split", integer(axis), x).type("T", x.dtype()).number("num_split", parts);
    Shape part = x.shape().with(axis, x.shape().size(axis) / parts);
    return IntStream.range(0, parts)
        .mapToObj(i -> node.output("output", i, new TensorSpec(x.dtype(), part)))
        .toList();
  }

  /** Returns a product of matrices, the last two axes. */
  Value matmul(Value a, Value b, boolean transposeA, boolean transposeB, TensorSpec spec) {
    return a.rank() == 2 && b.rank() == 2
        ? node("MatMul", a, b)
            .type("T", a.dtype())
            .flag("transpose_a", transposeA)
            .flag("transpose_b", transposeB)
            .output("product", spec)
        : node("BatchMatMulV2", a, b)
            .type("T", a.dtype())
            .flag("adj_x", transposeA)
            .flag("adj_y", transposeB)
            .output("output", spec);
  }

  Value matmul(Value a, Value b) {
    Shape shape = a.shape().with(-1, b.shape().size(-1));
    return matmul(a, b, false, false, new TensorSpec(a.dtype(), shape));
  }

  /** Returns a reduction over axes. */
  Value reduce(String op, Value x, boolean keep, int... axes) {
    Shape shape = x.shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    if (!keep) {
      long[] sizes =
          IntStream.range(0, x.rank())
              .filter(axis -> Arrays.stream(axes).noneMatch(one -> one == axis))
              .mapToLong(x.shape()::size)
              .toArray();
      shape = Shape.of(sizes);
    }
    NodeWriter node = node(op, x, ints(axes)).type("Tidx", DType.INT32).flag("keep_dims", keep);
    return (x.dtype() == DType.BOOL ? node : node.type("T", x.dtype()))
        .output("output", x.dtype(), shape);
  }

  /** Returns slices along an axis. */
  Value gather(Value x, Value indices, int axis, TensorSpec spec) {
    return node("GatherV2", x, indices, integer(axis))
        .type("Tparams", x.dtype())
        .type("Tindices", indices.dtype())
        .type("Taxis", DType.INT32)
        .output("output", spec);
  }

  /** Returns a tensor broadcast to sizes, a vector of int32. */
  Value broadcastTo(Value x, Value sizes, Shape shape) {
    return node("BroadcastTo", x, sizes)
        .type("T", x.dtype())
        .type("Tidx", DType.INT32)
        .output("output", x.dtype(), shape);
  }

  /** Returns a tensor of one number. */
  Value fill(Value sizes, Value number, Shape shape) {
    return node("Fill", sizes, number)
        .type("T", number.dtype())
        .type("index_type", DType.INT32)
        .output("output", number.dtype(), shape);
  }

  /** Returns 0, 1, .. as int32. */
  Value range(Value count) {
    return node("Range", integer(0), count, integer(1))
        .type("Tidx", DType.INT32)
        .output("output", DType.INT32, Shape.of(Shape.UNKNOWN));
  }

  /** Returns a tensor padded with a number. */
  Value pad(Value x, long[][] paddings, Value number, Shape shape) {
    Value ends = body.constant(Arrays.deepToString(paddings), DType.INT32, paddings);
    return node("PadV2", x, ends, number)
        .type("T", x.dtype())
        .type("Tpaddings", DType.INT32)
        .output("output", x.dtype(), shape);
  }
}
