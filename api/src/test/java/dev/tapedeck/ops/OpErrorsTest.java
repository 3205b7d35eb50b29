package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.ints;
import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What ops refuse, and the exact words. */
final class OpErrorsTest {
  private static final RandomKey KEY = RandomKey.of(1);

  @TestFactory
  Stream<DynamicTest> pointwise() {
    return Stream.of(
        says(
            "add: shapes must broadcast, received (2, 3) and (2,), 3 against 2; make"
                + " those sizes equal, or one of them 1",
            () -> zeros(2, 3).add(zeros(2))),
        says(
            "clip: shapes must broadcast, received (2, 3) and (4,), 3 against 4; make"
                + " those sizes equal, or one of them 1",
            () -> Maths.clip(zeros(2, 3), 0, zeros(4))),
        says(
            "mul: element types must be equal, received float32 and int32; cast one, as"
                + " cast(x, DType.FLOAT32)",
            () -> zeros(2).mul(ints(2))),
        says(
            "add: element types must be equal, received int32 and float32; cast one, as"
                + " cast(x, DType.FLOAT32)",
            () -> ints(2).add(zeros(2))),
        says(
            "less: element types must be equal, received float32 and float64; cast one,"
                + " as cast(x, DType.FLOAT64)",
            () -> zeros().less(Tensor.zeros(DType.FLOAT64))),
        says(
            "add: needs a number that fits int32, received 0.5; cast the tensor, or use"
                + " another number",
            () -> ints(2).add(0.5)),
        says(
            "maximum: needs a number that fits uint8, received -1; cast the tensor, or"
                + " use another number",
            () -> Maths.maximum(Tensor.zeros(DType.UINT8, 2), -1)),
        says("exp: needs a floating point type, received int32; cast it first", () -> Maths.exp(1)),
        says(
            "tensor: expected a value, received null; pass a number, an array or a" + " Tensor",
            () -> Maths.exp(null)),
        says(
            "floorDiv: whole numbers need divisors other than 0, and exponents and"
                + " shifts of 0 or more, received / by zero in int32; clip that operand, or"
                + " cast both to a floating point type",
            () -> ints(2).floorDiv(ints(2))),
        says(
            "floorDiv: whole numbers need divisors other than 0, and exponents and"
                + " shifts of 0 or more, received / by zero in uint8; clip that operand, or"
                + " cast both to a floating point type",
            () -> Tensor.zeros(DType.UINT8, 600).floorDiv(0)),
        says(
            "mod: whole numbers need divisors other than 0, and exponents and shifts of"
                + " 0 or more, received / by zero in int64; clip that operand, or cast both"
                + " to a floating point type",
            () -> Maths.mod(new long[] {1}, 0)),
        says(
            "pow: whole numbers need divisors other than 0, and exponents and shifts of"
                + " 0 or more, received negative exponent -1 in int32; clip that operand, or"
                + " cast both to a floating point type",
            () -> Maths.pow(new int[] {2}, -1)),
        says(
            "where: the condition must be bool, received int32; compare it first",
            () -> Logic.where(1, 2f, 3f)),
        says(
            "where: element types must be equal, received float32 and int32; cast one,"
                + " as cast(x, DType.FLOAT32)",
            () -> Logic.where(true, zeros(), ints())),
        says(
            "where: element types must be equal, received bool and int32; cast one, as"
                + " cast(x, DType.INT32)",
            () -> Logic.where(true, false, ints(2))),
        says(
            "where: shapes must broadcast, received (2,) and (2, 3), 2 against 3; make"
                + " those sizes equal, or one of them 1",
            () -> Logic.where(new boolean[] {true, false}, zeros(2, 3), zeros(2, 3))));
  }

