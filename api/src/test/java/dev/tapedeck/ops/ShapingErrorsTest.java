package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.MeshIndexing;
import dev.tapedeck.ops.array.PadMode;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What changes of shape, moves of elements and new tensors refuse, and the exact words. */
final class ShapingErrorsTest {
  private static int[][] paddings(int... ends) {
    return new int[][] {ends};
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    return Stream.of(
        says(
            "moveAxis: axis must be in [-2, 2) for shape (2, 3), received 2",
            () -> Shaping.moveAxis(zeros(2, 3), 0, 2)),
        says(
            "swapAxes: a scalar has no axes, received axis 0",
            () -> Shaping.swapAxes(zeros(), 0, 0)),
        says(
            "split: axis 0 of (3, 2) does not divide into 2 equal parts; give the sizes",
            () -> Joining.split(zeros(3, 2), 2, -2)),
        says(
            "split: axis 0 of (3,) does not divide into 0 equal parts; give the sizes",
            () -> Joining.split(zeros(3), 0, 0)),
        says(
            "split: sizes [1, 1] do not add up to axis 0 of (3,)",
            () -> Joining.split(zeros(3), new long[] {1, 1}, 0)),
        says(
            "split: sizes [4, -1] do not add up to axis 0 of (3,)",
            () -> Joining.split(zeros(3), new long[] {4, -1}, 0)),
        says(
            "split: sizes [9223372036854775807, 4, 9223372036854775807] do not add up to axis 0 of"
                + " (3,)",
            () -> Joining.split(zeros(3), new long[] {Long.MAX_VALUE, 4, Long.MAX_VALUE}, 0)),
        says(
            "split: sizes [] do not add up to axis 0 of (3,)",
            () -> Joining.split(zeros(3), new long[0], 0)),
        says("unstack: a scalar has no axes, received axis 0", () -> Joining.unstack(zeros(), 0)),
        says(
            "unstack: axis 0 of (2147483648, 0) has no known number of parts",
            () -> Joining.unstack(zeros(1L << 31, 0), 0)));
  }

