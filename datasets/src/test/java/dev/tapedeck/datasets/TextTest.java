package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pipelines of text. */
class TextTest {
  private static final StringTensor TEXT =
      StringTensor.of("a", "b", "c", "d", "e").withShape(Shape.of(5, 1));

  private static List<String> batches(Pipeline pipeline) {
    List<String> seen = new ArrayList<>();
    for (Example batch : pipeline) {
      seen.add(((StringTensor) batch.x()).toList() + " " + batch.x().shape());
    }
    return seen;
  }

  @Test
  void batchesHaveRowsOfText() {
    Pipeline pipeline = Pipeline.of(TEXT, Tensor.of(new int[] {0, 1, 2, 3, 4}));
    List<String> pairs = List.of("[a, b] (2, 1)", "[c, d] (2, 1)", "[e] (1, 1)");
    assertEquals(pairs, batches(pipeline.batch(2)));
    assertEquals(pairs, batches(pipeline.batch(2).prefetch(1)));
    List<String> capitals = List.of("[A, B] (2, 1)", "[C, D] (2, 1)", "[E] (1, 1)");
    assertEquals(capitals, batches(pipeline.map(TextTest::upper).batch(2)));
    assertEquals(capitals, batches(pipeline.batch(2).map(TextTest::upper).prefetch(1)));
    assertEquals(5, batches(pipeline.shuffle(5, 1)).size());
  }

  private static Example upper(Example example) {
    StringTensor text = (StringTensor) example.x();
    return new Example(text.map(s -> s.toUpperCase(java.util.Locale.ROOT)), example.y());
  }
}