  @TestFactory
  Stream<DynamicTest> reductions() {
    return Stream.of(
        says(
            "sum: axis must be in [-2, 2) for shape (2, 3), received 2; choose one of"
                + " its axes; negative ones count from the end",
            () -> zeros(2, 3).sum(2)),
        says(
            "mean: needs each axis once at most, received [1, -1]; name axis 1 once",
            () -> zeros(2, 3).mean(1, -1)),
        says(
            "max: a scalar has no axes, received axis 0; give a tensor that has axes,"
                + " as of expandDims(x, 0)",
            () -> zeros().max(0)),
        says(
            "max: needs an element to choose, received shape (0, 3); leave empty" + " tensors out",
            () -> zeros(0, 3).max(0)),
        says(
            "min: needs an element to choose, received shape (0,); leave empty tensors" + " out",
            () -> zeros(0).min()),
        says(
            "argmax: needs an element to choose, received shape (2, 0); leave empty"
                + " tensors out",
            () -> Reductions.argmax(zeros(2, 0), -1)),
        says(
            "argmin: axis must be in [-1, 1) for shape (2,), received -2; choose one of"
                + " its axes; negative ones count from the end",
            () -> Reductions.argmin(zeros(2), -2)));
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    return Stream.of(
        says(
            "reshape: needs sizes of the 6 elements of (2, 3), received [4, 2]; make"
                + " that their product; -1 for one of them computes it where the others"
                + " divide it",
            () -> zeros(2, 3).reshape(4, 2)),
        says(
            "reshape: needs sizes of the 6 elements of (2, 3), received [4, -1]; make"
                + " that their product; -1 for one of them computes it where the others"
                + " divide it",
            () -> zeros(2, 3).reshape(4, -1)),
        says(
            "reshape: needs sizes of the 0 elements of (2, 0), received [0, -1]; make"
                + " that their product; -1 for one of them computes it where the others"
                + " divide it",
            () -> zeros(2, 0).reshape(0, -1)),
        says(
            "reshape: only one size may be -1, received [-1, -1]; give the other sizes",
            () -> zeros(2).reshape(-1, -1)),
        says(
            "shape: sizes must be 0 or more, received [2, -3]; correct the negative"
                + " one; -1 is for sizes that a trace leaves unknown",
            () -> zeros(6).reshape(2, -3)),
        says(
            "reshape: needs fewer than 2^63 elements, received sizes [4294967296,"
                + " 4294967296]; use smaller sizes",
            () -> zeros(6).reshape(1L << 32, 1L << 32)),
        says(
            "transpose: the order must name each of the 2 axes of (2, 3) once, received"
                + " [0, 0]; add those that are missing and drop those named twice",
            () -> Shaping.transpose(zeros(2, 3), 0, 0)),
        says(
            "transpose: the order must name each of the 2 axes of (2, 3) once, received"
                + " [1]; add those that are missing and drop those named twice",
            () -> Shaping.transpose(zeros(2, 3), 1)),
        says(
            "transpose: axis must be in [-2, 2) for shape (2, 3), received 2; choose"
                + " one of its axes; negative ones count from the end",
            () -> Shaping.transpose(zeros(2, 3), 0, 2)),
        says(
            "expandDims: axis must be in [-3, 2] for shape (2, 3), received 3; choose"
                + " the place of the new axis; -1 is behind the last",
            () -> Shaping.expandDims(zeros(2, 3), 3)),
        says(
            "squeeze: axis 0 of (2, 1) must have size 1, received 2; reshape it, or"
                + " select a position with get",
            () -> Shaping.squeeze(zeros(2, 1), 0)),
        says(
            "broadcastTo: needs a shape that broadcasts to (3,), received (2, 3);"
                + " only axes of size 1 can be repeated; reshape it first",
            () -> Shaping.broadcastTo(zeros(2, 3), 3)),
        says(
            "broadcastTo: needs a shape that broadcasts to (1, 4), received (3, 1);"
                + " only axes of size 1 can be repeated; reshape it first",
            () -> Shaping.broadcastTo(zeros(3, 1), 1, 4)),
        says(
            "broadcastTo: sizes of the result must be known, received (?,); give it in"
                + " the signature of the traced function",
            () -> Shaping.broadcastTo(zeros(), -1)),
        says(
            "concat: needs at least one tensor, received none; give tensors one by one"
                + " or as a list",
            () -> Joining.concat(0)),
        says(
            "concat: shapes must be equal off axis 0, received (2, 3) and (2, 4); pad,"
                + " slice or reshape one",
            () -> Joining.concat(-2, zeros(2, 3), zeros(2, 4))),
        says(
            "concat: shapes must be equal off axis 0, received (2,) and (2, 1); pad,"
                + " slice or reshape one",
            () -> Joining.concat(0, zeros(2), zeros(2, 1))),
        says(
            "concat: element types must be equal, received float32 and int32; cast one,"
                + " as cast(x, DType.FLOAT32)",
            () -> Joining.concat(0, zeros(2), ints(2))),
        says(
            "concat: a scalar has no axes, received axis 0; give a tensor that has"
                + " axes, as of expandDims(x, 0)",
            () -> Joining.concat(0, zeros())),
        says(
            "stack: needs at least one tensor, received none; give tensors one by one"
                + " or as a list",
            () -> Joining.stack(0)),
        says(
            "stack: needs tensors of one shape, received (2,) and (3,); pad or reshape"
                + " them, or concat them along an axis in which they differ",
            () -> Joining.stack(0, zeros(2), zeros(3))),
        says(
            "tensor: needs known sizes, received float32 (?,); give each axis a size;"
                + " those that a trace leaves unknown are known when it runs",
            () -> Randoms.normal(-1)));
  }