  @TestFactory
  Stream<DynamicTest> moves() {
    return Stream.of(
        says(
            "tile: needs a multiple, 0 or more, for each axis of (2, 3), received [2]",
            () -> Rearranging.tile(zeros(2, 3), 2)),
        says(
            "tile: needs a multiple, 0 or more, for each axis of (2,), received [-1]",
            () -> Rearranging.tile(zeros(2), -1)),
        says(
            "tile: too many elements for a 64-bit count: [9223372036854775807, 2]",
            () -> Rearranging.tile(zeros(2), Long.MAX_VALUE)),
        says(
            "repeat: repeats must be 0 or more, received -1",
            () -> Rearranging.repeat(zeros(2), -1, 0)),
        says(
            "repeat: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Rearranging.repeat(zeros(2), 1, 1)),
        says(
            "pad: needs {before, after}, 0 or more, for each axis of (2, 3), received [[1, 1]]",
            () -> Rearranging.pad(zeros(2, 3), paddings(1, 1))),
        says(
            "pad: needs {before, after}, 0 or more, for each axis of (2,), received [[1]]",
            () -> Rearranging.pad(zeros(2), paddings(1), PadMode.REFLECT)),
        says(
            "pad: needs {before, after}, 0 or more, for each axis of (2,), received [[1, -1]]",
            () -> Rearranging.pad(zeros(2), paddings(1, -1), 3)),
        says(
            "pad: the number 300 does not fit uint8; cast the tensor, or use another number",
            () -> Rearranging.pad(Tensor.zeros(DType.UINT8, 2), paddings(1, 1), 300)),
        says(
            "pad: the number 3 does not fit bool; cast the tensor, or use another number",
            () -> Rearranging.pad(Tensor.zeros(DType.BOOL, 2), paddings(1, 1), 3)),
        says(
            "full: the number 3 does not fit bool; cast the tensor, or use another number",
            () -> Tensor.full(DType.BOOL, 3, 2)),
        says(
            "pad: REFLECT can pad axis 0 of (3,) by at most 2, received [3, 0]",
            () -> Rearranging.pad(zeros(3), paddings(3, 0), PadMode.REFLECT)),
        says(
            "pad: REFLECT can pad axis 0 of (0,) by at most 0, received [0, 1]",
            () -> Rearranging.pad(zeros(0), paddings(0, 1), PadMode.REFLECT)),
        says(
            "pad: SYMMETRIC can pad axis 0 of (3,) by at most 3, received [1, 4]",
            () -> Rearranging.pad(zeros(3), paddings(1, 4), PadMode.SYMMETRIC)),
        says(
            "reverse: axis 0 is named twice in [0, -1]",
            () -> Rearranging.reverse(zeros(2), 0, -1)),
        says(
            "roll: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Rearranging.roll(zeros(2), 1, 1)),
        says(
            "roll: needs a shift for each axis, received [1, 2] and axes [0]",
            () -> Rearranging.roll(zeros(2), new long[] {1, 2}, new int[] {0})),
        says(
            "spaceToDepth: images [n, h, w, c] must have rank 4, received (2, 2, 1)",
            () -> Rearranging.spaceToDepth(zeros(2, 2, 1), 2)),
        says(
            "spaceToDepth: blocks of 2 do not fill images (1, 4, 3, 1)",
            () -> Rearranging.spaceToDepth(zeros(1, 4, 3, 1), 2)),
        says(
            "depthToSpace: the channels of (1, 2, 2, 6) do not divide into 2x2",
            () -> Rearranging.depthToSpace(zeros(1, 2, 2, 6), 2)),
        says(
            "depthToSpace: the block size must be 1 or more, received 0",
            () -> Rearranging.depthToSpace(zeros(1, 2, 2, 4), 0)));
  }

  @TestFactory
  Stream<DynamicTest> matricesAndNewTensors() {
    return Stream.of(
        says("diag: a scalar has no axes, received axis -1", () -> Diagonals.diag(zeros())),
        says(
            "diagPart: needs matrices in the last two axes, received (3,)",
            () -> Diagonals.diagPart(zeros(3))),
        says(
            "tril: needs matrices in the last two axes, received (3,)",
            () -> Diagonals.tril(zeros(3))),
        says(
            "triu: needs matrices in the last two axes, received ()",
            () -> Diagonals.triu(zeros(), 1)),
        says(
            "fullLike: the number 0.5 does not fit int32; cast the tensor, or use another number",
            () -> Creation.fullLike(1, 0.5)),
        says(
            "shape: sizes must be 0 or more, received [-2, 3]",
            () -> Creation.eye(-2, 3, DType.INT32)),
        says(
            "range: needs a numeric type, received bool; cast it first",
            () -> Creation.range(0, 1, 1, DType.BOOL)),
        says("range: no steps of 0 lead from 0 to 1", () -> Creation.range(0, 1, 0, DType.INT32)),
        says(
            "range: no steps of -1 lead from 0 to 1",
            () -> Creation.range(0, 1, -1, DType.FLOAT32)),
        says(
            "range: no steps of 1 lead from 0 to Infinity",
            () -> Creation.range(0, Double.POSITIVE_INFINITY, 1, DType.FLOAT32)),
        says(
            "range: no steps of NaN lead from 0 to 1",
            () -> Creation.range(0, 1, Double.NaN, DType.FLOAT32)),
        says(
            "range: the number 256 does not fit uint8; cast the tensor, or use another number",
            () -> Creation.range(0, 257, 1, DType.UINT8)),
        says(
            "range: the number 0.5 does not fit int64; cast the tensor, or use another number",
            () -> Creation.range(0, 2, 0.5, DType.INT32)),
        says(
            "linspace: num must be 0 or more, received -1",
            () -> Creation.linspace(0, 1, -1, DType.FLOAT32)),
        says(
            "linspace: needs a floating point type, received int32; cast it first",
            () -> Creation.linspace(0, 1, 2, DType.INT32)),
        says(
            "meshgrid: needs vectors, received (2, 3); reshape it first",
            () -> Creation.meshgrid(MeshIndexing.XY, zeros(2), zeros(2, 3))));
  }
}
