package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Trackable;
import dev.tapedeck.tensor.Variable;
import dev.tapedeck.train.Example;
import java.util.Iterator;

/**
 * An iteration over a pipeline's elements, which goes to wherever its variable {@code position} is
 * set: the iteration's number and how many elements it has given.
 */
final class Iteration implements Iterator<Example>, Trackable {
  private final Pipeline pipeline;
  private final Variable position;
  private long number;
  private long given;
  private Iterator<Example> elements;

  Iteration(Pipeline pipeline, long number) {
    this.pipeline = pipeline;
    this.number = number;
    this.position = Variable.untrainable(new long[] {number, 0}, "position");
    this.elements = pipeline.elements(number, 0);
  }

  @Override
  public boolean hasNext() {
    goToPosition();
    return elements.hasNext();
  }

  @Override
  public Example next() {
    goToPosition();
    Example example = elements.next();
    position.assign(new long[] {number, ++given});
    return example;
  }

  private void goToPosition() {
    long[] wanted = position.reading().toLongArray();
    if (wanted[0] == number && wanted[1] == given) {
      return;
    }
    number = wanted[0];
    given = wanted[1];
    elements = pipeline.elements(number, given);
    pipeline.nextIteration(number + 1);
  }
}