  @TestFactory
  Stream<DynamicTest> indices() {
    return Stream.of(
        says(
            "slice: begin and size must lie within shape (2, 3), received [0, 2] and"
                + " [1, 2]; give both for each axis, with sums of at most its size; a size of"
                + " -1 takes the rest",
            () -> Indexing.slice(zeros(2, 3), new long[] {0, 2}, new long[] {1, 2})),
        says(
            "slice: begin and size must lie within shape (3,), received [-1] and [1];"
                + " give both for each axis, with sums of at most its size; a size of -1"
                + " takes the rest",
            () -> Indexing.slice(zeros(3), new long[] {-1}, new long[] {1})),
        says(
            "slice: begin and size must lie within shape (3,), received [4] and [-1];"
                + " give both for each axis, with sums of at most its size; a size of -1"
                + " takes the rest",
            () -> Indexing.slice(zeros(3), new long[] {4}, new long[] {-1})),
        says(
            "slice: begin and size must lie within shape (3,), received [1] and"
                + " [9223372036854775807]; give both for each axis, with sums of at most its"
                + " size; a size of -1 takes the rest",
            () -> Indexing.slice(zeros(3), new long[] {1}, new long[] {Long.MAX_VALUE})),
        says(
            "slice: begin and size must lie within shape (2, 3), received [0] and [1];"
                + " give both for each axis, with sums of at most its size; a size of -1"
                + " takes the rest",
            () -> Indexing.slice(zeros(2, 3), new long[] {0}, new long[] {1})),
        says(
            "narrow: axis must be in [-1, 1) for shape (3,), received 1; choose one of"
                + " its axes; negative ones count from the end",
            () -> Indexing.narrow(zeros(3), 1, 0, 1)),
        says(
            "gatherNd: the last axis of the indices holds a tuple of at most 2 for"
                + " shape (3, 2), received indices (4, 3); give the indices a last axis of"
                + " that size or less",
            () -> Scattering.gatherNd(zeros(3, 2), ints(4, 3))),
        says(
            "gatherNd: the last axis of the indices holds a tuple of at most 1 for"
                + " shape (3,), received indices (); give the indices a last axis of that"
                + " size or less",
            () -> Scattering.gatherNd(zeros(3), 0)),
        says(
            "gatherNd: indices must be in [0, 2), received 3 at position 3; count from"
                + " 0; negative indices do not count from the end",
            () -> Scattering.gatherNd(zeros(3, 2), new int[][] {{2, 1}, {0, 3}})),
        says(
            "scatterNd: updates must have shape (4, 2), received (4, 3); broadcast or"
                + " reshape them",
            () -> Scattering.scatterNd(ints(4, 1), zeros(4, 3), 5, 2)),
        says(
            "scatterNd: indices must be in [0, 5), received 5 at position 0; count from"
                + " 0; negative indices do not count from the end",
            () -> Scattering.scatterNd(new int[][] {{5}}, zeros(1), 5)),
        says(
            "tensorScatterUpdate: element types must be equal, received float32 and"
                + " int32; cast one, as cast(x, DType.FLOAT32)",
            () -> Scattering.tensorScatterUpdate(zeros(3), ints(1, 1), ints(1))),
        says(
            "takeAlongAxis: shapes must be equal off axis 0, received (3, 2) and (3,"
                + " 3); broadcast the indices to the other axes",
            () -> Scattering.takeAlongAxis(zeros(3, 2), ints(3, 3), 0)),
        says(
            "takeAlongAxis: indices must be in [0, 3), received -1 at position 0; count"
                + " from 0; negative indices do not count from the end",
            () -> Scattering.takeAlongAxis(zeros(3), new int[] {-1}, 0)),
        says(
            "booleanMask: needs a bool mask of the first axes of (3, 2), received bool"
                + " (2,); compare or reshape the mask to make it one",
            () -> Indexing.booleanMask(zeros(3, 2), new boolean[] {true, false})),
        says(
            "booleanMask: needs a bool mask of the first axes of (3, 2), received int32"
                + " (3,); compare or reshape the mask to make it one",
            () -> Indexing.booleanMask(zeros(3, 2), ints(3))),
        says(
            "gather: indices must be in [0, 3), received 4 at position 1; count from 0;"
                + " negative indices do not count from the end",
            () -> Indexing.gather(zeros(3, 2), new int[] {0, 4}, 0)),
        says(
            "gather: indices must be in [0, 2), received -1 at position 0; count from"
                + " 0; negative indices do not count from the end",
            () -> Indexing.gather(zeros(3, 2), new long[] {-1}, 1)),
        says(
            "gather: needs whole-number indices, received float32; cast them to int32",
            () -> Indexing.gather(zeros(3), zeros(1), 0)),
        says(
            "oneHot: indices must be in [0, 3), received 3 at position 0; count from 0;"
                + " negative indices do not count from the end",
            () -> Indexing.oneHot(3, 3, DType.FLOAT32)),
        says(
            "oneHot: depth must be 1 or more, received 0; give the number of classes",
            () -> Indexing.oneHot(ints(2), 0, DType.FLOAT32)),
        says(
            "oneHot: needs whole-number indices, received bool; cast them to int32",
            () -> Indexing.oneHot(true, 2, DType.FLOAT32)));
  }

