package dev.tapedeck.datasets;

import dev.tapedeck.ops.RandomKey;
import dev.tapedeck.tensor.Scope;
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
  private Iterator<Example> elements; // null before the first use, which makes it count

  Iteration(Pipeline pipeline, long number) {
    this.pipeline = pipeline;
    this.number = number;
    this.position = Variable.untrainable(new long[] {number, 0}, "position");
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
    given++;
    setPosition();
    return example;
  }

  private void goToPosition() {
    long[] wanted = position.reading().toLongArray();
    if (wanted[0] != number || wanted[1] != given) {
      number = wanted[0];
      given = wanted[1];
      elements = pipeline.elements(number);
      RandomKey.aside(this::drop); // what functions drew for these was drawn before
    } else if (elements == null) {
      number = pipeline.takeNumber();
      setPosition();
      elements = pipeline.elements(number);
    }
  }

  /** Takes the elements that were given before. */
  private void drop() {
    for (long i = 0; i < given && elements.hasNext(); i++) {
      try (Scope scope = new Scope()) {
        elements.next();
      }
    }
  }

  private void setPosition() {
    position.assign(new long[] {number, given});
  }
}
