package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The dataset of these tests. */
record Batches(List<Example> examples, long cardinality) implements Dataset {
  /** Returns batches of one-column inputs, labelled with their doubles. */
  static Batches doubling(float[]... inputs) {
    List<Example> examples =
        Arrays.stream(inputs)
            .map(x -> Tensor.of(x, x.length, 1))
            .map(x -> new Example(x, x.mul(2)))
            .toList();
    return new Batches(examples, examples.size());
  }

  @Override
  public Iterator<Example> iterator() {
    return examples.iterator();
  }
}
