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
            "moveAxis: axis must be in [-2, 2) for shape (2, 3), received 2; choose one"
                + " of its axes; negative ones count from the end",
            () -> Shaping.moveAxis(zeros(2, 3), 0, 2)),
        says(
            "swapAxes: a scalar has no axes, received axis 0; give a tensor that has"
                + " axes, as of expandDims(x, 0)",
            () -> Shaping.swapAxes(zeros(), 0, 0)),
        says(
            "split: needs a count of equal parts that divides axis 0 of (3, 2),"
                + " received 2; give the sizes of the parts",
            () -> Joining.split(zeros(3, 2), 2, -2)),
        says(
            "split: needs a count of equal parts that divides axis 0 of (3,), received"
                + " 0; give the sizes of the parts",
            () -> Joining.split(zeros(3), 0, 0)),
        says(
            "split: sizes must be 0 or more and add up to axis 0 of (3,), received [1,"
                + " 1]; give the rest a part of its own, or leave out what is too much",
            () -> Joining.split(zeros(3), new long[] {1, 1}, 0)),
        says(
            "split: sizes must be 0 or more and add up to axis 0 of (3,), received [4,"
                + " -1]; give the rest a part of its own, or leave out what is too much",
            () -> Joining.split(zeros(3), new long[] {4, -1}, 0)),
        says(
            "split: sizes must be 0 or more and add up to axis 0 of (3,), received"
                + " [9223372036854775807, 4, 9223372036854775807]; give the rest a part of"
                + " its own, or leave out what is too much",
            () -> Joining.split(zeros(3), new long[] {Long.MAX_VALUE, 4, Long.MAX_VALUE}, 0)),
        says(
            "split: sizes must be 0 or more and add up to axis 0 of (3,), received [];"
                + " give the rest a part of its own, or leave out what is too much",
            () -> Joining.split(zeros(3), new long[0], 0)),
        says(
            "unstack: a scalar has no axes, received axis 0; give a tensor that has"
                + " axes, as of expandDims(x, 0)",
            () -> Joining.unstack(zeros(), 0)),
        says(
            "unstack: axis 0 must have a known size below 2^31, received (2147483648,"
                + " 0); split or gather the parts that are needed",
            () -> Joining.unstack(zeros(1L << 31, 0), 0)));
  }

  @TestFactory
  Stream<DynamicTest> moves() {
    return Stream.of(
        says(
            "tile: needs a multiple, 0 or more, for each axis of (2, 3), received [2];"
                + " use 1 for axes that stay",
            () -> Rearranging.tile(zeros(2, 3), 2)),
        says(
            "tile: needs a multiple, 0 or more, for each axis of (2,), received [-1];"
                + " use 1 for axes that stay",
            () -> Rearranging.tile(zeros(2), -1)),
        says(
            "tile: needs fewer than 2^63 elements, received sizes [9223372036854775807,"
                + " 2]; use smaller sizes",
            () -> Rearranging.tile(zeros(2), Long.MAX_VALUE)),
        says(
            "repeat: repeats must be 0 or more, received -1; use 1 to keep each element" + " once",
            () -> Rearranging.repeat(zeros(2), -1, 0)),
        says(
            "repeat: axis must be in [-1, 1) for shape (2,), received 1; choose one of"
                + " its axes; negative ones count from the end",
            () -> Rearranging.repeat(zeros(2), 1, 1)),
        says(
            "pad: needs {before, after}, 0 or more, for each axis of (2, 3), received"
                + " [[1, 1]]; use {0, 0} for axes that stay",
            () -> Rearranging.pad(zeros(2, 3), paddings(1, 1))),
        says(
            "pad: needs {before, after}, 0 or more, for each axis of (2,), received"
                + " [[1]]; use {0, 0} for axes that stay",
            () -> Rearranging.pad(zeros(2), paddings(1), PadMode.REFLECT)),
        says(
            "pad: needs {before, after}, 0 or more, for each axis of (2,), received"
                + " [[1, -1]]; use {0, 0} for axes that stay",
            () -> Rearranging.pad(zeros(2), paddings(1, -1), 3)),
        says(
            "pad: needs a number that fits uint8, received 300; cast the tensor, or use"
                + " another number",
            () -> Rearranging.pad(Tensor.zeros(DType.UINT8, 2), paddings(1, 1), 300)),
        says(
            "pad: needs a number that fits bool, received 3; cast the tensor, or use"
                + " another number",
            () -> Rearranging.pad(Tensor.zeros(DType.BOOL, 2), paddings(1, 1), 3)),
        says(
            "full: needs a number that fits bool, received 3; cast the tensor, or use"
                + " another number",
            () -> Tensor.full(DType.BOOL, 3, 2)),
        says(
            "pad: REFLECT can pad axis 0 of (3,) by at most 2, received [3, 0]; pad by"
                + " less, or with a constant value",
            () -> Rearranging.pad(zeros(3), paddings(3, 0), PadMode.REFLECT)),
        says(
            "pad: REFLECT can pad axis 0 of (0,) by at most 0, received [0, 1]; pad by"
                + " less, or with a constant value",
            () -> Rearranging.pad(zeros(0), paddings(0, 1), PadMode.REFLECT)),
        says(
            "pad: SYMMETRIC can pad axis 0 of (3,) by at most 3, received [1, 4]; pad"
                + " by less, or with a constant value",
            () -> Rearranging.pad(zeros(3), paddings(1, 4), PadMode.SYMMETRIC)),
        says(
            "reverse: needs each axis once at most, received [0, -1]; name axis 0 once",
            () -> Rearranging.reverse(zeros(2), 0, -1)),
        says(
            "roll: axis must be in [-1, 1) for shape (2,), received 1; choose one of"
                + " its axes; negative ones count from the end",
            () -> Rearranging.roll(zeros(2), 1, 1)),
        says(
            "roll: needs a shift for each axis, received [1, 2] and axes [0]; give as"
                + " many shifts as axes",
            () -> Rearranging.roll(zeros(2), new long[] {1, 2}, new int[] {0})),
        says(
            "spaceToDepth: images [n, h, w, c] must have rank 4, received (2, 2, 1);"
                + " add axes of size 1 with expandDims",
            () -> Rearranging.spaceToDepth(zeros(2, 2, 1), 2)),
        says(
            "spaceToDepth: heights and widths must be multiples of the block size 2,"
                + " received images (1, 4, 3, 1); pad or crop them",
            () -> Rearranging.spaceToDepth(zeros(1, 4, 3, 1), 2)),
        says(
            "depthToSpace: channels must be a multiple of 2x2, received images (1, 2,"
                + " 2, 6); use another block size, or make as many channels by a convolution",
            () -> Rearranging.depthToSpace(zeros(1, 2, 2, 6), 2)),
        says(
            "depthToSpace: the block size must be 1 or more, received 0; use 2 for"
                + " blocks of 2x2",
            () -> Rearranging.depthToSpace(zeros(1, 2, 2, 4), 0)));
  }

  @TestFactory
  Stream<DynamicTest> matricesAndNewTensors() {
    return Stream.of(
        says(
            "diag: a scalar has no axes, received axis -1; give a tensor that has axes,"
                + " as of expandDims(x, 0)",
            () -> Diagonals.diag(zeros())),
        says(
            "diagPart: needs a matrix, or a batch of them, received (3,); add an axis"
                + " with expandDims",
            () -> Diagonals.diagPart(zeros(3))),
        says(
            "tril: needs a matrix, or a batch of them, received (3,); add an axis with"
                + " expandDims",
            () -> Diagonals.tril(zeros(3))),
        says(
            "triu: needs a matrix, or a batch of them, received (); add an axis with"
                + " expandDims",
            () -> Diagonals.triu(zeros(), 1)),
        says(
            "fullLike: needs a number that fits int32, received 0.5; cast the tensor,"
                + " or use another number",
            () -> Creation.fullLike(1, 0.5)),
        says(
            "shape: sizes must be 0 or more, received [-2, 3]; correct the negative"
                + " one; -1 is for sizes that a trace leaves unknown",
            () -> Creation.eye(-2, 3, DType.INT32)),
        says(
            "range: needs a numeric type, received bool; cast it first",
            () -> Creation.range(0, 1, 1, DType.BOOL)),
        says(
            "range: steps must lead from 0 to 1, received 0; exchange start and limit"
                + " or the sign of delta, which must be finite and not 0",
            () -> Creation.range(0, 1, 0, DType.INT32)),
        says(
            "range: steps must lead from 0 to 1, received -1; exchange start and limit"
                + " or the sign of delta, which must be finite and not 0",
            () -> Creation.range(0, 1, -1, DType.FLOAT32)),
        says(
            "range: steps must lead from 0 to Infinity, received 1; exchange start and"
                + " limit or the sign of delta, which must be finite and not 0",
            () -> Creation.range(0, Double.POSITIVE_INFINITY, 1, DType.FLOAT32)),
        says(
            "range: steps must lead from 0 to 1, received NaN; exchange start and limit"
                + " or the sign of delta, which must be finite and not 0",
            () -> Creation.range(0, 1, Double.NaN, DType.FLOAT32)),
        says(
            "range: needs a number that fits uint8, received 256; cast the tensor, or"
                + " use another number",
            () -> Creation.range(0, 257, 1, DType.UINT8)),
        says(
            "range: needs a number that fits int64, received 0.5; cast the tensor, or"
                + " use another number",
            () -> Creation.range(0, 2, 0.5, DType.INT32)),
        says(
            "linspace: num must be 0 or more, received -1; give the number of points",
            () -> Creation.linspace(0, 1, -1, DType.FLOAT32)),
        says(
            "linspace: needs a floating point type, received int32; cast it first",
            () -> Creation.linspace(0, 1, 2, DType.INT32)),
        says(
            "meshgrid: needs vectors, received (2, 3); reshape it first",
            () -> Creation.meshgrid(MeshIndexing.XY, zeros(2), zeros(2, 3))));
  }
}
