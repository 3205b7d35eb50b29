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
            "prod: axis must be in [-2, 2) for shape (2, 3), received 2; choose one of"
                + " its axes; negative ones count from the end",
            () -> Reductions.prod(zeros(2, 3), 2)),
        says(
            "prod: needs each axis once at most, received [0, -2]; name axis 0 once",
            () -> Reductions.prod(zeros(2, 3), true, 0, -2)),
        says(
            "any: a scalar has no axes, received axis 0; give a tensor that has axes,"
                + " as of expandDims(x, 0)",
            () -> Reductions.any(Tensor.of(true), true, 0)),
        says(
            "variance: axis must be in [-1, 1) for shape (2,), received 1; choose one"
                + " of its axes; negative ones count from the end",
            () -> Reductions.variance(zeros(2), 1)),
        says(
            "std: axis must be in [-1, 1) for shape (2,), received -2; choose one of"
                + " its axes; negative ones count from the end",
            () -> Reductions.std(zeros(2), -2)),
        says(
            "norm: axis must be in [-1, 1) for shape (2,), received 1; choose one of"
                + " its axes; negative ones count from the end",
            () -> Reductions.norm(zeros(2), 1)),
        says(
            "norm: ord must be above 0, received 0.0; use 1, 2 or"
                + " Double.POSITIVE_INFINITY; countNonzero is order 0",
            () -> Reductions.norm(zeros(2), 0, false, 0)),
        says(
            "norm: ord must be above 0, received NaN; use 1, 2 or"
                + " Double.POSITIVE_INFINITY; countNonzero is order 0",
            () -> Reductions.norm(zeros(2), Double.NaN, false)),
        says(
            "norm: needs an element to choose, received shape (2, 0); leave empty" + " tensors out",
            () -> Reductions.norm(zeros(2, 0), Double.POSITIVE_INFINITY, false, 1)),
        says(
            "logSumExp: axis must be in [-1, 1) for shape (2,), received 1; choose one"
                + " of its axes; negative ones count from the end",
            () -> Reductions.logSumExp(zeros(2), 1)),
        says(
            "countNonzero: axis must be in [-1, 1) for shape (2,), received 1; choose"
                + " one of its axes; negative ones count from the end",
            () -> Reductions.countNonzero(zeros(2), 1)),
        says(
            "argmax: positions along axis 1 must fit int32, received (0, 2147483648);"
                + " split it",
            () -> Reductions.argmax(zeros(0, 1L << 31), -1)),
        says(
            "cumsum: axis must be in [-1, 1) for shape (2,), received 1; choose one of"
                + " its axes; negative ones count from the end",
            () -> Cumulative.cumsum(zeros(2), 1)),
        says(
            "cumprod: a scalar has no axes, received axis 0; give a tensor that has"
                + " axes, as of expandDims(x, 0)",
            () -> Cumulative.cumprod(zeros(), 0, true, true)));
  }

  @TestFactory
  Stream<DynamicTest> sorting() {
    return Stream.of(
        says(
            "sort: a scalar has no axes, received axis -1; give a tensor that has axes,"
                + " as of expandDims(x, 0)",
            () -> Sorting.sort(zeros(), -1)),
        says(
            "argsort: axis must be in [-1, 1) for shape (2,), received 1; choose one of"
                + " its axes; negative ones count from the end",
            () -> Sorting.argsort(zeros(2), 1)),
        says(
            "topK: a scalar has no axes, received axis -1; give a tensor that has axes,"
                + " as of expandDims(x, 0)",
            () -> Sorting.topK(zeros(), 0)),
        says(
            "topK: k must be 0 or more, received -1; give the number of elements to keep",
            () -> Sorting.topK(zeros(2), -1)),
        says(
            "topK: the last axis must have 3 elements or more, received (5, 2); ask for" + " fewer",
            () -> Sorting.topK(zeros(5, 2), 3)),
        says(
            "searchSorted: element types must be equal, received float32 and int32;"
                + " cast one, as cast(x, DType.FLOAT32)",
            () -> Sorting.searchSorted(zeros(2), ints(2))),
        says(
            "searchSorted: needs a number that fits int32, received 0.5; cast the"
                + " tensor, or use another number",
            () -> Sorting.searchSorted(ints(2), 0.5)),
        says(
            "searchSorted: the axes before the last must be equal, received sorted (2,"
                + " 3) and values (3, 3); broadcast them, or give sorted as one vector",
            () -> Sorting.searchSorted(zeros(2, 3), zeros(3, 3))),
        says(
            "searchSorted: the axes before the last must be equal, received sorted (2,"
                + " 3) and values (2,); broadcast them, or give sorted as one vector",
            () -> Sorting.searchSorted(zeros(2, 3), zeros(2))),
        says(
            "searchSorted: the axes before the last must be equal, received sorted ()"
                + " and values (); broadcast them, or give sorted as one vector",
            () -> Sorting.searchSorted(zeros(), zeros())));
  }

  @TestFactory
  Stream<DynamicTest> counting() {
    return Stream.of(
        says(
            "unique: the tensor must have rank 1, received (2, 3); reshape it, or"
                + " squeeze axes of size 1",
            () -> Counting.unique(zeros(2, 3))),
        says(
            "unique: the tensor must have rank 1, received (); add axes of size 1 with"
                + " expandDims",
            () -> Counting.unique(zeros())),
        says(
            "bincount: needs whole numbers, received float32; cast them to int32",
            () -> Counting.bincount(zeros(2), 0)),
        says(
            "bincount: minLength must be 0 or more, received -1; use 0 for as few as"
                + " the numbers need",
            () -> Counting.bincount(ints(2), -1)),
        says(
            "bincount: numbers must be 0 or more, and below 2^63 - 1, received -3 at"
                + " position 1; leave others out first, as with booleanMask",
            () -> Counting.bincount(new int[] {1, -3}, 0)),
        says(
            "bincount: numbers must be 0 or more, and below 2^63 - 1, received"
                + " 9223372036854775807 at position 0; leave others out first, as with"
                + " booleanMask",
            () -> Counting.bincount(new long[] {Long.MAX_VALUE}, 0)),
        says(
            "bincount: needs a weight for each number, received weights (1,) for"
                + " numbers (2,); broadcast or reshape the weights",
            () -> Counting.bincount(ints(2), 0, zeros(1))));
  }
}
