package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.numbers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Arguments that steps cannot use, and elements that they cannot, are refused by name. */
class StepErrorsTest {
  private static final long[] BOUNDARIES = {3, 5};

  static Stream<Arguments> mistakes() {
    Pipeline p = numbers(6);
    Pipeline ragged =
        p.map(e -> new Example(Tensor.full(DType.INT32, 1, (long) e.x().item()), null));
    return Stream.of(
        mistake(() -> p.shard(0, 0), "shard: expected a number of shards of 1 or more, received 0"),
        mistake(
            () -> p.shard(2, 2),
            "shard: needs an index from 0 to 1, received 2; count workers from 0"),
        mistake(() -> p.window(0, 1, 1, true), "window: expected a size of 1 or more, received 0"),
        mistake(() -> p.window(1, 0, 1, true), "window: expected a shift of 1 or more, received 0"),
        mistake(
            () -> p.window(1, 1, 0, true), "window: expected a stride of 1 or more, received 0"),
        mistake(() -> p.paddedBatch(0), "paddedBatch: expected a size of 1 or more, received 0"),
        mistake(
            () -> p.interleave(e -> p, 0, 1),
            "interleave: expected a cycleLength of 1 or more, received 0"),
        mistake(
            () -> p.map(e -> e, 0), "map: expected a number of threads of 1 or more, received 0"),
        mistake(
            () -> p.repeat().cache(),
            "cache: needs a pipeline with an end, received one without; cache before repeat"),
        mistake(
            () -> p.bucketBySequenceLength(e -> 1, new long[] {3, 3}, new int[3]),
            "bucketBySequenceLength: needs boundaries that ascend, received [3, 3]; sort them"),
        mistake(
            () -> p.bucketBySequenceLength(e -> 1, BOUNDARIES, new int[] {1, 2}),
            "bucketBySequenceLength: needs a size for each of 3 buckets, received [1, 2]; give one"
                + " more than boundaries"),
        mistake(
            () -> Pipeline.zip(List.of(), List::getFirst),
            "zip: needs pipelines, received none; give one or more"),
        mistake(
            () -> Pipeline.sampleFrom(List.of(p, p), 1, -1),
            "sampleFrom: needs 2 weights of 0 or more, not all 0, received [1.0, -1.0]; give one for"
                + " each"),
        mistake(
            () -> p.rejectionResample(e -> 0, new double[] {1, 1}, new double[] {1}, 1),
            "rejectionResample: needs 2 shares before of 0 or more, not all 0, received [1.0]; give"
                + " one for each"),
        mistake(
            () -> first(p.rejectionResample(e -> 2, new double[] {1, 1}, null, 1)),
            "rejectionResample: needs classes from 0 to 1, received 2; give a share for each class"),
        mistake(
            () -> first(p.flatMap(e -> null)),
            "flatMap: needs a Pipeline from the function, received null; return"
                + " Pipeline.of(..).take(0) for none"),
        mistake(
            () -> first(p.scan(1, (n, e) -> new Scanned<>(n, null))),
            "scan: needs a state and an Example with inputs from the function, received"
                + " Scanned[state=1, example=null]; return new Scanned<>(state, new Example(inputs,"
                + " labels))"),
        mistake(
            () -> first(Pipeline.zip(List.of(p), both -> null)),
            "zip: needs an Example with inputs from the function, received null; return new"
                + " Example(inputs, labels)"),
        mistake(
            () -> first(p.unbatch()),
            "Pipeline.of: needs a first axis of at most 2147483647 examples in each tensor, received"
                + " inputs int32 (), labels int32 (); give a scalar an axis of examples"),
        mistake(
            () -> first(ragged.paddedBatch(3, new Padding().shape("inputs", 1), false)),
            "paddedBatch: of inputs needs at most 1 along axis 0, received 2; give other sizes, or"
                + " cut what is longer with map first"),
        mistake(
            () -> first(ragged.paddedBatch(3, new Padding().shape("inputs", 1, 2), false)),
            "paddedBatch: of inputs needs a size for each of 1 axes, received [1, 2]; give other"
                + " sizes, or cut what is longer with map first"),
        mistake(
            () -> first(ragged.paddedBatch(3, new Padding().value("input", 1), false)),
            "paddedBatch: needs padding of parts among [inputs], received [input]; name the tensors"
                + " as there"),
        mistake(
            () -> first(ragged.paddedBatch(3, new Padding().value("inputs", "a"), false)),
            "paddedBatch: of inputs needs padding that is a number, received a; give other sizes, or"
                + " cut what is longer with map first"),
        mistake(
            () ->
                first(
                    ragged.bucketBySequenceLength(
                        e -> e.x().shape().size(0),
                        new long[] {1},
                        new int[] {9, 5},
                        new Padding().shape("inputs", Padding.BUCKET),
                        false)),
            "bucketBySequenceLength: of inputs needs a bucket with an upper boundary for"
                + " Padding.BUCKET, received one without; give other sizes, or cut what is longer"
                + " with map first"),
        mistake(
            () -> Splits.splitDataset(p.filter(e -> true), 0.5),
            "splitDataset: needs data of a known size, received a pipeline that counts its elements"
                + " only as it goes; split before filter, flatMap or unbatch, or give the size of the"
                + " source"));
  }

  private static void first(Pipeline pipeline) {
    pipeline.iterator().next();
  }

  private static Arguments mistake(Runnable mistake, String message) {
    return Arguments.of(message, mistake);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void mistakesAreExplained(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }
}
