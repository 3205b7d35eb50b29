package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.ints;
import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;

import dev.tapedeck.ops.array.Counting;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What reductions, sorting and counting refuse, and the exact words. */
final class ReductionErrorsTest {
  @TestFactory
  Stream<DynamicTest> reductions() {
    return Stream.of(
        says(
            "prod: axis must be in [-2, 2) for shape (2, 3), received 2",
            () -> Reductions.prod(zeros(2, 3), 2)),
        says(
            "prod: axis 0 is named twice in [0, -2]",
            () -> Reductions.prod(zeros(2, 3), true, 0, -2)),
        says(
            "any: a scalar has no axes, received axis 0",
            () -> Reductions.any(Tensor.of(true), true, 0)),
        says(
            "variance: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Reductions.variance(zeros(2), 1)),
        says(
            "std: axis must be in [-1, 1) for shape (2,), received -2",
            () -> Reductions.std(zeros(2), -2)),
        says(
            "norm: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Reductions.norm(zeros(2), 1)),
        says(
            "norm: ord must be above 0, received 0.0",
            () -> Reductions.norm(zeros(2), 0, false, 0)),
        says(
            "norm: ord must be above 0, received NaN",
            () -> Reductions.norm(zeros(2), Double.NaN, false)),
        says(
            "norm: nothing to choose from in shape (2, 0); check that the tensor is not empty",
            () -> Reductions.norm(zeros(2, 0), Double.POSITIVE_INFINITY, false, 1)),
        says(
            "logSumExp: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Reductions.logSumExp(zeros(2), 1)),
        says(
            "countNonzero: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Reductions.countNonzero(zeros(2), 1)),
        says(
            "argmax: positions along axis 1 of (0, 2147483648) do not fit int32; split it",
            () -> Reductions.argmax(zeros(0, 1L << 31), -1)),
        says(
            "cumsum: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Cumulative.cumsum(zeros(2), 1)),
        says(
            "cumprod: a scalar has no axes, received axis 0",
            () -> Cumulative.cumprod(zeros(), 0, true, true)));
  }

  @TestFactory
  Stream<DynamicTest> sorting() {
    return Stream.of(
        says("sort: a scalar has no axes, received axis -1", () -> Sorting.sort(zeros(), -1)),
        says(
            "argsort: axis must be in [-1, 1) for shape (2,), received 1",
            () -> Sorting.argsort(zeros(2), 1)),
        says("topK: a scalar has no axes, received axis -1", () -> Sorting.topK(zeros(), 0)),
        says("topK: k must be 0 or more, received -1", () -> Sorting.topK(zeros(2), -1)),
        says(
            "topK: the last axis of (5, 2) has fewer than 3 elements",
            () -> Sorting.topK(zeros(5, 2), 3)),
        says(
            "searchSorted: element types differ: float32 and int32; cast one, as cast(x,"
                + " DType.FLOAT32)",
            () -> Sorting.searchSorted(zeros(2), ints(2))),
        says(
            "searchSorted: the number 0.5 does not fit int32; cast the tensor, or use another"
                + " number",
            () -> Sorting.searchSorted(ints(2), 0.5)),
        says(
            "searchSorted: the axes before the last must be equal, received sorted (2, 3) and values"
                + " (3, 3)",
            () -> Sorting.searchSorted(zeros(2, 3), zeros(3, 3))),
        says(
            "searchSorted: the axes before the last must be equal, received sorted (2, 3) and values"
                + " (2,)",
            () -> Sorting.searchSorted(zeros(2, 3), zeros(2))),
        says(
            "searchSorted: the axes before the last must be equal, received sorted () and values ()",
            () -> Sorting.searchSorted(zeros(), zeros())));
  }

  @TestFactory
  Stream<DynamicTest> counting() {
    return Stream.of(
        says(
            "unique: the tensor must have rank 1, received (2, 3)",
            () -> Counting.unique(zeros(2, 3))),
        says("unique: the tensor must have rank 1, received ()", () -> Counting.unique(zeros())),
        says(
            "bincount: needs whole numbers, received float32; cast them first",
            () -> Counting.bincount(zeros(2), 0)),
        says(
            "bincount: minLength must be 0 or more, received -1",
            () -> Counting.bincount(ints(2), -1)),
        says(
            "bincount: -3 at position 1 is negative or too large",
            () -> Counting.bincount(new int[] {1, -3}, 0)),
        says(
            "bincount: 9223372036854775807 at position 0 is negative or too large",
            () -> Counting.bincount(new long[] {Long.MAX_VALUE}, 0)),
        says(
            "bincount: needs a weight for each number, received shapes (2,) and (1,)",
            () -> Counting.bincount(ints(2), 0, zeros(1))));
  }
}
