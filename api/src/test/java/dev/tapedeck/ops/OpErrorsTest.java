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
            "add: shapes (2, 3) and (2,) do not broadcast: 3 against 2; sizes must be equal, or one"
                + " of them 1",
            () -> zeros(2, 3).add(zeros(2))),
        says(
            "clip: shapes (2, 3) and (4,) do not broadcast: 3 against 4; sizes must be equal, or one"
                + " of them 1",
            () -> Maths.clip(zeros(2, 3), 0, zeros(4))),
        says(
            "mul: element types differ: float32 and int32; cast one, as cast(x, DType.FLOAT32)",
            () -> zeros(2).mul(ints(2))),
        says(
            "add: element types differ: int32 and float32; cast one, as cast(x, DType.FLOAT32)",
            () -> ints(2).add(zeros(2))),
        says(
            "less: element types differ: float32 and float64; cast one, as cast(x, DType.FLOAT64)",
            () -> zeros().less(Tensor.zeros(DType.FLOAT64))),
        says(
            "add: the number 0.5 does not fit int32; cast the tensor, or use another number",
            () -> ints(2).add(0.5)),
        says(
            "maximum: the number -1 does not fit uint8; cast the tensor, or use another number",
            () -> Maths.maximum(Tensor.zeros(DType.UINT8, 2), -1)),
        says("exp: needs a floating point type, received int32; cast it first", () -> Maths.exp(1)),
        says("tensor: expected a value, received null", () -> Maths.exp(null)),
        says("floorDiv: / by zero in int32; check the operand", () -> ints(2).floorDiv(ints(2))),
        says(
            "floorDiv: / by zero in uint8; check the operand",
            () -> Tensor.zeros(DType.UINT8, 600).floorDiv(0)),
        says("mod: / by zero in int64; check the operand", () -> Maths.mod(new long[] {1}, 0)),
        says(
            "pow: negative exponent -1 in int32; check the operand",
            () -> Maths.pow(new int[] {2}, -1)),
        says(
            "where: the condition must be bool, received int32; compare it first",
            () -> Logic.where(1, 2f, 3f)),
        says(
            "where: element types differ: float32 and int32; cast one, as cast(x, DType.FLOAT32)",
            () -> Logic.where(true, zeros(), ints())),
        says(
            "where: element types differ: bool and int32; cast one, as cast(x, DType.INT32)",
            () -> Logic.where(true, false, ints(2))),
        says(
            "where: shapes (2,) and (2, 3) do not broadcast: 2 against 3; sizes must be equal, or"
                + " one of them 1",
            () -> Logic.where(new boolean[] {true, false}, zeros(2, 3), zeros(2, 3))));
  }

  @TestFactory
  Stream<DynamicTest> reductions() {
    return Stream.of(
        says("sum: axis must be in [-2, 2) for shape (2, 3), received 2", () -> zeros(2, 3).sum(2)),
        says("mean: axis 1 is named twice in [1, -1]", () -> zeros(2, 3).mean(1, -1)),
        says("max: a scalar has no axes, received axis 0", () -> zeros().max(0)),
        says(
            "max: nothing to choose from in shape (0, 3); check that the tensor is not empty",
            () -> zeros(0, 3).max(0)),
        says(
            "min: nothing to choose from in shape (0,); check that the tensor is not empty",
            () -> zeros(0).min()),
        says(
            "argmax: nothing to choose from along axis 1 of shape (2, 0)",
            () -> Reductions.argmax(zeros(2, 0), -1)),
        says(
            "argmin: axis must be in [-1, 1) for shape (2,), received -2",
            () -> Reductions.argmin(zeros(2), -2)));
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    return Stream.of(
        says(
            "reshape: (2, 3) has 6 elements and does not fit [4, 2]",
            () -> zeros(2, 3).reshape(4, 2)),
        says(
            "reshape: (2, 3) has 6 elements and does not fit [4, -1]",
            () -> zeros(2, 3).reshape(4, -1)),
        says(
            "reshape: (2, 0) has 0 elements and does not fit [0, -1]",
            () -> zeros(2, 0).reshape(0, -1)),
        says("reshape: only one size may be -1, received [-1, -1]", () -> zeros(2).reshape(-1, -1)),
        says("shape: sizes must be 0 or more, received [2, -3]", () -> zeros(6).reshape(2, -3)),
        says(
            "reshape: too many elements for a 64-bit count: [4294967296, 4294967296]",
            () -> zeros(6).reshape(1L << 32, 1L << 32)),
        says(
            "transpose: the order must name each of the 2 axes of (2, 3) once, received [0, 0]",
            () -> Shaping.transpose(zeros(2, 3), 0, 0)),
        says(
            "transpose: the order must name each of the 2 axes of (2, 3) once, received [1]",
            () -> Shaping.transpose(zeros(2, 3), 1)),
        says(
            "transpose: axis must be in [-2, 2) for shape (2, 3), received 2",
            () -> Shaping.transpose(zeros(2, 3), 0, 2)),
        says(
            "expandDims: axis must be in [-3, 2] for shape (2, 3), received 3",
            () -> Shaping.expandDims(zeros(2, 3), 3)),
        says("squeeze: axis 0 of (2, 1) has size 2, not 1", () -> Shaping.squeeze(zeros(2, 1), 0)),
        says(
            "broadcastTo: needs a shape that broadcasts to (3,), received (2, 3); only axes of size 1 can be repeated; reshape it first",
            () -> Shaping.broadcastTo(zeros(2, 3), 3)),
        says(
            "broadcastTo: needs a shape that broadcasts to (1, 4), received (3, 1); only axes of size 1 can be repeated; reshape it first",
            () -> Shaping.broadcastTo(zeros(3, 1), 1, 4)),
        says("broadcastTo: a size is unknown in (?,)", () -> Shaping.broadcastTo(zeros(), -1)),
        says("concat: needs at least one tensor, received none", () -> Joining.concat(0)),
        says(
            "concat: shapes (2, 3) and (2, 4) differ off axis 0",
            () -> Joining.concat(-2, zeros(2, 3), zeros(2, 4))),
        says(
            "concat: shapes (2,) and (2, 1) differ off axis 0",
            () -> Joining.concat(0, zeros(2), zeros(2, 1))),
        says(
            "concat: element types differ: float32 and int32; cast one, as cast(x, DType.FLOAT32)",
            () -> Joining.concat(0, zeros(2), ints(2))),
        says("concat: a scalar has no axes, received axis 0", () -> Joining.concat(0, zeros())),
        says("stack: needs at least one tensor, received none", () -> Joining.stack(0)),
        says("stack: shapes (2,) and (3,) differ", () -> Joining.stack(0, zeros(2), zeros(3))),
        says("tensor: a size is unknown in float32 (?,)", () -> Randoms.normal(-1)));
  }

  @TestFactory
  Stream<DynamicTest> indices() {
    return Stream.of(
        says(
            "slice: begin [0, 2] and size [1, 2] do not lie within shape (2, 3)",
            () -> Indexing.slice(zeros(2, 3), new long[] {0, 2}, new long[] {1, 2})),
        says(
            "slice: begin [-1] and size [1] do not lie within shape (3,)",
            () -> Indexing.slice(zeros(3), new long[] {-1}, new long[] {1})),
        says(
            "slice: begin [4] and size [-1] do not lie within shape (3,)",
            () -> Indexing.slice(zeros(3), new long[] {4}, new long[] {-1})),
        says(
            "slice: begin [1] and size [9223372036854775807] do not lie within shape (3,)",
            () -> Indexing.slice(zeros(3), new long[] {1}, new long[] {Long.MAX_VALUE})),
        says(
            "slice: begin [0] and size [1] do not lie within shape (2, 3)",
            () -> Indexing.slice(zeros(2, 3), new long[] {0}, new long[] {1})),
        says(
            "narrow: axis must be in [-1, 1) for shape (3,), received 1",
            () -> Indexing.narrow(zeros(3), 1, 0, 1)),
        says(
            "gatherNd: the last axis of the indices holds a tuple of at most 2 for shape (3, 2),"
                + " received indices (4, 3)",
            () -> Scattering.gatherNd(zeros(3, 2), ints(4, 3))),
        says(
            "gatherNd: the last axis of the indices holds a tuple of at most 1 for shape (3,),"
                + " received indices ()",
            () -> Scattering.gatherNd(zeros(3), 0)),
        says(
            "gatherNd: index 3 at position 3 is out of range for size 2",
            () -> Scattering.gatherNd(zeros(3, 2), new int[][] {{2, 1}, {0, 3}})),
        says(
            "scatterNd: updates must have shape (4, 2), received (4, 3)",
            () -> Scattering.scatterNd(ints(4, 1), zeros(4, 3), 5, 2)),
        says(
            "scatterNd: index 5 at position 0 is out of range for size 5",
            () -> Scattering.scatterNd(new int[][] {{5}}, zeros(1), 5)),
        says(
            "tensorScatterUpdate: element types differ: float32 and int32; cast one, as cast(x,"
                + " DType.FLOAT32)",
            () -> Scattering.tensorScatterUpdate(zeros(3), ints(1, 1), ints(1))),
        says(
            "takeAlongAxis: shapes (3, 2) and (3, 3) differ off axis 0",
            () -> Scattering.takeAlongAxis(zeros(3, 2), ints(3, 3), 0)),
        says(
            "takeAlongAxis: index -1 at position 0 is out of range for size 3",
            () -> Scattering.takeAlongAxis(zeros(3), new int[] {-1}, 0)),
        says(
            "booleanMask: needs a bool mask of the first axes of (3, 2), received bool (2,)",
            () -> Indexing.booleanMask(zeros(3, 2), new boolean[] {true, false})),
        says(
            "booleanMask: needs a bool mask of the first axes of (3, 2), received int32 (3,)",
            () -> Indexing.booleanMask(zeros(3, 2), ints(3))),
        says(
            "gather: index 4 at position 1 is out of range for size 3",
            () -> Indexing.gather(zeros(3, 2), new int[] {0, 4}, 0)),
        says(
            "gather: index -1 at position 0 is out of range for size 2",
            () -> Indexing.gather(zeros(3, 2), new long[] {-1}, 1)),
        says(
            "gather: needs whole-number indices, received float32; cast them to int32",
            () -> Indexing.gather(zeros(3), zeros(1), 0)),
        says(
            "oneHot: index 3 at position 0 is out of range for size 3",
            () -> Indexing.oneHot(3, 3, DType.FLOAT32)),
        says(
            "oneHot: depth must be 1 or more, received 0",
            () -> Indexing.oneHot(ints(2), 0, DType.FLOAT32)),
        says(
            "oneHot: needs whole-number indices, received bool; cast them to int32",
            () -> Indexing.oneHot(true, 2, DType.FLOAT32)));
  }

  @TestFactory
  Stream<DynamicTest> products() {
    return Stream.of(
        says(
            "matmul: inner dimensions differ: (32, 784) x (100, 10) needs 784 == 100; transpose an"
                + " operand or change the layer's units",
            () -> zeros(32, 784).matmul(zeros(100, 10))),
        says(
            "matmul: inner dimensions differ: (2, 3) transposed x (4, 3) transposed needs 2 == 3;"
                + " transpose an operand or change the layer's units",
            () -> Linalg.matmul(zeros(2, 3), zeros(4, 3), true, true)),
        says(
            "matmul: element types differ: float32 and int32; cast one, as cast(x, DType.FLOAT32)",
            () -> zeros(2, 3).matmul(ints(3, 2))));
  }

  @TestFactory
  Stream<DynamicTest> random() {
    return Stream.of(
        says(
            "uniform: needs a floating point type, received bool; cast it first",
            () -> Randoms.uniform(KEY, DType.BOOL, 0, 1, 3)),
        says(
            "uniform: low must be below high, received 1.0 and 1.0",
            () -> Randoms.uniform(KEY, DType.FLOAT32, 1, 1, 3)),
        says(
            "uniform: low must be below high, received 0.0 and NaN",
            () -> Randoms.uniform(KEY, DType.FLOAT32, 0, Double.NaN, 3)));
  }
}
