package dev.tapedeck.examples;

import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.List;

/** Dataset of one batch in any structure. */
record OneBatch(Object inputs, Object labels) implements Dataset {
  @Override
  public long cardinality() {
    return 1;
  }

  @Override
  public Iterator<Example> iterator() {
    return List.of(new Example(inputs, labels)).iterator();
  }
}
