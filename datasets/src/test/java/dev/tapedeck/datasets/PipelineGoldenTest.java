package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Elements and cardinalities of steps against tf.data's, from {@code make_pipelines.py}. */
class PipelineGoldenTest {
  /** Steps after sources of unknown size, where we know more: nothing is left of what is empty. */
  private static final Map<String, Long> KNOWN = Map.of("filter take 0", 0L, "none unbatch", 0L);

  private static final Map<String, UnaryOperator<Pipeline>> SOURCES =
      Map.of(
          "filter", p -> p.filter(e -> e.x().item() > 2),
          "endless", Pipeline::repeat,
          "none", p -> p.take(0));

  private record Element(Shape shape, List<Long> values) {
    static Element of(Tensor tensor) {
      return new Element(tensor.shape(), Arrays.stream(tensor.toLongArray()).boxed().toList());
    }
  }

  static List<JsonNode> steps() {
    return Goldens.lines(PipelineGoldenTest.class, "pipelines.json");
  }

  static List<JsonNode> cardinalities() {
    return Goldens.lines(PipelineGoldenTest.class, "cardinalities.json");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void elementsAreThoseOfTensorFlow(JsonNode golden) {
    List<Element> expected =
        golden
            .get("elements")
            .valueStream()
            .map(array -> Element.of(Goldens.tensor(array, DType.INT64)))
            .toList();
    Pipeline source = numbers(golden.get("count").asInt());
    for (Pipeline each : List.of(source, source.map(e -> e).prefetch(2))) {
      Pipeline pipeline = step(golden, each);
      assertEquals(expected, Steps.each(pipeline, e -> Element.of(e.x())));
      // We know that nothing is left of an empty source, whatever the step.
      boolean known = golden.get("count").asInt() == 0 && cardinality(golden) == Dataset.UNKNOWN;
      assertEquals(known ? 0 : cardinality(golden), pipeline.cardinality());
    }
  }

  private static Pipeline numbers(int count) {
    return Pipeline.of(LongStream.range(0, count).toArray());
  }

  private static Pipeline ten(Pipeline each, long number) {
    return each.map(e -> new Example(e.x().add(number * 10), null));
  }

  private static Pipeline five(JsonNode count) {
    return numbers(count.asInt()).map(e -> new Example(e.x().mul(5), null));
  }

  private static long number(Example example) {
    return (long) example.x().item();
  }

  private static Pipeline step(JsonNode golden, Pipeline p) {
    JsonNode a = golden.get("arguments");
    return switch (golden.get("step").asText()) {
      case "window" ->
          p.window(a.get(0).asInt(), a.get(1).asInt(), a.get(2).asInt(), a.get(3).asBoolean());
      case "interleave" ->
          p.interleave(
              e -> ten(numbers((int) number(e) * 7 % 5), number(e)),
              a.get(0).asInt(),
              a.get(1).asInt());
      case "padded_batch" -> padded(p, a);
      case "bucket_by_sequence_length" -> bucketed(ragged(p), a);
      case "filter" -> p.filter(e -> number(e) % 3 == 1);
      case "flat_map" -> p.flatMap(e -> ten(numbers((int) number(e) % 4), number(e)));
      case "unbatch" -> p.batch(a.get(0).asInt()).unbatch();
      case "scan" ->
          p.scan(
              Tensor.of(100L),
              (state, e) ->
                  new Scanned<>(state.add(e.x()), new Example(state.mul(2).add(e.x()), null)));
      case "zip" ->
          Pipeline.zip(
              List.of(p, five(a.get(0))),
              both -> new Example(Joining.stack(0, both.getFirst().x(), both.getLast().x()), null));
      case "concatenate" -> p.concatenate(five(a.get(0)));
      case "shard" -> p.shard(a.get(0).asLong(), a.get(1).asLong());
      case "enumerate" ->
          p.enumerate(a.get(0).asLong())
              .map(
                  e -> {
                    Enumerated numbered = e.inputs(Enumerated.class);
                    return new Example(
                        Joining.stack(0, numbered.index(), (Tensor) numbered.inputs()), null);
                  });
      case "cache" -> p.cache();
      default -> throw new AssertionError(golden);
    };
  }

  private static Pipeline ragged(Pipeline numbers) {
    return numbers.map(e -> full(number(e), number(e) * 7 % 5));
  }

  private static Example full(long number, long... shape) {
    return new Example(Tensor.full(DType.INT64, number, shape), null);
  }

  private static Pipeline padded(Pipeline numbers, JsonNode a) {
    Pipeline grid = numbers.map(e -> full(number(e), number(e) % 3, number(e) % 4 + 1));
    Padding padding = new Padding().value("inputs", a.get(3).asInt());
    return switch (a.get(2).asText()) {
      case "ragged" -> ragged(numbers).paddedBatch(a.get(0).asInt(), padding, a.get(1).asBoolean());
      case "grid" -> grid.paddedBatch(a.get(0).asInt(), padding, a.get(1).asBoolean());
      default ->
          grid.paddedBatch(
              a.get(0).asInt(), padding.shape("inputs", Padding.LONGEST, 6), a.get(1).asBoolean());
    };
  }

  private static Pipeline bucketed(Pipeline ragged, JsonNode a) {
    return ragged.bucketBySequenceLength(
        e -> e.x().shape().size(0),
        a.get(0).valueStream().mapToLong(JsonNode::asLong).toArray(),
        a.get(1).valueStream().mapToInt(JsonNode::asInt).toArray(),
        a.get(2).asBoolean() ? new Padding().shape("inputs", Padding.BUCKET) : new Padding(),
        a.get(3).asBoolean());
  }

  @ParameterizedTest
  @MethodSource("cardinalities")
  void cardinalitiesAreThoseOfTensorFlow(JsonNode golden) {
    String source = golden.get("source").asText();
    String step = golden.get("step").asText();
    long expected = KNOWN.getOrDefault(source + " " + step, cardinality(golden));
    Pipeline pipeline = SOURCES.get(source).apply(numbers(10));
    assertEquals(expected, step(step, pipeline).cardinality());
  }

  private static Pipeline step(String step, Pipeline p) {
    return switch (step) {
      case "take" -> p.take(3);
      case "take 0" -> p.take(0);
      case "skip" -> p.skip(3);
      case "repeat" -> p.repeat();
      case "repeat 2" -> p.repeat(2);
      case "repeat 0" -> p.repeat(0);
      case "batch" -> p.batch(3);
      case "drop" -> p.batch(3, true);
      case "shuffle" -> p.shuffle(3);
      case "prefetch" -> p.prefetch(3);
      case "map" -> p.map(e -> e, 2);
      case "shard" -> p.shard(3, 1);
      case "window" -> p.window(3, 1, 1, true);
      case "enumerate" -> p.enumerate();
      case "cache" -> p.cache();
      case "unbatch" -> p.batch(2).unbatch();
      case "concatenate" -> p.concatenate(numbers(4));
      case "before" -> numbers(4).concatenate(p);
      case "zip" -> Pipeline.zip(p, numbers(4));
      default -> throw new AssertionError(step);
    };
  }

  private static long cardinality(JsonNode golden) {
    return switch (golden.get("cardinality").asInt()) {
      case -2 -> Dataset.UNKNOWN;
      case -1 -> Dataset.INFINITE;
      default -> golden.get("cardinality").asLong();
    };
  }
}