  @TestFactory
  Stream<DynamicTest> products() {
    return Stream.of(
        says(
            "matmul: inner dimensions must be equal, received (32, 784) x (100, 10),"
                + " 784 against 100; transpose an operand or change the layer's units",
            () -> zeros(32, 784).matmul(zeros(100, 10))),
        says(
            "matmul: inner dimensions must be equal, received (2, 3) transposed x (4,"
                + " 3) transposed, 2 against 3; transpose an operand or change the layer's"
                + " units",
            () -> Linalg.matmul(zeros(2, 3), zeros(4, 3), true, true)),
        says(
            "matmul: element types must be equal, received float32 and int32; cast one,"
                + " as cast(x, DType.FLOAT32)",
            () -> zeros(2, 3).matmul(ints(3, 2))));
  }

  @TestFactory
  Stream<DynamicTest> random() {
    return Stream.of(
        says(
            "uniform: needs a floating point type, received bool; cast it first",
            () -> Randoms.uniform(KEY, DType.BOOL, 0, 1, 3)),
        says(
            "uniform: low must be below high, received 1.0 and 1.0; exchange or move"
                + " the limits",
            () -> Randoms.uniform(KEY, DType.FLOAT32, 1, 1, 3)),
        says(
            "uniform: low must be below high, received 0.0 and NaN; exchange or move"
                + " the limits",
            () -> Randoms.uniform(KEY, DType.FLOAT32, 0, Double.NaN, 3)));
  }
}
